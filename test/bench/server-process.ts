/** What both servers of the benchmark have in common: orders, figures, the watch on the event loop. */
import { monotonicMs, type ServerOrder, type ServerReport } from './messages.ts';

export interface Changes {
  one(tenant: number, active: boolean): void;
  all(active: boolean): void;
}

/** Obeys the orders of the parent process. */
export function obey(port: number, changes: Changes): void {
  const loop = watchLoop();
  const report = (message: ServerReport): void => {
    process.send?.(message);
  };
  process.on('message', (order: ServerOrder) => {
    const at = monotonicMs();
    switch (order.do) {
      case 'watch-loop':
        loop.start();
        break;
      case 'longest-block':
        report({ is: 'longest-block', ms: loop.stop() });
        break;
      case 'memory':
        report({ is: 'memory', bytes: usedBytes() });
        break;
      case 'cpu':
        report({ is: 'cpu', ms: cpuMs() });
        break;
      case 'one':
        changes.one(order.tenant, order.active);
        report({ is: 'changed', at });
        break;
      case 'all':
        changes.all(order.active);
        report({ is: 'changed', at });
    }
  });
  process.on('disconnect', () => {
    process.exit(0);
  });
  report({ is: 'listening', port });
}

function usedBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Measures the longest turn of the event loop by being part of each. */
function watchLoop(): { start(): void; stop(): number } {
  let isWatching = false;
  let longest = 0;
  const turn = (before: number): void => {
    if (!isWatching) return;
    const now = monotonicMs();
    longest = Math.max(longest, now - before);
    setImmediate(turn, now);
  };
  return {
    start: () => {
      longest = 0;
      isWatching = true;
      setImmediate(turn, monotonicMs());
    },
    stop: () => {
      isWatching = false;
      return longest;
    },
  };
}

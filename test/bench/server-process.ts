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
    if (order.do === 'watch-loop') {
      loop.start();
    } else if (order.do === 'figures') {
      report({ is: 'figures', ...figures(), longestBlockMs: loop.stop() });
    } else {
      if (order.do === 'one') changes.one(order.tenant, order.active);
      else changes.all(order.active);
      report({ is: 'changed', at });
    }
  });
  process.on('disconnect', () => {
    process.exit(0);
  });
  report({ is: 'listening', port });
}

function figures(): { memoryBytes: number; cpuMs: number } {
  // The garbage collection is not to be in the CPU time that is reported.
  const { user, system } = process.cpuUsage();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { memoryBytes: heapUsed + external, cpuMs: (user + system) / 1000 };
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

/** What both servers of the benchmark have in common: orders, figures, the watch on the event loop. */
import { monotonicMs, type ServerOrder, type ServerReport } from './messages.ts';
import { waitedMs } from './waiting.ts';

export interface Changes {
  one(tenant: number, active: boolean): void;
  all(active: boolean): void;
}

/** Obeys the orders of the parent process. @param httpPort 0: it serves no HTTP */
export function obey(port: number, httpPort: number, changes: Changes): void {
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
  report({ is: 'listening', port, httpPort });
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

/**
 * Measures the longest turn of the event loop by being part of each. What a turn waits for a core, while the
 * client or another process has both, is no block of the server's making and not counted, where the
 * system tells it (Linux does).
 */
function watchLoop(): { start(): void; stop(): number } {
  let isWatching = false;
  let longest = 0;
  const turn = (before: Moment): void => {
    if (!isWatching) return;
    const now = moment();
    longest = Math.max(longest, now.at - before.at - (now.waited - before.waited));
    setImmediate(turn, now);
  };
  return {
    start: () => {
      longest = 0;
      isWatching = true;
      setImmediate(turn, moment());
    },
    stop: () => {
      isWatching = false;
      return longest;
    },
  };
}

interface Moment {
  readonly at: number;
  /** How long the main thread has been ready to run, but on no core, in ms since its start. */
  readonly waited: number;
}

function moment(): Moment {
  return { at: monotonicMs(), waited: waitedMs('self') };
}

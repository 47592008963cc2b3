import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { waitedMs } from './waiting.ts';

/** Another process of the benchmark, that does what it is told and reports. */
export class Peer<Order, Report extends { readonly is: string }> {
  readonly #child: ChildProcess;

  constructor(file: string) {
    this.#child = fork(new URL(file, import.meta.url), {
      execArgv: [
        '--import',
        'tsx',
        '--expose-gc',
        ...(process.env.PROF && file.startsWith('scaler')
          ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof', '--cpu-prof-interval=100']
          : []),
      ],
      // The log is written, as it is in a cluster, but nobody wants to read it here.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /** How long it has waited for a core so far, in ms. */
  waited(): number {
    return waitedMs(this.#child.pid ?? 0);
  }

  async report<Is extends Report['is']>(is: Is): Promise<Extract<Report, { is: Is }>> {
    for (;;) {
      const [message] = (await once(this.#child, 'message')) as [Report];
      if (message.is === is) return message as Extract<Report, { is: Is }>;
    }
  }

  async ask<Is extends Report['is']>(order: Order, is: Is): Promise<Extract<Report, { is: Is }>> {
    const answer = this.report(is);
    this.#child.send(order as object);
    return answer;
  }

  send(order: Order): void {
    this.#child.send(order as object);
  }

  stop(): void {
    this.#child.disconnect();
  }
}

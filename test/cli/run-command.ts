import { Command } from 'commander';
import { EventEmitter, once } from 'node:events';
import { OperatorError } from '../../src/core/operator-error.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

/** What a command prints, as it prints it. */
export class Printed {
  readonly #events = new EventEmitter();
  out = '';
  err = '';

  /** A program whose commands print here. */
  program(): Command {
    const take = (stream: 'out' | 'err') => (text: string) => {
      this[stream] += text;
      this.#events.emit('text');
    };
    return new Command('license-scaler')
      .exitOverride()
      .configureOutput({ writeOut: take('out'), writeErr: take('err') });
  }

  /** Resolves when that has been printed; rejects after PATIENCE_MS. */
  async until(holds: (printed: Printed) => boolean): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!holds(this)) {
      await once(this.#events, 'text', { signal }).catch(() => {
        throw new Error(`not printed in time; printed: ${this.out}${this.err}`);
      });
    }
  }
}

/** @returns what a person is told; @throws where a command did not fail, or failed by a fault of its own */
export async function complaintOf(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof OperatorError) return error.message;
  throw error;
}

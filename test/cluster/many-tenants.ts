/** What scenarios of many tenants have in common. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ReplicaRecord } from './client/replica-record.ts';
import { eventually } from './eventually.ts';
import type { Scaler } from './scaler.ts';

/** When nothing has happened for so long, nothing will. */
const QUIET = 30_000;

export function fleet(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `tenant-${index + 100}`);
}

export async function allStreams(scaler: Scaler, count: number): Promise<void> {
  const all = async (): Promise<boolean> => (await scaler.openStreams()) === count;
  await eventually('a stream for every tenant', all, 4 * 60_000);
}

/** Until no replica has changed for so long. */
export async function quiet(
  replicas: ReplicaRecord,
  ms = QUIET,
  since = Date.now(),
): Promise<void> {
  const last = (): number => Math.max(since, replicas.changes.at(-1)?.at ?? 0);
  while (Date.now() - last() < ms) await pause(100);
}

/** Ten at a time. */
export async function inTurns<T>(
  items: readonly T[],
  act: (item: T) => Promise<unknown>,
): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: 10 }, worker));
}

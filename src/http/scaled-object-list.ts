/** The list of ScaledObjects. There may be 10,000 of them, so it is made in turns of the event loop. */
import { setImmediate } from 'node:timers/promises';
import { toScaledObjectRow, type ScaledObjectState } from '../core/report/scaled-object-row.ts';

/** ScaledObjects that are sorted and written in one turn. */
const SHARE = 50;

/** @returns the rows as JSON, by namespace and name; each as it is when its turn comes */
export async function writeScaledObjects(all: readonly ScaledObjectState[]): Promise<Buffer> {
  const sorted = await inOrder(all);
  const texts: Buffer[] = [];
  for (const share of sharesOf(sorted)) {
    const rows = share.map((state) => JSON.stringify(toScaledObjectRow(state)));
    texts.push(Buffer.from(`${texts.length === 0 ? '' : ','}${rows.join(',')}`));
    await setImmediate();
  }
  return Buffer.concat([Buffer.from('['), ...texts, Buffer.from(']')]);
}

/** What is in order in parts is put in order as a whole in a fraction of the time. */
async function inOrder(all: readonly ScaledObjectState[]): Promise<ScaledObjectState[]> {
  const parts: ScaledObjectState[][] = [];
  for (const share of sharesOf(all)) {
    parts.push(share.sort(byName));
    await setImmediate();
  }
  return parts.flat().sort(byName);
}

function* sharesOf(all: readonly ScaledObjectState[]): Iterable<ScaledObjectState[]> {
  for (let from = 0; from < all.length; from += SHARE) yield all.slice(from, from + SHARE);
}

function byName(a: ScaledObjectState, b: ScaledObjectState): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

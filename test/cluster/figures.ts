/** What a run has measured: printed as it comes, and put into docs/keda-behavior.md. */
import { cpus } from 'node:os';
import { VERSIONS, type KedaModule } from './build/versions.ts';
import { renewDocument, type Section } from './report/document.ts';
import { Watchman } from './report/watchman.ts';

interface Figure {
  readonly what: string;
  readonly result: string;
}

/** Where the figures of one scenario go. */
export interface Figures {
  /** @param ms shown as whole ones below ten seconds, as tenths of a second above */
  took(what: string, ms: number): void;
  /** Durations of the same thing, in milliseconds: how many, the median, the 99th percentile, the longest. */
  spread(what: string, ms: readonly number[]): void;
  found(what: string, result: string | number): void;
}

/** How long the machine may have been busy with something else at a time, in milliseconds. */
const TOLERATED = 3_000;

/**
 * Gives a describe its table. It counts only when every test of the describe has passed, on a machine
 * that did not stand still meanwhile.
 *
 * @param keda the release that it is measured with
 */
export function figuresOf(section: Section, keda: KedaModule = 'keda'): Figures {
  const figures: Figure[] = [];
  let watchman: Watchman | undefined;
  before(() => {
    watchman = new Watchman();
  });
  after(async function () {
    const standstill = watchman?.stop() ?? 0;
    const tests = this.test?.parent?.tests ?? [];
    if (!tests.every(({ state }) => state === 'passed')) return;
    if (standstill < TOLERATED) await renewDocument(section, toTable(figures, keda));
    else
      console.error(`the figures of "${section}" do not count: a standstill of ${standstill} ms`);
  });
  const found = (what: string, result: string | number): void => {
    figures.push({ what, result: String(result) });
    console.log(`      ${what}: ${result}`);
  };
  return {
    found,
    took(what, ms) {
      found(what, duration(ms));
    },
    spread(what, ms) {
      const [p50, p99] = [percentile(ms, 50), percentile(ms, 99)].map(duration);
      found(what, `${ms.length} times: p50 ${p50}, p99 ${p99}, max ${duration(Math.max(...ms))}`);
    },
  };
}

/** By the nearest rank. */
function percentile(values: readonly number[], rank: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? NaN;
}

function duration(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function toTable(figures: readonly Figure[], keda: KedaModule): string {
  const { kubernetes, etcd } = VERSIONS;
  const { length, 0: cpu } = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return [
    '| what | measured |',
    '| --- | --- |',
    ...figures.map(({ what, result }) => `| ${what} | ${result} |`),
    '',
    `${date}: Kubernetes ${kubernetes}, etcd ${etcd}, KEDA ${VERSIONS[keda]}, Node.js ${process.versions.node}, on ${length} x ${cpu?.model ?? 'unknown'}.`,
  ].join('\n');
}

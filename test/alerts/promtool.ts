/** Runs promtool on the alerts that are shipped. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { ROOT } from '../config/run-node.ts';

const run = promisify(execFile);
const RULE = join(ROOT, 'k8s/components/monitoring/prometheus-rule.yaml');
const HOW = 'it comes with Prometheus (Debian: apt-get install prometheus); have it on the PATH';

interface PrometheusRule {
  readonly spec: {
    readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
  };
}

/** Series of promtool's own notation, by name and labels. */
export type Series = Readonly<Record<string, string>>;

/** What is expected of one alert when it is evaluated at a minute. */
export interface Expectation {
  readonly alert: string;
  readonly series: Series;
  readonly minute: number;
  readonly fires: boolean;
}

async function readRule(): Promise<PrometheusRule> {
  return load(await readFile(RULE, 'utf8')) as PrometheusRule;
}

/** The names of all alerts. */
export async function alertNames(): Promise<string[]> {
  const { spec } = await readRule();
  return spec.groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
}

/** @returns what promtool says; rejects with it where promtool is not content, or not there */
export async function promtool(args: readonly string[], input = ''): Promise<string> {
  const running = run('promtool', args, { maxBuffer: 16 * 1024 * 1024 });
  running.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await running;
    return stdout + stderr;
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
    if (code === 'ENOENT') throw new Error(`promtool is not here: ${HOW}`, { cause: error });
    throw new Error(`promtool ${args.join(' ')}: ${stdout}${stderr}`, { cause: error });
  }
}

/** Writes the rules as Prometheus has them, without what makes them an object of Kubernetes. */
export async function writeRules(folder: string): Promise<string> {
  const file = join(folder, 'rules.yaml');
  await writeFile(file, JSON.stringify((await readRule()).spec));
  return file;
}

/** Holds the alerts to expectations, by `promtool test rules`. */
export async function testRules(folder: string, all: readonly Expectation[]): Promise<string> {
  const tests = all.map(({ alert, series, minute, fires }) => ({
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: `count by (alertname) (ALERTS{alertname="${alert}", alertstate="firing"}) > bool 0`,
        eval_time: `${minute}m`,
        exp_samples: fires ? [{ labels: `{alertname="${alert}"}`, value: 1 }] : [],
      },
    ],
  }));
  const file = join(folder, 'tests.yaml');
  const rules = await writeRules(folder);
  await writeFile(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '1m', tests }));
  return promtool(['test', 'rules', file]);
}

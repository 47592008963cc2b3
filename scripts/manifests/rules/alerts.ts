import { createFleet } from '../../../src/core/fleet.ts';
import { isRecord, quote } from '../../../src/core/parsed.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import type { Manifest } from '../manifest.ts';
import { toProblems, type Finding } from '../problem.ts';
import type { Rule } from '../scene.ts';

/** Alerts are about metrics that the program has: one about another would never be raised. */
export const checkAlerts: Rule = async ({ objects }) => {
  const rules = objects.filter(({ kind }) => kind === 'PrometheusRule');
  if (rules.length === 0) return [];
  const known = await metricNames();
  return rules.flatMap((manifest) =>
    toProblems(manifest, ['spec', 'groups'], findingsOf(manifest, known)),
  );
};

/** The names as they are exposed, those that a histogram is made of included. */
async function metricNames(): Promise<ReadonlySet<string>> {
  const fleet = createFleet([]);
  const { expose } = createMetrics(
    () => fleet,
    () => 0,
    '',
  );
  const { body } = await expose();
  const types = [...body.matchAll(/^# TYPE (\w+) (\w+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
}

interface Alerts {
  readonly spec: { readonly groups: readonly { readonly rules: readonly { expr: string }[] }[] };
}

function findingsOf(manifest: Manifest, known: ReadonlySet<string>): Finding[] {
  if (!('spec' in manifest) || !isRecord(manifest.spec)) return [];
  const { groups } = manifest.spec as unknown as Alerts['spec'];
  return groups.flatMap(({ rules }, group) =>
    rules.flatMap(({ expr }, rule) =>
      [...expr.matchAll(/\blicense_scaler_\w+/g)].flatMap(([name]) => {
        if (known.has(name)) return [];
        const ours = [...known].filter((other) => other.startsWith('license_scaler_'));
        const message = `is about ${quote(name)}, which is no metric of license-scaler, allowed are ${ours.join(', ')}`;
        return [{ path: [group, 'rules', rule, 'expr'], message }];
      }),
    ),
  );
}

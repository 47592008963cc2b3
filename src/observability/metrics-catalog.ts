/** The catalog: every metric that there is, for the documentation and for checks of alerts and dashboards. */
import { createFleet } from '../core/fleet.ts';
import { createMetrics } from './metrics.ts';

/** One metric, as it is registered. */
export interface MetricEntry {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** Every metric of the program and of Node.js, by name. */
export async function listMetrics(): Promise<MetricEntry[]> {
  const fleet = createFleet([]);
  const { registry } = createMetrics({
    fleet: () => fleet,
    now: () => 0,
    holds: { size: 0, oldest: () => undefined },
    scaledObjects: () => [],
    version: '',
    configHash: '',
  });
  const labels = new Map(
    registry.getMetricsAsArray().map((metric) => [metric.name, labelsOf(metric)]),
  );
  const described = await registry.getMetricsAsJSON();
  const byName = new Intl.Collator('en').compare;
  return described
    .map(({ name, help, type }) => ({
      name,
      help,
      type: String(type),
      labels: labels.get(name) ?? [],
    }))
    .sort((a, b) => byName(a.name, b.name));
}

/** They are not in prom-client's types. */
function labelsOf(metric: object): readonly string[] {
  return 'labelNames' in metric ? (metric.labelNames as readonly string[]) : [];
}

/** The names under which a metric's values are exposed: a histogram has three. */
export function exposedNames({ name, type }: MetricEntry): string[] {
  return type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name];
}

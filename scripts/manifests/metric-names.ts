import { quote } from '../../src/core/parsed.ts';
import { exposedNames, listMetrics } from '../../src/observability/metrics-catalog.ts';

/** What this program exposes, Node.js' own metrics included; others' metrics are not ours to check. */
const OURS = /\b(?:license_scaler|nodejs)_\w+/g;

/** The names as they are exposed, those that a histogram is made of included. */
export async function readMetricNames(): Promise<ReadonlySet<string>> {
  return new Set((await listMetrics()).flatMap(exposedNames));
}

/** What is wrong with a query: a sentence for each metric of ours in it that there is not. */
export function unknownMetricsIn(query: string, known: ReadonlySet<string>): string[] {
  return [...query.matchAll(OURS)].flatMap(([name]) => {
    if (known.has(name)) return [];
    const allowed = [...known].filter((other) => other.startsWith('license_scaler_')).join(', ');
    return [
      `is about ${quote(name)}, which is no metric of license-scaler, allowed are ${allowed}`,
    ];
  });
}

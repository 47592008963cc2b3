import type { Metric, MetricObjectWithValues, MetricValueWithName, Registry } from 'prom-client';

interface Described {
  readonly name: string;
  readonly help: string;
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
}

/**
 * A histogram without labels for what is observed with every message: values go into plain numbers, and
 * only a scrape makes a metric of them.
 *
 * @returns what takes a value
 */
export function registerPlainHistogram(
  registry: Registry,
  { name, help, buckets }: Described,
): (value: number) => void {
  const counts = new Array<number>(buckets.length + 1).fill(0);
  let sum = 0;
  // The registry asks no more of a metric than this.
  const metric = {
    name,
    help,
    labelNames: [],
    get: () =>
      Promise.resolve({
        name,
        help,
        type: 'histogram',
        values: toValues(name, buckets, counts, sum),
      }),
  } as unknown as Metric;
  registry.registerMetric(metric);
  return (value) => {
    let index = 0;
    while (value > (buckets[index] ?? Infinity)) index++;
    counts[index] = (counts[index] ?? 0) + 1;
    sum += value;
  };
}

type Value = MetricValueWithName<string>;

function toValues(
  name: string,
  buckets: readonly number[],
  counts: readonly number[],
  sum: number,
): MetricObjectWithValues<Value>['values'] {
  let total = 0;
  const values: Value[] = counts.map((count, index) => {
    total += count;
    return { metricName: `${name}_bucket`, labels: { le: buckets[index] ?? '+Inf' }, value: total };
  });
  return [
    ...values,
    { metricName: `${name}_sum`, labels: {}, value: sum },
    { metricName: `${name}_count`, labels: {}, value: total },
  ];
}

import type { MetricSpec, MetricValue } from '../../generated/externalscaler.ts';

/** The one metric of this scaler. KEDA takes its name and target at reconcile time and keeps them. */
const METRIC_NAME = 'license-replicas';

/**
 * What GetMetricSpec answers, always: a target of one, so that the metric's value is the wanted number of
 * replicas. KEDA up to 2.16 reads the whole number only, later versions the float, so both are given.
 */
export const METRIC_SPECS: MetricSpec[] = [
  { metricName: METRIC_NAME, targetSize: 1, targetSizeFloat: 1 },
];

/** The metric's value: how many replicas are wanted. */
export function toMetricValues(replicas: number): MetricValue[] {
  return [{ metricName: METRIC_NAME, metricValue: replicas, metricValueFloat: replicas }];
}

import type { Poll } from './scaled-object.ts';

/** What KEDA tells the HPA to hold against the values. */
export const SPECS: Poll['specs'] = [
  { metric: 's0-license-replicas', type: 'AverageValue', target: '1' },
];

/** What KEDA learns by a poll of a tenant that should have so many replicas. */
export function wanted(replicas: number): Poll {
  const values = [{ metric: 's0-license-replicas', value: String(replicas) }];
  return { specs: SPECS, values, active: replicas > 0, error: '' };
}

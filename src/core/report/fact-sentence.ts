import type { License } from '../license.ts';
import type { Fact } from '../observation.ts';
import type { Override } from '../override.ts';
import { formatInstant } from '../time.ts';

/** What a source says of a tenant, as a sentence without its subject: `a license from ... until ...`. */
export function describeFact(fact: Fact): string {
  switch (fact.kind) {
    case 'absent':
      return 'it does not know this tenant';
    case 'license':
      return describeLicense(fact.license);
    case 'override':
      return describeOverride(fact.override);
  }
}

function describeLicense({ services, start, end, status, replicas }: License): string {
  const parts = [
    services === undefined ? undefined : `for ${services.join(', ') || 'no service'}`,
    start === undefined ? undefined : `from ${formatInstant(start)}`,
    end === undefined ? 'without an end' : `until ${formatInstant(end)}`,
    status === undefined ? undefined : `status ${status}`,
    describeReplicas(replicas),
  ];
  return `a license ${parts.filter((part) => part !== undefined).join(', ')}`;
}

function describeOverride({ licensed, replicas, until, reason }: Override): string {
  const word = licensed === undefined ? undefined : licensed ? 'licensed' : 'not licensed';
  const parts = [
    [word, describeReplicas(replicas)].filter((part) => part !== undefined).join(', '),
    until === undefined ? 'without an end' : `until ${formatInstant(until)}`,
    reason === undefined ? undefined : `(${reason})`,
  ];
  return `an override: ${parts.filter((part) => part !== undefined).join(' ')}`;
}

function describeReplicas(replicas: number | undefined): string | undefined {
  if (replicas === undefined) return undefined;
  return replicas === 1 ? '1 replica' : `${replicas} replicas`;
}

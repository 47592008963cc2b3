import type { SourceName } from '../core/observation.ts';
import type { Outlook } from '../core/outlook.ts';

/**
 * What trouble that one source has with a tenant means for the tenant: `it is held licensed`, or that
 * another source decides.
 */
export function describeEffect({ standing, certainty }: Outlook, source: SourceName): string {
  const { status, source: decider } = standing;
  switch (certainty) {
    case 'pending':
    case 'unknown':
      return 'nothing can be said about it';
    case 'held':
      return `it is held ${status}, as decided by ${decider ?? 'nobody'}`;
    case 'firm':
      return decider === source
        ? `it is ${status}, for this is over`
        : `it is ${status}, for ${decider ?? 'nobody'} decides`;
  }
}

import type { SourceName } from '../core/observation.ts';
import type { Outlook } from '../core/outlook.ts';

/**
 * What trouble that one source has with a tenant means for the tenant: `${subject} is held licensed`, or that
 * another source decides.
 *
 * @param subject what it is said of: of the tenant, or of each of those that it is the same for
 */
export function describeEffect(
  { standing, certainty }: Outlook,
  source: SourceName,
  subject: 'it' | 'each' = 'it',
): string {
  const { status, source: decider } = standing;
  switch (certainty) {
    case 'pending':
    case 'unknown':
      return `nothing can be said about ${subject}`;
    case 'held':
      return `${subject} is held ${status}, as decided by ${decider ?? 'nobody'}`;
    case 'firm':
      return decider === source
        ? `${subject} is ${status}, for this is over`
        : `${subject} is ${status}, for ${decider ?? 'nobody'} decides`;
  }
}

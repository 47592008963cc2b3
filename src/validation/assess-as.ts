import type { Instant } from '../core/time.ts';
import type { Assessment, Source } from './assessment.ts';
import { assessConfiguration } from './configuration.ts';
import type { ContentKind } from './content-kind.ts';
import { assessLicenses } from './licenses.ts';
import { assessOverrides } from './overrides.ts';

/** Assesses a text that license-scaler itself reads. */
export function assessAs(
  kind: Exclude<ContentKind, 'scaledobjects'>,
  source: Source,
  now: Instant,
): Assessment {
  switch (kind) {
    case 'licenses':
      return assessLicenses(source, now);
    case 'overrides':
      return assessOverrides(source, now);
    case 'config':
      return assessConfiguration(source);
  }
}

import { asyncScheduler, defer, filter, map, merge, type Observable } from 'rxjs';
import type { RecordRules } from '../core/license.ts';
import type { Observation, SourceInfo } from '../core/observation.ts';
import type { Instant } from '../core/time.ts';
import { RECHECK, type WatchFileOptions } from '../files/watch-file.ts';
import type { DemandChange } from '../pipeline/demand.ts';
import type { Source } from '../pipeline/source.ts';
import { decodeLicenses, filedAt, type FiledLicenses } from './file/decode-licenses.ts';
import { LicenseRoll } from './file/license-roll.ts';
import { noticing, type FileObserver } from './file/noticing.ts';
import { watchDecoded, type FileAnswer } from './file/watch-decoded.ts';
import { toFailure, toSighting } from './observations.ts';

export interface LicenseFileOptions extends WatchFileOptions {
  readonly path: string;
  /** How its records are read, where not in the usual way. */
  readonly rules?: RecordRules;
  readonly observer?: FileObserver;
}

/** The license file: the licenses of all tenants, in a file that is watched. */
export function createLicenseFile({
  path,
  rules,
  observer,
  ...options
}: LicenseFileOptions): Source {
  const info: SourceInfo = {
    name: 'license-file',
    label: `license file ${path}`,
    gives: 'licenses',
    onDemand: false,
    interval: options.recheck ?? RECHECK,
  };
  const watching = { noticed: (problem: string) => observer?.noticed?.(problem), ...options };
  const decode = (bytes: Buffer) => decodeLicenses(bytes, path, rules);
  return {
    info,
    observe(demand$, refresh$) {
      const answer$ = watchDecoded(path, watching, decode, refresh$).pipe(
        noticing(observer, ({ nameless }) => nameless),
      );
      return observeLicenses(info, answer$, demand$);
    },
  };
}

function observeLicenses(
  info: SourceInfo,
  answer$: Observable<FileAnswer<FiledLicenses>>,
  demand$: Observable<DemandChange>,
): Observable<Observation> {
  return defer(() => {
    const roll = new LicenseRoll();
    let readAt: Instant = 0;
    const read$ = answer$.pipe(
      map((answer) => {
        if (!answer.ok) {
          roll.distrust();
          return toFailure(info, answer.problem, false);
        }
        readAt = answer.at;
        const filed = filedAt(answer.value, asyncScheduler.now());
        return toSighting(info, roll.takeIn(filed, answer.cut), readAt, true);
      }),
    );
    const demanded$ = demand$.pipe(
      map((change) => roll.change(change)),
      filter((readings) => readings.size > 0),
      map((readings) => toSighting(info, readings, readAt, false)),
    );
    return merge(read$, demanded$);
  });
}

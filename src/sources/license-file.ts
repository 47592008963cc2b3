import {
  asyncScheduler,
  defer,
  filter,
  map,
  merge,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { Observation, SourceInfo } from '../core/observation.ts';
import type { RecordRules } from '../core/license.ts';
import type { WatchFileOptions } from '../files/watch-file.ts';
import type { DemandChange } from '../pipeline/demand.ts';
import type { Source } from '../pipeline/source.ts';
import { decodeLicenses, filedAt, type FiledLicenses } from './file/decode-licenses.ts';
import { LicenseRoll } from './file/license-roll.ts';
import { toFailure, toSighting } from './observations.ts';
import { watchDecoded, type FileAnswer } from './file/watch-decoded.ts';

export interface LicenseFileOptions extends WatchFileOptions {
  readonly path: string;
  /** How its records are read, where not in the usual way. */
  readonly rules?: RecordRules;
  readonly observer?: LicenseFileObserver;
}

/** Who wants to know what is wrong with a license file although it can be read. */
interface LicenseFileObserver {
  /** There is a record that might be anybody's. Told once, until it changes. */
  noticed?(problem: string): void;
}

/** The license file: the licenses of all tenants, in a file that is watched. */
export function createLicenseFile({
  path,
  rules,
  observer,
  ...watching
}: LicenseFileOptions): Source {
  const info: SourceInfo = {
    name: 'license-file',
    label: `license file ${path}`,
    gives: 'licenses',
    onDemand: false,
  };
  const answer$ = watchDecoded(path, watching, (bytes) => decodeLicenses(bytes, path, rules)).pipe(
    noticing(observer),
  );
  return {
    info,
    observe(demand$) {
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
    const read$ = answer$.pipe(
      map((answer) => {
        if (answer.ok)
          return toSighting(info, roll.takeIn(filedAt(answer.value, asyncScheduler.now())), true);
        roll.distrust();
        return toFailure(info, answer.problem, false);
      }),
    );
    const demanded$ = demand$.pipe(
      map((change) => roll.change(change)),
      filter((readings) => readings.size > 0),
      map((readings) => toSighting(info, readings, false)),
    );
    return merge(read$, demanded$);
  });
}

function noticing(
  observer: LicenseFileObserver | undefined,
): MonoTypeOperatorFunction<FileAnswer<FiledLicenses>> {
  return (answer$) =>
    defer(() => {
      let told: string | undefined;
      return answer$.pipe(
        tap((answer) => {
          if (!answer.ok) return;
          const { nameless } = answer.value;
          if (nameless !== undefined && nameless !== told) observer?.noticed?.(nameless);
          told = nameless;
        }),
      );
    });
}

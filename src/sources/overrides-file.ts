import { defer, map } from 'rxjs';
import { diffReadings, type Readings } from '../core/diff.ts';
import type { Observation, SourceInfo } from '../core/observation.ts';
import type { WatchFileOptions } from '../files/watch-file.ts';
import type { Source } from '../pipeline/source.ts';
import { decodeOverrides } from './file/decode-overrides.ts';
import type { FileObserver } from './file/noticing.ts';
import { watchDecoded, type FileAnswer } from './file/watch-decoded.ts';
import { toFailure, toSighting } from './observations.ts';

export interface OverridesFileOptions extends WatchFileOptions {
  readonly path: string;
  readonly observer?: FileObserver;
}

/**
 * The overrides file: what operators want, whatever the licenses say. Every tenant in it is told of, in
 * demand or not.
 */
export function createOverridesFile({ path, observer, ...options }: OverridesFileOptions): Source {
  const info: SourceInfo = {
    name: 'overrides-file',
    label: `overrides file ${path}`,
    gives: 'overrides',
    onDemand: false,
  };
  const watching = { noticed: (problem: string) => observer?.noticed?.(problem), ...options };
  return {
    info,
    observe(_demand$, refresh$) {
      return defer(() => {
        let said: Readings = new Map();
        return watchDecoded(path, watching, decodeOverrides, refresh$).pipe(
          map((answer) => {
            const before = said;
            if (answer.ok) said = answer.value;
            return toObservation(info, before, answer);
          }),
        );
      });
    },
  };
}

function toObservation(
  info: SourceInfo,
  said: Readings,
  answer: FileAnswer<Readings>,
): Observation {
  if (!answer.ok) return toFailure(info, answer.problem, !answer.missing);
  return toSighting(info, diffReadings(said, answer.value), answer.at, true);
}

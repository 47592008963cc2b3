import { defer, map } from 'rxjs';
import type { Observation, SourceInfo } from '../core/observation.ts';
import { RECHECK, type WatchFileOptions } from '../files/watch-file.ts';
import type { Source } from '../pipeline/source.ts';
import { decodeOverrides, type FiledOverrides } from './file/decode-overrides.ts';
import { noticing, type FileObserver } from './file/noticing.ts';
import { OverridesRoll } from './file/overrides-roll.ts';
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
    interval: options.recheck ?? RECHECK,
  };
  const watching = { noticed: (problem: string) => observer?.noticed?.(problem), ...options };
  return {
    info,
    observe(_demand$, refresh$) {
      return defer(() => {
        const roll = new OverridesRoll();
        return watchDecoded(path, watching, decodeOverrides, refresh$).pipe(
          noticing(observer, ({ unnamed }) => unnamed.join('; ') || undefined),
          map((answer) => toObservation(info, roll, answer)),
        );
      });
    },
  };
}

function toObservation(
  info: SourceInfo,
  roll: OverridesRoll,
  answer: FileAnswer<FiledOverrides>,
): Observation {
  if (!answer.ok) return toFailure(info, answer.problem, !answer.missing);
  const changes = roll.takeIn(answer.value, answer.cut);
  if (!changes.ok) return toFailure(info, changes.problem, true);
  return toSighting(info, changes.value, answer.at, true);
}

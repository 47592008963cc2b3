import { map, scan, type OperatorFunction } from 'rxjs';
import { diffReadings, type Readings } from '../core/diff.ts';
import type { Observation, SourceInfo } from '../core/observation.ts';
import type { WatchFileOptions } from '../files/watch-file.ts';
import type { Source } from '../pipeline/source.ts';
import { decodeOverrides } from './file/decode-overrides.ts';
import { toFailure, toSighting } from './observations.ts';
import { watchDecoded, type FileAnswer } from './file/watch-decoded.ts';

export interface OverridesFileOptions extends WatchFileOptions {
  readonly path: string;
}

/**
 * The overrides file: what operators want, whatever the licenses say. Every tenant in it is told of, in
 * demand or not.
 */
export function createOverridesFile({ path, ...watching }: OverridesFileOptions): Source {
  const info: SourceInfo = {
    name: 'overrides-file',
    label: `overrides file ${path}`,
    gives: 'overrides',
    onDemand: false,
  };
  return {
    info,
    observe() {
      return watchDecoded(path, watching, decodeOverrides).pipe(observing(info));
    },
  };
}

/** What the file said when it was last understood, and what was observed by reading it again. */
interface State {
  readonly said: Readings;
  readonly observation: Observation;
}

const NOTHING_SAID: Pick<State, 'said'> = { said: new Map() };

function observing(info: SourceInfo): OperatorFunction<FileAnswer<Readings>, Observation> {
  return (answer$) =>
    answer$.pipe(
      scan<FileAnswer<Readings>, State, Pick<State, 'said'>>(
        ({ said }, answer) => takeIn(said, answer, info),
        NOTHING_SAID,
      ),
      map(({ observation }) => observation),
    );
}

function takeIn(said: Readings, answer: FileAnswer<Readings>, info: SourceInfo): State {
  if (!answer.ok) {
    return { said, observation: toFailure(info, answer.problem, !answer.missing) };
  }
  const readings = diffReadings(said, answer.value);
  return { said: answer.value, observation: toSighting(info, readings, true) };
}

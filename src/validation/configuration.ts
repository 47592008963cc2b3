import { toDocument } from '../config/document.ts';
import { toConfig } from '../config/load.ts';
import { ConfigError } from '../config/problem.ts';
import { error, refused, type Assessment, type Complaint, type Source } from './assessment.ts';

/** Assesses a configuration file as `serve` would load it, with nothing in the environment. */
export function assessConfiguration({ bytes }: Source): Assessment {
  try {
    toConfig(toDocument('', bytes.toString('utf8')), {});
    return { complaints: [], meanings: ['configuration, good as it is'], mentions: [] };
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    return refused(...thrown.problems.map(toComplaint));
  }
}

function toComplaint({ place, message }: ConfigError['problems'][number]): Complaint {
  const [, line, column] = /:(\d+)(?::(\d+))?$/.exec(place) ?? [];
  if (line === undefined) return error(message, undefined);
  return error(message, {
    line: Number(line),
    column: column === undefined ? undefined : Number(column),
  });
}

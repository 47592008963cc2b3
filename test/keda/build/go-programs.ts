/** The Go programs of the harness, and where each is kept once it is built. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The releases of KEDA whose client the tests drive: the newest; the last one without StreamMetricSpec and with
 * connections that outlive their scalers; the last one that acts on a pushed `false`.
 */
export const KEDA_VERSIONS = ['2.21.0', '2.20.2', '2.17.3'] as const;

export type KedaVersion = (typeof KEDA_VERSIONS)[number];

export type GoProgramName = `keda-${KedaVersion}` | 'grpcurl';

interface GoProgram {
  readonly name: GoProgramName;
  /** Of its module. */
  readonly directory: string;
  /** What `go build` is told, apart from where to write to. */
  readonly args: readonly string[];
}

const CLIENT = new URL('../client', import.meta.url).pathname;

/** In the order in which they are built: the smallest first. */
export const GO_PROGRAMS: readonly GoProgram[] = [
  {
    name: 'grpcurl',
    directory: new URL('../grpcurl', import.meta.url).pathname,
    args: ['github.com/fullstorydev/grpcurl/cmd/grpcurl'],
  },
  { name: 'keda-2.21.0', directory: CLIENT, args: ['.'] },
  // The same sources on other module files.
  {
    name: 'keda-2.20.2',
    directory: CLIENT,
    args: ['-modfile=go-2.20.mod', '-tags=keda220', '.'],
  },
  {
    name: 'keda-2.17.3',
    directory: CLIENT,
    args: ['-modfile=go-2.17.mod', '-tags=keda217', '.'],
  },
];

/** Where the program is, once it is built: outside the repository, under a name that changes with its sources. */
export function goProgramPath(name: GoProgramName): string {
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(caches, 'license-scaler', `${name}-${hashOf(goProgram(name))}`);
}

export function goProgram(name: GoProgramName): GoProgram {
  const program = GO_PROGRAMS.find((each) => each.name === name);
  if (program === undefined) throw new Error(`${name} is not among the Go programs`);
  return program;
}

function hashOf({ directory, args }: GoProgram): string {
  const hash = createHash('sha256').update(JSON.stringify(args));
  for (const file of readdirSync(directory).sort()) {
    hash.update(`\n${file}\n`).update(readFileSync(join(directory, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

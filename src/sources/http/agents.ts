import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import { parsed, unparsed, type Parsed } from '../../core/parsed.ts';
import type { Millis } from '../../core/time.ts';
import { createDispatcher, type DispatcherOptions, type Material } from './create-dispatcher.ts';
import { describeError } from './describe-error.ts';
import { createFreshFile, type FreshFile } from './fresh-file.ts';

/** The files that a TLS connection is made with; none of them has to be given. */
export interface TlsFiles {
  /** The authorities that the server's certificate is checked against, in place of the built-in ones. */
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

export interface AgentsOptions extends TlsFiles, DispatcherOptions {
  /** For how long connections are used, however well they work: the host's name may mean another address by then. */
  readonly maxConnectionAge: Millis;
}

/** The pool of connections that requests are made by. */
export interface Agents {
  /** The pool for the next request, or why there is none. Never rejects. */
  current(): Promise<Parsed<Dispatcher>>;
  /** Makes new connections from now on, where this pool is the current one; what is under way on it goes on. */
  renew(agent: Dispatcher): void;
  /** Cuts every connection off. */
  close(): Promise<void>;
}

/**
 * Keeps a pool of connections; a new one where it has become old, or a TLS file changed, so that the next
 * connection is made with the new files, while requests under way end on the old ones. Files that can't be
 * used leave the pool as it is.
 *
 * @param onProblem told once of every problem that leaves the old files in use
 */
export function createAgents(
  options: AgentsOptions,
  onProblem: (problem: string) => void = () => undefined,
): Agents {
  const files = filesOf(options);
  const open = new Set<Dispatcher>();
  let agent: Dispatcher | undefined;
  let madeAt = 0;
  /** What the current pool was made with. */
  let inUse: Material = [];
  let isClosed = false;
  let last: { readonly material: Material; readonly problem: string | undefined } | undefined;
  let told: string | undefined;
  let refreshing: Promise<Parsed<Dispatcher>> | undefined;

  /** Reads the files and replaces the pool where they changed; gives what is wrong with them. */
  async function refresh(): Promise<string | undefined> {
    const material: (Buffer | undefined)[] = [];
    for (const file of files) {
      const content = await file?.read();
      if (content?.ok === false) return content.problem;
      material.push(content?.value);
    }
    if (last !== undefined && isSame(material, last.material)) return last.problem;
    const problem = problemWith(material, options);
    last = { material, problem };
    if (problem === undefined && !isClosed) replace(material);
    return problem;
  }

  function replace(material: Material): void {
    const old = agent;
    agent = createDispatcher(material, options);
    madeAt = performance.now();
    inUse = material;
    open.add(agent);
    if (old !== undefined) void old.close().then(() => open.delete(old));
  }

  function renew(old: Dispatcher): void {
    if (old === agent && !isClosed) replace(inUse);
  }

  async function current(): Promise<Parsed<Dispatcher>> {
    const problem = await refresh();
    const age = performance.now() - madeAt;
    if (agent !== undefined && age >= options.maxConnectionAge) renew(agent);
    if (problem !== undefined && problem !== told && agent !== undefined) onProblem(problem);
    told = problem;
    return agent === undefined ? unparsed(problem ?? 'closed') : parsed(agent);
  }

  return {
    current() {
      // Requests that begin together share one look at the files, and so never make two pools of them.
      refreshing ??= current().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
    renew,
    async close() {
      isClosed = true;
      await Promise.all([...open].map((each) => each.destroy()));
    },
  };
}

function filesOf(options: TlsFiles): readonly (FreshFile | undefined)[] {
  return (['caFile', 'certFile', 'keyFile'] as const).map((key) => {
    const path = options[key];
    return path === undefined ? undefined : createFreshFile(`licenseService.${key}`, path);
  });
}

function isSame(a: Material, b: Material): boolean {
  return a.every((content, index) => content === b[index]);
}

/** What keeps the files from being used together; undefined: nothing. */
function problemWith(
  [ca, cert, key]: Material,
  { caFile, certFile }: TlsFiles,
): string | undefined {
  try {
    // A list of authorities that can't be read is no error to OpenSSL: it would just trust nobody.
    if (ca !== undefined) new X509Certificate(ca);
  } catch (error) {
    return `licenseService.caFile ${caFile ?? ''} holds no certificate: ${describeError(error)}`;
  }
  try {
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    const why = describeError(error);
    return `licenseService.certFile ${certFile ?? ''} and keyFile can't be used together: ${why}`;
  }
}

import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { Agent } from 'undici';
import { parsed, unparsed, type Parsed } from '../../core/parsed.ts';
import type { Millis } from '../../core/time.ts';
import { describeError } from './describe-error.ts';
import { createFreshFile } from './fresh-file.ts';

/** The files that a TLS connection is made with; none of them has to be given. */
export interface TlsFiles {
  /** The authorities that the server's certificate is checked against, in place of the built-in ones. */
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

export interface AgentsOptions extends TlsFiles {
  /** How many connections are open at a time. */
  readonly connections: number;
  /** For making a connection. */
  readonly timeout: Millis;
}

/** The pool of connections that requests are made by. */
export interface Agents {
  /** The pool for the next request, or why there is none. Never rejects. */
  current(): Promise<Parsed<Agent>>;
  /** Cuts every connection off. */
  close(): Promise<void>;
}

type Material = readonly (Buffer | undefined)[];

/**
 * Keeps a pool of connections; a new one where a TLS file changed, so that the next connection is made
 * with the new files, while requests under way end on the old ones. Files that can't be used leave the
 * pool as it is.
 *
 * @param onProblem told once of every problem that leaves the old files in use
 */
export function createAgents(
  options: AgentsOptions,
  onProblem: (problem: string) => void = () => undefined,
): Agents {
  const files = (['caFile', 'certFile', 'keyFile'] as const).map((key) => {
    const path = options[key];
    return path === undefined ? undefined : createFreshFile(`licenseService.${key}`, path);
  });
  const open = new Set<Agent>();
  let agent: Agent | undefined;
  let isClosed = false;
  let last: { readonly material: Material; readonly problem: string | undefined } | undefined;
  let told: string | undefined;
  let refreshing: Promise<Parsed<Agent>> | undefined;

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
    agent = createAgent(material, options);
    open.add(agent);
    if (old !== undefined) void old.close().then(() => open.delete(old));
  }

  async function current(): Promise<Parsed<Agent>> {
    const problem = await refresh();
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
    async close() {
      isClosed = true;
      await Promise.all([...open].map((each) => each.destroy()));
    },
  };
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

function createAgent([ca, cert, key]: Material, { connections, timeout }: AgentsOptions): Agent {
  return new Agent({
    connections,
    connect: {
      timeout,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  });
}

/** How requests go to the API server: over connections that are kept, within a time, patches as merge patches. */
import { Agent } from 'node:https';
import { PatchStrategy, type RequestContext, type ResponseContext } from '@kubernetes/client-node';
import type { Millis } from '../core/time.ts';

/**
 * How long a connection is kept that nobody uses. Licenses change seldom, and what lies between may forget a connection
 * without a word: then the first request after a rest would be lost.
 */
const IDLE: Millis = 30_000;

interface Transport {
  pre(context: RequestContext): Promise<RequestContext>;
  post(context: ResponseContext): Promise<ResponseContext>;
}

/**
 * A middleware for the Kubernetes client.
 *
 * @param timeout how long a request may take, its answer included
 */
export function createTransport(timeout: Millis): Transport {
  const keep = keepAgents();
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- the client wants a promise
    pre: async (context) => {
      const agent = context.getAgent();
      // Not one that goes by a proxy, which is an Agent as well.
      if (agent?.constructor === Agent) context.setAgent(keep(agent));
      if (context.getHttpMethod().toString() === 'PATCH') {
        // The client takes the first type that the API knows, which is another.
        context.setHeaderParam('Content-Type', PatchStrategy.MergePatch);
      }
      context.setSignal(AbortSignal.timeout(timeout));
      return context;
    },
    post: (context) => Promise.resolve(context),
  };
}

/**
 * The client makes an agent, and so a connection with its TLS handshake, for every request. One is kept as long as
 * nothing about it is new: certificates of a kubeconfig are read again, and may be others.
 */
function keepAgents(): (fresh: Agent) => Agent {
  let kept: Agent | undefined;
  let identity: string | undefined;
  return (fresh) => {
    const next = identityOf(fresh);
    if (kept === undefined || next !== identity) {
      // The one before may be at work still; its idle connections end by themselves.
      kept = new Agent({ ...fresh.options, keepAlive: true, timeout: IDLE });
      identity = next;
    }
    return kept;
  };
}

function identityOf({ options }: Agent): string {
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  return JSON.stringify([ca, cert, key, servername, rejectUnauthorized].map(String));
}

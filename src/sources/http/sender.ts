import type { Dispatcher } from 'undici';
import type { Agents } from './agents.ts';
import { isReset } from './explain-failure.ts';
import type { Target } from './follow-redirects.ts';

type Send = (target: Target, signal: AbortSignal) => Promise<Dispatcher.ResponseData>;

/** Sends requests on whichever connection there is. */
export interface Sender {
  /** What sends a GET with these headers, and resolves with the head of the answer. */
  sendWith(headers: Record<string, string>): Send;
  /** Whether there ever was an answer. */
  hasAnswered(): boolean;
}

/**
 * A connection that was idle may have been closed by the other side, or forgotten by something in between,
 * and nobody knows before something is sent on it. So where connections of a pool worked, a request that
 * is cut off before its answer begins is sent once more, on a new connection: it changes nothing there.
 */
export function createSender(agents: Agents): Sender {
  let hasAnswered = false;
  const worked = new WeakSet<Dispatcher>();

  async function current(): Promise<Dispatcher> {
    const agent = await agents.current();
    if (!agent.ok) throw new Error(agent.problem);
    return agent.value;
  }

  async function sendBy(agent: Dispatcher, ...[target, headers, signal]: Request) {
    // undici's own time-outs are coarse, and the signal ends the whole exchange.
    const limits = { signal, headersTimeout: 0, bodyTimeout: 0 };
    const response = await agent.request({ ...target, ...limits, method: 'GET', headers });
    worked.add(agent);
    hasAnswered = true;
    return response;
  }

  return {
    sendWith: (headers) => async (target, signal) => {
      const agent = await current();
      try {
        return await sendBy(agent, target, headers, signal);
      } catch (error) {
        if (!isReset(error) || !worked.has(agent) || signal.aborted) throw error;
        agents.renew(agent);
        return sendBy(await current(), target, headers, signal);
      }
    },
    hasAnswered: () => hasAnswered,
  };
}

type Request = readonly [target: Target, headers: Record<string, string>, signal: AbortSignal];

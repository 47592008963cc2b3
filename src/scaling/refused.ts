/** What the Kubernetes client throws, in an operator's words. */
import { ApiException } from '@kubernetes/client-node';
import { messageOf } from '../core/operator-error.ts';
import { isRecord } from '../core/parsed.ts';
import { formatMillis, type Millis } from '../core/time.ts';

/** The HTTP status that the API server answered with; undefined where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/**
 * One sentence: the API server's own, where it gave one.
 *
 * @param timeout after which a request was given up
 */
export function explain(error: unknown, timeout: Millis): string {
  if (error instanceof Error && error.name === 'AbortError') {
    return `no answer within ${formatMillis(timeout)}`;
  }
  if (!(error instanceof ApiException)) return messageOf(error);
  const said = messageIn(error.body);
  const hint = error.code === 403 ? ': see k8s/components/fast-suspension for the rights' : '';
  return `the API server answered ${error.code}${said === undefined ? '' : ` (${said})`}${hint}`;
}

/** The `message` of a `Status`, which comes as text or already read. */
function messageIn(body: unknown): string | undefined {
  const status = typeof body === 'string' ? parseJson(body) : body;
  if (!isRecord(status)) return undefined;
  return typeof status['message'] === 'string' ? status['message'] : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

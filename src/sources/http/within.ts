import type { Millis } from '../../core/time.ts';

/**
 * Gives work a signal that ends it after `timeout`, or with any of the outer signals. Made by hand because
 * AbortSignal.any() of an AbortSignal.timeout() may be collected before it fires (nodejs/node#57736).
 *
 * Rejects as the work does; work that heeds its signal rejects with `no answer within 3 s`.
 */
export async function within<T>(
  timeout: Millis,
  outer: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new Error(`no answer within ${timeout / 1000} s`));
  }, timeout);
  const stop = (): void => {
    controller.abort(outer.find(({ aborted }) => aborted)?.reason);
  };
  for (const signal of outer) signal.addEventListener('abort', stop, { once: true });
  if (outer.some(({ aborted }) => aborted)) stop();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    for (const signal of outer) signal.removeEventListener('abort', stop);
  }
}

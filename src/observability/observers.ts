/** What the edges tell of themselves, turned into metrics and log lines. */
import type { SourceName } from '../core/observation.ts';
import { formatInstant, type Instant, type Millis } from '../core/time.ts';
import type { Push } from '../pipeline/pushes.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** Listens to the gRPC edge. */
export function createGrpcObserver(metrics: Metrics, logger: Logger) {
  // A child knows its labels; looking them up costs more than counting.
  const unary = memoize((method: string, code: string) => metrics.unary.labels({ method, code }));
  return {
    streamOpened(method: string): void {
      metrics.streams.inc({ method });
    },
    streamEnded(method: string, end: 'client' | 'shutdown' | 'refused'): void {
      if (end !== 'refused') metrics.streams.dec({ method });
    },
    pushed(push: Push): void {
      metrics.pushed(push);
    },
    coalesced(): void {
      metrics.coalesced.inc();
    },
    answered(method: string, code: string, seconds: number): void {
      unary(method, code).observe(seconds);
    },
    crashed(method: string, error: unknown): void {
      logger.error({ method, err: error }, `${method} failed in a way that it should not`);
    },
  };
}

/** Keeps what was made for two words. There must be few of each. */
function memoize<T>(make: (a: string, b: string) => T): (a: string, b: string) => T {
  const made = new Map<string, Map<string, T>>();
  return (a, b) => {
    const known = made.get(a)?.get(b);
    if (known !== undefined) return known;
    const value = make(a, b);
    made.set(a, (made.get(a) ?? new Map<string, T>()).set(b, value));
    return value;
  };
}

/** Listens to a source of licenses. */
export function createSourceObserver(source: SourceName, metrics: Metrics, logger: Logger) {
  return {
    requested({ result, duration }: { result: string; duration: Millis }): void {
      metrics.requests.observe({ source, result }, duration / 1000);
    },
    noticed(problem: string): void {
      logger.warn({ source, problem }, `${source}: ${problem}`);
    },
  };
}

type TlsReload =
  | { readonly kind: 'loaded'; readonly certificates: readonly Certificate[] }
  | { readonly kind: 'broken'; readonly reason: string };

interface Certificate {
  readonly file: string;
  readonly subject: string;
  readonly notAfter: Instant;
}

/** Listens to the reloading of the server's certificates. */
export function createTlsObserver(metrics: Metrics, logger: Logger): (reload: TlsReload) => void {
  return (reload) => {
    if (reload.kind === 'broken') {
      const { reason } = reload;
      logger.error({ reason }, `new TLS files can't be used, the old ones stay in use: ${reason}`);
      return;
    }
    metrics.certificateEnd.reset();
    // The latest end first: of two authorities of one name, the one that ends first is shown.
    const certificates = [...reload.certificates].sort((a, b) => b.notAfter - a.notAfter);
    for (const { file, subject, notAfter } of certificates) {
      metrics.certificateEnd.set({ file, subject }, notAfter / 1000);
      const ends = formatInstant(notAfter);
      logger.info({ file, subject, ends }, `TLS: ${subject} of ${file} is in use, it ends ${ends}`);
    }
  };
}

/** What the edges tell of themselves, turned into metrics and log lines. */
import { guessKedaVersion } from '../core/keda-version.ts';
import type { SourceName } from '../core/observation.ts';
import { formatInstant, type Instant, type Millis } from '../core/time.ts';
import type { Push } from '../pipeline/pushes.ts';
import type { LimitedLog } from './limited-log.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** What the gRPC edge's refusals are told by. */
interface Refusal {
  readonly method: string;
  readonly scaledObject: string;
  readonly code: string;
  readonly why: string;
}

/** The one method of which there is a stream for every ScaledObject. */
const PUSHES = 'StreamIsActive';

/** Listens to the gRPC edge. */
export function createGrpcObserver(metrics: Metrics, lines: LimitedLog) {
  const { streams, pushes } = metrics;
  // A child knows its labels; looking them up costs more than counting.
  const unary = memoize((method: string, code: string) => metrics.unary.labels({ method, code }));
  return {
    streamOpened(method: string, userAgent: string | undefined): void {
      streams.open.inc({ method });
      streams.opened.inc({ method });
      if (method === PUSHES) streams.versions.inc({ keda_version: versionOf(userAgent) });
    },
    streamEnded(method: string, reason: string, userAgent: string | undefined): void {
      streams.open.dec({ method });
      streams.ended.inc({ method, reason });
      if (method === PUSHES) streams.versions.dec({ keda_version: versionOf(userAgent) });
    },
    streamRefused({ method, ...facts }: Refusal): void {
      const { scaledObject, code, why } = facts;
      streams.ended.inc({ method, reason: 'refused' });
      const message = `${method} of ${scaledObject} is refused with ${code}: ${why}`;
      lines.write('warn', 'refused', { method, ...facts }, message);
    },
    pushed(push: Push): void {
      pushes.pushed(push);
    },
    coalesced(): void {
      pushes.coalesced.inc();
    },
    answered(method: string, code: string, seconds: number): void {
      unary(method, code).observe(seconds);
    },
    crashed(method: string, error: unknown): void {
      const message = `${method} failed in a way that it should not`;
      lines.write('error', 'crashed', { method, err: error }, message);
    },
  };
}

function versionOf(userAgent: string | undefined): string {
  return guessKedaVersion(userAgent) ?? 'other';
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

/** How a request to the license service ended. */
interface RequestReport {
  readonly result: string;
  readonly duration: Millis;
  readonly bytes: number;
}

/** Listens to a source of licenses. */
export function createSourceObserver(source: SourceName, metrics: Metrics, lines: LimitedLog) {
  const { requests, received } = metrics.sources;
  return {
    requested({ result, duration, bytes }: RequestReport): void {
      requests.observe({ source, result }, duration / 1000);
      received.inc({ source }, bytes);
    },
    noticed(problem: string): void {
      lines.write('warn', `noticed by ${source}`, { source, problem }, `${source}: ${problem}`);
    },
  };
}

type TlsReload =
  | { readonly kind: 'loaded'; readonly certificates: readonly Certificate[] }
  | { readonly kind: 'broken'; readonly reason: string };

interface Certificate {
  readonly file: string;
  readonly subject: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

const RENEW =
  'KEDA can not connect by it, so put a valid one into the file, or set the clock right';

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
    for (const { file, subject, notBefore, notAfter } of certificates) {
      metrics.certificateEnd.set({ file, subject }, notAfter / 1000);
      const [begins, ends] = [formatInstant(notBefore), formatInstant(notAfter)];
      const now = Date.now();
      const what = `TLS: ${subject} of ${file} is in use`;
      // An authority may be one of several: whether it is needed, only the client knows.
      const level = file === 'certFile' ? 'error' : 'warn';
      if (now > notAfter) {
        logger[level]({ file, subject, ends }, `${what}, but it ended ${ends}: ${RENEW}`);
      } else if (now < notBefore) {
        logger[level]({ file, subject, begins }, `${what}, but it begins only ${begins}: ${RENEW}`);
      } else {
        logger.info({ file, subject, ends }, `${what}, it ends ${ends}`);
      }
    }
  };
}

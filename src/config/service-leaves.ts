/** The kinds of values that only the license service's section has. */
import { z } from 'zod';
import {
  A_PROOF,
  DEFAULT_PROOF,
  parseAbsenceProof,
  type AbsenceProof,
} from '../core/absence-proof.ts';
import { checkHeader, HEADER_VALUE_PATTERN } from './headers.ts';
import { A_PROXY, parseProxyUrl } from './proxy-url.ts';
import { A_PATH, A_URL, parseServicePath, parseServiceUrl, PATH_PATTERN } from './service-url.ts';
import { notes, written } from './written.ts';

/** The URL of a service, without credentials and without a slash at its end. */
export function serviceUrl(description: string) {
  const text = z.string().meta({ format: 'uri', pattern: '^https?://[^@?#]+$' });
  return written(text, z.string(), parseServiceUrl, (url) => url)
    .describe(description)
    .register(notes, { allowed: A_URL });
}

/** The path behind the URL. */
export function servicePath(description: string, fallback: string) {
  const text = z.string().meta({ pattern: PATH_PATTERN });
  return written(text, z.string(), parseServicePath, (path) => path)
    .describe(description)
    .register(notes, { allowed: A_PATH, fallback });
}

/** The URL of a proxy, without credentials, or `none`. */
export function proxyUrl(description: string) {
  const text = z.string().meta({ pattern: '^(none|https?://[^@/?#]+/?)$' });
  return written(text, z.string(), parseProxyUrl, (url) => url)
    .describe(description)
    .register(notes, { allowed: A_PROXY });
}

/** HTTP headers by name. */
export function headers(description: string) {
  return z
    .record(z.string(), z.string().meta({ pattern: HEADER_VALUE_PATTERN }))
    .superRefine(
      (map, context) => {
        for (const [name, value] of Object.entries<unknown>(map)) {
          const checked = checkHeader(name, value);
          if (checked.ok) continue;
          context.addIssue({ code: 'custom', path: [name], message: checked.problem });
        }
      },
      // One wrong header must not hide another.
      { when: ({ value }) => typeof value === 'object' && value !== null },
    )
    .describe(description)
    .register(notes, {
      allowed: 'a mapping of header names to texts',
      entry: 'a text (a number needs quotes)',
      isSecret: true,
    });
}

/** Descriptions of answers by which the service says that it does not know a tenant. */
export function absenceProofs(description: string) {
  const given = z.record(z.string(), z.unknown());
  const proof = written(given, z.custom<AbsenceProof>(), parseAbsenceProof, (value) => ({
    ...value,
  }));
  return z
    .array(proof)
    .describe(description)
    .register(notes, {
      allowed: `a list, each ${A_PROOF}`,
      entry: A_PROOF,
      fallback: JSON.stringify(DEFAULT_PROOF),
    });
}

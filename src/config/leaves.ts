/** The kinds of values that a configuration is made of: how each is written, read and written back. */
import { z } from 'zod';
import { parsed, quote, unparsed, type Parsed } from '../core/parsed.ts';
import type { Millis } from '../core/time.ts';
import {
  ADDRESS_PATTERN,
  AN_ADDRESS,
  formatAddress,
  parseAddress,
  type Address,
} from './address.ts';
import { A_DURATION, DURATION_PATTERN, formatDuration, parseDuration } from './duration.ts';
import { A_SIZE, formatSize, parseSize, SIZE_PATTERN } from './size.ts';
import { notes, written } from './written.ts';

/** The longest timer that JavaScript can set is just below 25 days. */
const LONGEST_TIMER: Millis = 24 * 86_400_000;
const TEN_YEARS: Millis = 3650 * 86_400_000;
const MAX_INT32 = 0x7fffffff;

/** `host:port`, read as `{ host, port }`. */
export function address(description: string) {
  const text = z.string().meta({ pattern: ADDRESS_PATTERN });
  return written(text, z.custom<Address>(), parseAddress, formatAddress)
    .describe(description)
    .register(notes, { allowed: AN_ADDRESS });
}

/** A duration that a timer can be set to, read as milliseconds. */
export function duration(description: string, min: Millis = 1, max: Millis = LONGEST_TIMER) {
  const allowed = `${A_DURATION}, from ${formatDuration(min)} to ${formatDuration(max)}`;
  const text = z.string().meta({ pattern: DURATION_PATTERN });
  return written(text, z.number(), within(parseDuration, min, max, allowed), formatDuration)
    .describe(description)
    .register(notes, { allowed });
}

/** A duration that is only compared with, so that no timer limits it. */
export function age(description: string) {
  return duration(description, 1, TEN_YEARS);
}

/** From none to five durations, each longer than the one before. */
export function delays(description: string) {
  return z
    .array(duration('One delay.'))
    .max(5)
    .superRefine(
      (list, context) => {
        const wrong = new Set(context.issues.map(({ path }) => path?.[0]));
        const sound = [...list.entries()].filter(([index]) => !wrong.has(index));
        sound.forEach(([index, delay], at) => {
          const before = sound[at - 1]?.[1] ?? 0;
          if (delay > before) return;
          const message = `is ${formatDuration(delay)}, allowed is more than the one before it (${formatDuration(before)})`;
          context.addIssue({ code: 'custom', path: [index], message });
        });
      },
      { when: ({ value }) => Array.isArray(value) },
    )
    .describe(description)
    .register(notes, {
      allowed: 'a list of up to 5 durations, each longer than the one before',
      entry: A_DURATION,
    });
}

/** A size, read as bytes. */
export function size(description: string) {
  const [min, max] = [2 ** 10, 2 ** 30];
  const allowed = `${A_SIZE}, from ${formatSize(min)} to ${formatSize(max)}`;
  const given = z.union([z.string().meta({ pattern: SIZE_PATTERN }), z.int().min(min).max(max)]);
  return written(given, z.number(), within(parseSize, min, max, allowed), formatSize)
    .describe(description)
    .register(notes, { allowed });
}

/** A whole number from 1. */
export function count(description: string, max = MAX_INT32) {
  return z
    .int()
    .min(1)
    .max(max)
    .describe(description)
    .register(notes, { allowed: `a whole number from 1 to ${max}` });
}

/** Yes or no. */
export function flag(description: string) {
  return z.boolean().describe(description).register(notes, { allowed: 'true or false' });
}

/** One of some words. */
export function choice<const T extends readonly [string, ...string[]]>(
  description: string,
  words: T,
) {
  return z
    .enum(words)
    .describe(description)
    .register(notes, { allowed: `one of ${words.join(', ')}` });
}

/** Any of some words. */
export function choices<const T extends readonly [string, ...string[]]>(
  description: string,
  words: T,
) {
  const allowed = words.join(', ');
  return z
    .array(z.enum(words))
    .describe(description)
    .register(notes, { allowed: `a list of any of ${allowed}`, entry: `one of ${allowed}` });
}

/** A list of texts. */
export function texts(description: string) {
  return z
    .array(z.string().min(1))
    .describe(description)
    .register(notes, { allowed: 'a list of texts', entry: 'a text' });
}

/** The path of a file. A line break in it means that somebody gave the content instead: not quoted. */
export function file(description: string) {
  const allowed = 'the path of a file';
  const parse = (path: string): Parsed<string> =>
    /\p{Cc}/u.test(path)
      ? unparsed(`holds line breaks or control characters, allowed is ${allowed}`)
      : parsed(path);
  return written(z.string().min(1), z.string(), parse, (path) => path)
    .describe(description)
    .register(notes, { allowed });
}

function within<Given>(
  parse: (given: Given) => Parsed<number>,
  min: number,
  max: number,
  allowed: string,
): (given: Given) => Parsed<number> {
  return (given) => {
    const result = parse(given);
    if (!result.ok || (result.value >= min && result.value <= max)) return result;
    return unparsed(`is ${quote(given)}, allowed is ${allowed}`);
  };
}

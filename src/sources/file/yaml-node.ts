import {
  EVENT_ID,
  NOT_RESOLVED,
  SCALAR_STYLE,
  YAMLException,
  boolCoreTag,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  nullCoreTag,
  parseEvents,
  type Event,
} from 'js-yaml';
import { createLineOf } from './line-of.ts';

/** A value in a YAML text, with what the value alone does not show. */
export interface YamlNode {
  /** Where in the text it begins. A value that is left out begins where the last one did. */
  readonly offset: number;
  /** As JSON would have it. The keys of objects are the texts that were written; of two keys the first counts. */
  readonly value: unknown;
  /** A scalar as it was written, without quotes: `007` where the value is 7; undefined: a list or an object. */
  readonly text: string | undefined;
  /** Whether it is a scalar that stands without quotes, so that a slip can make something else of it. */
  readonly isPlain: boolean;
  /** The items of a list. */
  readonly items: readonly YamlNode[];
  /** The entries of an object, in order; a key may come twice. */
  readonly entries: readonly YamlEntry[];
  /** What is wrong with the keys of an object that its value does not show; undefined: nothing. */
  readonly flaw: string | undefined;
  /** The same, or the first flaw inside. */
  readonly problem: string | undefined;
}

export interface YamlEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

/**
 * Reads a YAML text as a tree, document by document. The parser's own loader is not used, because it makes
 * the number 7 of a key that is written `007`, and refuses a whole file for a key that comes twice.
 *
 * Scalars are read by the core schema of YAML 1.2: dates stay text. Aliases and tags are refused: nothing
 * needs them here, and a few lines of aliases can stand for gigabytes.
 *
 * @throws YAMLException where the text can't be read
 */
export function parseYamlNodes(text: string): YamlNode[] {
  return new Composer(text).documents();
}

type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;

/** Goes once over the parser's events, which come in the order of the text, a `POP` after each collection. */
class Composer {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #lineOf: (offset: number) => number;
  #next = 0;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
    this.#events = parseEvents(text, {});
    this.#lineOf = createLineOf(text);
  }

  documents(): YamlNode[] {
    const documents: YamlNode[] = [];
    while (this.#take()?.type === EVENT_ID.DOCUMENT) {
      documents.push(this.#node());
      this.#take();
    }
    return documents;
  }

  #take(): Event | undefined {
    return this.#events[this.#next++];
  }

  #node(): YamlNode {
    const event = this.#take();
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event);
      case EVENT_ID.SEQUENCE:
        return this.#list(event);
      case EVENT_ID.MAPPING:
        return this.#object(event);
      case EVENT_ID.ALIAS:
        this.#offset = event.anchorStart;
        return this.#refuse('aliases are not allowed');
      default:
        return this.#refuse('a value is missing');
    }
  }

  #scalar(event: EventOf<typeof EVENT_ID.SCALAR>): YamlNode {
    if (event.valueStart >= 0) this.#offset = event.valueStart;
    this.#refuseTag(event);
    const text = getScalarValue(this.#text, event);
    const isPlain = event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0;
    return {
      offset: this.#offset,
      value: isPlain ? resolve(text) : text,
      text,
      isPlain,
      items: NONE,
      entries: NONE,
      flaw: undefined,
      problem: undefined,
    };
  }

  #list(event: EventOf<typeof EVENT_ID.SEQUENCE>): YamlNode {
    const offset = this.#begin(event);
    const items: YamlNode[] = [];
    const value: unknown[] = [];
    let problem: string | undefined;
    while (this.#goesOn()) {
      const item = this.#node();
      items.push(item);
      value.push(item.value);
      problem ??= item.problem;
    }
    return toCollection(offset, value, items, NONE, undefined, problem);
  }

  #object(event: EventOf<typeof EVENT_ID.MAPPING>): YamlNode {
    const offset = this.#begin(event);
    const entries: YamlEntry[] = [];
    const value: Record<string, unknown> = {};
    let flaw: string | undefined;
    let inside: string | undefined;
    while (this.#goesOn()) {
      const entry = { key: this.#node(), value: this.#node() };
      entries.push(entry);
      const refusal = this.#addTo(value, entry);
      flaw ??= refusal;
      inside ??= entry.value.problem;
    }
    return toCollection(offset, value, NONE, entries, flaw, flaw ?? inside);
  }

  #begin(event: EventOf<typeof EVENT_ID.MAPPING | typeof EVENT_ID.SEQUENCE>): number {
    this.#offset = event.start;
    this.#refuseTag(event);
    return event.start;
  }

  /** Whether the collection goes on; takes its end. */
  #goesOn(): boolean {
    const type = this.#events[this.#next]?.type;
    if (type !== undefined && type !== EVENT_ID.POP) return true;
    this.#next++;
    return false;
  }

  #refuseTag({ tagStart, tagEnd }: { tagStart: number; tagEnd: number }): void {
    if (tagStart < 0) return;
    const tag = this.#text.slice(tagStart, tagEnd);
    if (tag !== '!' && tag !== '!!str') this.#refuse(`the tag ${tag} is not allowed`);
  }

  #refuse(message: string): never {
    YAMLException.throwAt(this.#text, this.#offset, message);
  }

  /** @returns what keeps the entry out */
  #addTo(object: Record<string, unknown>, { key, value }: YamlEntry): string | undefined {
    const { text, offset } = key;
    if (text === undefined) return `line ${this.#lineOf(offset)}: a key must be a text`;
    if (Object.hasOwn(object, text)) {
      return `the key ${text} comes again in line ${this.#lineOf(offset)}`;
    }
    // Set by its name, `__proto__` would be no entry, but what the object inherits from.
    if (text === '__proto__') Object.defineProperty(object, text, asEntry(value));
    else object[text] = value.value;
    return undefined;
  }
}

function asEntry({ value }: YamlNode): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true };
}

const NONE: readonly never[] = [];

/** Written out, for a spread would take several times as long as all the rest. */
function toCollection(
  offset: number,
  value: unknown,
  items: YamlNode['items'],
  entries: YamlNode['entries'],
  flaw: string | undefined,
  problem: string | undefined,
): YamlNode {
  return { offset, value, text: undefined, isPlain: false, items, entries, flaw, problem };
}

const IMPLICIT = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag];

function resolve(text: string): unknown {
  const first = text.charAt(0);
  for (const tag of IMPLICIT) {
    if (tag.implicitFirstChars?.includes(first) === false) continue;
    const value: unknown = tag.resolve(text, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
}

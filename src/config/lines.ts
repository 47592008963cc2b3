import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, type Event } from 'js-yaml';
import { formatPath } from './settings.ts';

type Path = readonly PropertyKey[];

/** Where something stands in a text; both are counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where keys and list items stand in a YAML text that may hold several documents. */
export interface Places {
  /** The place of what is at a path or, where nothing is, of what is nearest around it. */
  readonly of: (path: Path, document?: number) => Place | undefined;
  /** Where the text in a literal block (`|`) begins that is at a path; undefined: there is no such block. */
  readonly ofBlock: (path: Path, document?: number) => Place | undefined;
}

/** @param text YAML that loads, and so has no keys but scalars */
export function createPlaces(text: string): Places {
  const documents = new Walk(text).documents;
  const toPlace = createToPlace(text);
  const find = (path: Path, document: number): number | undefined => {
    const offset = documents[document]?.offsets.get(formatPath(path));
    if (offset !== undefined || path.length === 0) return offset;
    return find(path.slice(0, -1), document);
  };
  return {
    of(path, document = 0) {
      const offset = find(path, document);
      return offset === undefined ? undefined : toPlace(offset);
    },
    ofBlock(path, document = 0) {
      const block = documents[document]?.blocks.get(formatPath(path));
      if (block === undefined) return undefined;
      return { line: toPlace(block.offset).line, column: block.indent + 1 };
    },
  };
}

/** Lines are counted once, for there may be ten thousand tenants to place. */
function createToPlace(text: string): (offset: number) => Place {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/**
 * Finds the lines of a YAML text on which keys and list items stand.
 *
 * @param text YAML that loads, and so has no keys but scalars
 * @returns the line (from 1) of what is at a path or, where nothing is, of what is nearest around it
 */
export function createLines(text: string): (path: Path) => number | undefined {
  const places = createPlaces(text);
  return (path) => places.of(path)?.line;
}

/** What was found of one document, by the paths in it. */
interface Found {
  readonly offsets: Map<string, number>;
  readonly blocks: Map<string, { readonly offset: number; readonly indent: number }>;
}

/** One walk over the parser's events, which come in the order of the text, a `POP` after each collection. */
class Walk {
  readonly documents: Found[] = [];
  readonly #text: string;
  readonly #events: readonly Event[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#events = parseEvents(text, {});
    while (this.#take()?.type === EVENT_ID.DOCUMENT) {
      this.documents.push({ offsets: new Map(), blocks: new Map() });
      this.#node([]);
      this.#take();
    }
  }

  #found(): Found | undefined {
    return this.documents.at(-1);
  }

  #take(): Event | undefined {
    return this.#events[this.#next++];
  }

  /** Whether the collection goes on; takes its end. */
  #goesOn(): boolean {
    const type = this.#events[this.#next]?.type;
    if (type !== undefined && type !== EVENT_ID.POP) return true;
    this.#next++;
    return false;
  }

  #node(path: Path): void {
    const event = this.#take();
    if (event?.type === EVENT_ID.MAPPING) {
      while (this.#goesOn()) this.#node([...path, this.#key(path)]);
    } else if (event?.type === EVENT_ID.SEQUENCE) {
      for (let index = 0; this.#goesOn(); index++) this.#item([...path, index]);
    } else if (event?.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.LITERAL_BLOCK) {
      const { valueStart: offset, indent } = event;
      this.#found()?.blocks.set(formatPath(path), { offset, indent });
    }
  }

  #key(path: Path): string {
    const event = this.#take();
    if (event?.type !== EVENT_ID.SCALAR) return '';
    const name = getScalarValue(this.#text, event);
    if (event.valueStart >= 0)
      this.#found()?.offsets.set(formatPath([...path, name]), event.valueStart);
    return name;
  }

  #item(path: Path): void {
    const event = this.#events[this.#next];
    const offset = event === undefined ? -1 : startOf(event);
    if (offset >= 0) this.#found()?.offsets.set(formatPath(path), offset);
    this.#node(path);
  }
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  return 'start' in event ? event.start : -1;
}

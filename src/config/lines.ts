import { EVENT_ID, getScalarValue, parseEvents, type Event } from 'js-yaml';
import { formatPath } from './settings.ts';

type Path = readonly PropertyKey[];

/**
 * Finds the lines of a YAML text on which keys and list items stand.
 *
 * @param text YAML that loads, and so has no keys but scalars
 * @returns the line (from 1) of what is at a path or, where nothing is, of what is nearest around it
 */
export function createLines(text: string): (path: Path) => number | undefined {
  const offsets = new Walk(text).offsets;
  const lineOf = (path: Path): number | undefined => {
    const offset = offsets.get(formatPath(path));
    if (offset !== undefined) return text.slice(0, offset).split('\n').length;
    return path.length === 0 ? undefined : lineOf(path.slice(0, -1));
  };
  return lineOf;
}

/** One walk over the parser's events, which come in the order of the text, a `POP` after each collection. */
class Walk {
  readonly offsets = new Map<string, number>();
  readonly #text: string;
  readonly #events: readonly Event[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#events = parseEvents(text, {});
    this.#take();
    this.#node([]);
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
    }
  }

  #key(path: Path): string {
    const event = this.#take();
    if (event?.type !== EVENT_ID.SCALAR) return '';
    const name = getScalarValue(this.#text, event);
    if (event.valueStart >= 0) this.offsets.set(formatPath([...path, name]), event.valueStart);
    return name;
  }

  #item(path: Path): void {
    const event = this.#events[this.#next];
    const offset = event === undefined ? -1 : startOf(event);
    if (offset >= 0) this.offsets.set(formatPath(path), offset);
    this.#node(path);
  }
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  return 'start' in event ? event.start : -1;
}

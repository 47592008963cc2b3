import { EVENT_ID, getScalarValue, parseEvents, type Event } from 'js-yaml';

/**
 * The lines, counted from 1, on which the entries of a collection in YAML begin, by their keys or, in a
 * list, by their places, counted from 0. A YAML that can't be read has none.
 *
 * @param key the top-level key that the collection stands under; undefined: it is the top level itself
 */
export function entryLines(text: string, key: string | undefined): ReadonlyMap<string, number> {
  try {
    const events = parseEvents(text, {});
    // The first event is the document's.
    const root = childrenOf(events, 1, text);
    const children =
      key === undefined ? root : childrenOf(events, root.get(key)?.value ?? events.length, text);
    return toLines(children, text);
  } catch {
    return new Map();
  }
}

interface Child {
  /** Where it begins in the text. */
  readonly offset: number;
  /** The event that its value begins with. */
  readonly value: number;
}

/** The children, in order, of the collection that begins with an event. */
function childrenOf(
  events: readonly Event[],
  collection: number,
  text: string,
): ReadonlyMap<string, Child> {
  const children = new Map<string, Child>();
  const isMapping = events[collection]?.type === EVENT_ID.MAPPING;
  if (!isMapping && events[collection]?.type !== EVENT_ID.SEQUENCE) return children;
  let at = collection + 1;
  for (let event = events[at]; event?.type !== EVENT_ID.POP; event = events[at]) {
    if (event === undefined) break;
    const name = isMapping ? nameOf(event, text) : String(children.size);
    const value = isMapping ? endOf(events, at) : at;
    children.set(name, { offset: offsetOf(event), value });
    at = endOf(events, value);
  }
  return children;
}

function nameOf(event: Event, text: string): string {
  return event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : '';
}

/** The event after the last one of the node that begins at an event. */
function endOf(events: readonly Event[], begin: number): number {
  let depth = 0;
  for (let at = begin; at < events.length; at++) {
    const type = events[at]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
    if (type === EVENT_ID.POP) depth--;
    if (depth === 0) return at + 1;
  }
  return events.length;
}

function offsetOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    default:
      return 0;
  }
}

/** The children come in the order of the text, so that each line is counted once. */
function toLines(children: ReadonlyMap<string, Child>, text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let line = 1;
  let counted = 0;
  for (const [name, { offset }] of children) {
    line += text.slice(counted, offset).split('\n').length - 1;
    counted = offset;
    lines.set(name, line);
  }
  return lines;
}

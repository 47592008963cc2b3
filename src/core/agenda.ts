/**
 * The agenda: which tenant's standing changes by itself next. A pairing heap, because it is the smallest
 * priority queue that shares its structure between versions: the fleet that holds it is immutable.
 */
import type { TenantId } from './tenant.ts';
import type { Instant } from './time.ts';

export interface Appointment {
  readonly at: Instant;
  readonly tenant: TenantId;
}

interface Node extends Appointment {
  readonly children: Children;
}

type Children = { readonly head: Node; readonly tail: Children } | undefined;

export interface Agenda {
  readonly first: Node | undefined;
  /** Appointments held, those that no longer apply included: nothing is ever taken out of the middle. */
  readonly size: number;
}

export const EMPTY_AGENDA: Agenda = Object.freeze({ first: undefined, size: 0 });

/** Adds an appointment, in constant time. */
export function insert(agenda: Agenda, { at, tenant }: Appointment): Agenda {
  return {
    first: meld(agenda.first, { at, tenant, children: undefined }),
    size: agenda.size + 1,
  };
}

/** Takes out the first appointment, in logarithmic time over a run of calls. */
export function withoutFirst(agenda: Agenda): Agenda {
  if (agenda.first === undefined) return agenda;
  return { first: meldPairs(agenda.first.children), size: agenda.size - 1 };
}

function meld(a: Node | undefined, b: Node | undefined): Node | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.at <= b.at ? adopt(a, b) : adopt(b, a);
}

function adopt(parent: Node, child: Node): Node {
  return {
    at: parent.at,
    tenant: parent.tenant,
    children: { head: child, tail: parent.children },
  };
}

/** Melds neighbours two by two, then the pairs from the last to the first; a loop, for depth has no bound. */
function meldPairs(children: Children): Node | undefined {
  const pairs: (Node | undefined)[] = [];
  for (let rest = children; rest !== undefined; rest = rest.tail?.tail) {
    pairs.push(meld(rest.head, rest.tail?.head));
  }
  return pairs.reduceRight(meld, undefined);
}

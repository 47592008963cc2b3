import type { ScaledObjectState } from '../core/report/scaled-object-row.ts';
import type { Instant } from '../core/time.ts';
import type { Trigger } from '../core/trigger.ts';

/** What a ScaledObject is called. */
export interface Name {
  readonly namespace: string;
  readonly name: string;
}

/** One ScaledObject, told of what happens to it. An entry is changed in place: it is written at every push. */
export class ScaledObjectEntry implements ScaledObjectState {
  readonly namespace: string;
  readonly name: string;
  /** As it was last sent: a change of its metadata that is about something else keeps the entry. */
  trigger: Trigger;
  readonly #now: () => Instant;
  peer = '';
  userAgent: string | undefined;
  openSince: Instant | undefined;
  lastSaid: boolean | undefined;
  lastSaidAt: Instant | undefined;
  lastPollAt: Instant | undefined;
  lastAnswer: string | undefined;
  lastAct: string | undefined;
  lastActAt: Instant | undefined;
  polls = 0;
  streams = 0;
  /** When anything was last seen of it. */
  seenAt: Instant;

  constructor({ namespace, name }: Name, trigger: Trigger, now: () => Instant) {
    this.namespace = namespace;
    this.name = name;
    this.trigger = trigger;
    this.#now = now;
    this.seenAt = now();
  }

  /** A message was written to one of its streams. */
  said(active: boolean): void {
    this.lastSaid = active;
    this.lastSaidAt = this.#now();
  }

  /** A unary call was answered. @param isPoll whether it is the one that is counted as a poll */
  answered(answer: string, isPoll: boolean): void {
    this.seenAt = this.lastPollAt = this.#now();
    this.lastAnswer = answer;
    if (isPoll) this.polls++;
  }
}

/** The scaler: does an errand, which is an act for each ScaledObject of the tenant that it concerns. */
import { asyncScheduler, concatMap, defer, type Observable } from 'rxjs';
import { messageOf } from '../core/operator-error.ts';
import type { Outlook } from '../core/outlook.ts';
import type { ScaledObjectState } from '../core/report/scaled-object-row.ts';
import { describeVerdict } from '../core/report/verdict-sentence.ts';
import { describeStanding, type Standing } from '../core/standing.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { Trigger } from '../core/trigger.ts';
import { judge, type Verdict } from '../core/verdict.ts';
import { act, type Report, type Result } from './act.ts';
import type { Cluster } from './cluster.ts';
import { isLook, type Errand } from './errand.ts';
import { createPace } from './pace.ts';
import type { Direction } from './plan.ts';

export interface ScalerOptions {
  readonly cluster: Cluster;
  /** Whether targets are scaled to 0 when a license lapses. */
  readonly suspends: boolean;
  /** Whether they are scaled up from 0 when one comes, as KEDA does. */
  readonly reinstates: boolean;
  readonly maxPerSecond: number;
  /** How many acts may come at once after a rest. */
  readonly burst: number;
  readonly defaultReplicas: number;
  readonly outlook: (tenant: TenantId) => Outlook;
  /** When what is known of a tenant was last confirmed by its source. */
  readonly confirmedAt: (tenant: TenantId) => Instant | undefined;
  readonly scaledObjectsOf: (tenant: TenantId) => readonly ScaledObjectState[];
}

/** What was done about one ScaledObject, or why nothing was. */
export interface Act {
  readonly scaledObject: ScaledObjectState;
  readonly direction: Direction;
  readonly result: Result;
  /** A sentence. */
  readonly why: string;
  readonly at: Instant;
  /** Since the news that led to it. */
  readonly took: Millis;
  /** Why the Event about it could not be written, where it could not. */
  readonly unannounced: string | undefined;
}

/** What is known is news for so long; then it has to be confirmed before a target is scaled to 0 by it. */
const NEWS: Millis = 5_000;

const LATE: Report = {
  result: 'late',
  why: 'it waited for its turn, and its license has not been confirmed since',
};

export class Scaler {
  readonly #options: ScalerOptions;
  readonly #pace$: Observable<unknown>;
  /** Those whose target was scaled to 0 from here, or may have been, and was not seen to come back. */
  readonly #stopped = new WeakSet<ScaledObjectState>();
  #isClosed = false;

  constructor(options: ScalerOptions) {
    this.#options = options;
    this.#pace$ = createPace(options.maxPerSecond, options.burst);
  }

  /** One act after the other, none faster than the pace. */
  run(errand: Errand): Observable<Act> {
    return defer(() => this.#options.scaledObjectsOf(errand.tenant)).pipe(
      concatMap((scaledObject) => {
        const direction = this.#directionOf(errand, scaledObject);
        if (direction === undefined) return [];
        return this.#pace$.pipe(concatMap(() => this.#act(errand, scaledObject, direction)));
      }),
    );
  }

  /** Updates are not followed any more: who is at work still stops nothing by what was known last, as in a hold. */
  close(): void {
    this.#isClosed = true;
  }

  /** Undefined where there is nothing to do here: it is held, or unknown, or did not change, or is KEDA's. */
  #directionOf(errand: Errand, scaledObject: ScaledObjectState): Direction | undefined {
    const { suspends, reinstates } = this.#options;
    const { trigger } = scaledObject;
    const verdict = this.#judge(trigger);
    if (verdict.kind === 'unsaid' || verdict.held) return undefined;
    const { active } = verdict;
    const wasOther = errand.befores.some((before) => this.#wasActive(before, trigger) === !active);
    if (!active) return suspends && (isLook(errand) || wasOther) ? 'suspension' : undefined;
    // Whoever stopped it sees to it that it starts, even if KEDA should miss it.
    const isOurs = isLook(errand) ? this.#stopped.has(scaledObject) : reinstates && wasOther;
    return isOurs ? 'reinstatement' : undefined;
  }

  async #act(errand: Errand, scaledObject: ScaledObjectState, direction: Direction): Promise<Act> {
    const { cluster } = this.#options;
    const { namespace, name, trigger, openSince } = scaledObject;
    const isHeard = openSince !== undefined;
    // Who looks after what was stopped here starts it as KEDA would.
    const least = isLook(errand) ? 1 : 0;
    const order = { direction, namespace, name, trigger, isHeard, least };
    const report =
      direction === 'suspension' && this.#isOld(errand)
        ? LATE
        : await act(cluster, order, (other) => this.#judge(other));
    const at = asyncScheduler.now();
    this.#remember(scaledObject, direction, report.result);
    const unannounced = await this.#announce(direction, report, trigger);
    const { result, why } = report;
    return { scaledObject, direction, result, why, at, took: at - errand.at, unannounced };
  }

  /** Another scaler may have told KEDA meanwhile what this one only hears with its next answer. */
  #isOld({ tenant, at }: Errand): boolean {
    if (asyncScheduler.now() - at <= NEWS) return false;
    return (this.#options.confirmedAt(tenant) ?? 0) <= at;
  }

  #remember(scaledObject: ScaledObjectState, direction: Direction, result: Result): void {
    if (direction === 'suspension') {
      // What failed may have been done all the same: an answer that was too late, or an undoing that was refused.
      if (result === 'scaled' || result === 'failed') this.#stopped.add(scaledObject);
      else if (result === 'undone') this.#stopped.delete(scaledObject);
    } else if (result === 'scaled' || result === 'already') {
      this.#stopped.delete(scaledObject);
    }
  }

  /** @returns why it could not be announced */
  async #announce(
    direction: Direction,
    { result, scaledObject, why }: Report,
    trigger: Trigger,
  ): Promise<string | undefined> {
    if (scaledObject === undefined) return undefined;
    const isDown = direction === 'suspension' && result === 'scaled';
    const reason = isDown ? 'LicenseSuspended' : 'LicenseReinstated';
    const message = `${why}; ${this.#reasonOf(trigger, isDown)}`;
    try {
      await this.#options.cluster.announce(scaledObject, { reason, message });
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  #reasonOf(trigger: Trigger, isDown: boolean): string {
    const { outlook, defaultReplicas } = this.#options;
    const now = outlook(trigger.tenant);
    const license = `${trigger.tenant} is ${describeStanding(now.standing)}`;
    if (!isDown || now.standing.status === 'unlicensed') return license;
    return `${license}; its trigger is answered ${describeVerdict(now, trigger, defaultReplicas)}`;
  }

  #judge(trigger: Trigger): Verdict {
    const { outlook, defaultReplicas } = this.#options;
    const verdict = judge(outlook(trigger.tenant), trigger, defaultReplicas);
    return this.#isClosed && verdict.kind === 'known' ? { ...verdict, held: true } : verdict;
  }

  /** Undefined where that could not be said. */
  #wasActive(standing: Standing, trigger: Trigger): boolean | undefined {
    const { tenant } = trigger;
    const past: Outlook = { tenant, standing, certainty: 'firm', why: undefined };
    const verdict = judge(past, trigger, this.#options.defaultReplicas);
    return verdict.kind === 'known' ? verdict.active : undefined;
  }
}

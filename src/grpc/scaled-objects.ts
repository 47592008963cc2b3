/** The register of ScaledObjects: who asks about which tenant, from where, and what it was told. */
import type { ScaledObjectState } from '../core/report/scaled-object-row.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { Trigger } from '../core/trigger.ts';
import { Refusals } from './refusals.ts';
import { ScaledObjectEntry, type Name } from './scaled-object-entry.ts';

/** A call or a stream, as grpc-js has it. */
export interface Call {
  getPeer(): string;
  readonly metadata: { get(key: string): readonly (string | Buffer)[] };
}

const NONE: readonly ScaledObjectEntry[] = [];

/** Entries below which nothing is swept. */
const FEW = 1_024;

/** The register. Whoever has neither a stream nor asked for a while is forgotten. */
export class ScaledObjects {
  readonly #keep: Millis;
  readonly #now: () => Instant;
  readonly #entries = new Map<string, ScaledObjectEntry>();
  /** The entries by tenant. Of one tenant there are few, and mostly one: copied rather than kept as a set. */
  readonly #byTenant = new Map<TenantId, readonly ScaledObjectEntry[]>();
  /** Those that can't be read. */
  readonly refusals = new Refusals();
  #sweepAt = FEW;
  #version = 0;

  constructor(keep: Millis, now: () => Instant) {
    this.#keep = keep;
    this.#now = now;
  }

  /** Goes up when another tenant may be asked about, or by fewer or more. */
  get version(): number {
    return this.#version;
  }

  /** How many are kept, those that could be forgotten included. */
  get size(): number {
    return this.#entries.size;
  }

  /** Finds or makes the entry of whoever calls. */
  seen(name: Name, trigger: Trigger, call: Call): ScaledObjectEntry {
    const entry = this.#entryOf(name, trigger);
    entry.trigger = trigger;
    this.refusals.delete(name);
    const peer = call.getPeer();
    if (peer !== entry.peer) entry.peer = peer;
    const [userAgent] = call.metadata.get('user-agent');
    entry.userAgent = userAgent?.toString();
    return entry;
  }

  opened(entry: ScaledObjectEntry): void {
    if (entry.streams++ > 0) return;
    entry.openSince = this.#now();
    this.#version++;
  }

  closed(entry: ScaledObjectEntry): void {
    if (--entry.streams > 0) return;
    entry.openSince = undefined;
    // Kept for a while: a stream that is gone is what is looked for when something is wrong.
    entry.seenAt = this.#now();
    this.#version++;
  }

  /** Its target was scaled from here, or that was tried. @param act a sentence */
  acted({ namespace, name, trigger }: ScaledObjectState, act: string): void {
    const entry = this.#entries.get(keyOf({ namespace, name }, trigger));
    if (entry === undefined) return;
    entry.lastAct = act;
    entry.lastActAt = this.#now();
  }

  /** How many ScaledObjects of the tenant have a stream open. */
  listenersOf(tenant: TenantId): number {
    return this.of(tenant).filter(({ streams }) => streams > 0).length;
  }

  /** Those that are known, in no order; of one tenant, where one is given. */
  list(tenant?: TenantId): ScaledObjectState[] {
    this.#sweep();
    return [...(tenant === undefined ? this.#entries.values() : this.of(tenant))];
  }

  /** Those of one tenant, some of which may be about to be forgotten. */
  of(tenant: TenantId): readonly ScaledObjectEntry[] {
    return this.#byTenant.get(tenant) ?? NONE;
  }

  #entryOf(name: Name, trigger: Trigger): ScaledObjectEntry {
    const { tenant } = trigger;
    const key = keyOf(name, trigger);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= this.#sweepAt) this.#sweep();
    const entry = new ScaledObjectEntry(name, trigger, this.#now);
    this.#entries.set(key, entry);
    const others = this.#byTenant.get(tenant);
    // Not by spreading nothing: that leaves room for 16 more.
    this.#byTenant.set(tenant, others === undefined ? [entry] : [...others, entry]);
    this.#version++;
    return entry;
  }

  #sweep(): void {
    const since = this.#now() - this.#keep;
    for (const [key, entry] of this.#entries) {
      if (entry.streams > 0 || entry.seenAt >= since) continue;
      this.#entries.delete(key);
      this.#leave(entry);
      this.#version++;
    }
    this.#sweepAt = Math.max(FEW, 2 * this.#entries.size);
  }

  #leave(entry: ScaledObjectEntry): void {
    const { tenant } = entry.trigger;
    const others = this.of(tenant).filter((other) => other !== entry);
    if (others.length > 0) this.#byTenant.set(tenant, others);
    else this.#byTenant.delete(tenant);
  }
}

/** A ScaledObject may have several triggers of ours; a slash is in none of the names. */
function keyOf({ namespace, name }: Name, { tenant, service, replicas }: Trigger): string {
  return `${namespace}/${name}/${replicas ?? ''}/${service ?? ''}\n${tenant}`;
}

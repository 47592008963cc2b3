/** The world of one case: what is true, what is faulty, and what was said in it. */
import type { Case, Mode } from './case.ts';
import { Disk } from './disk.ts';
import { INTERVAL, Ledger, type Channel } from './ledger.ts';
import { createLicenseService, garbledRecord } from './license-service.ts';
import { licensesText, overridesText } from './texts.ts';
import {
  BEGIN,
  isValid,
  valueAt,
  type LicenseRecord,
  type OverrideEntry,
  type Tenant,
} from './truth.ts';
import { HOST, Wire } from './wire.ts';
import type { HandClock } from '../helpers/hand-clock.ts';
import type { Places } from './scaler.ts';

/** How long before the fault a tenant that is to be held by then becomes unreadable. */
const GARBLED = 13_000;

/** How long it takes until everybody was asked about again. */
const SETTLED = INTERVAL + 3_000;

/** Something that was said without ground, or not said in time. */
export interface Offence {
  readonly kind: 'wrong false' | 'wrong 0' | 'unfounded true' | 'error' | 'late' | 'broken';
  readonly what: string;
}

export class World {
  readonly drawn: Case;
  readonly clock: HandClock;
  readonly offences: Offence[] = [];
  /** How many answers were judged. */
  judged = 0;
  ledger: Ledger;
  #wire: Wire | undefined;
  #disk: Disk | undefined;
  #asleep = 0;
  readonly #wantedSince = new Map<Tenant, number>();
  /** What whoever writes the file in a fault means to write, and as of when. */
  #meant = { text: '', at: 0 };

  static async create(drawn: Case, clock: HandClock): Promise<World> {
    const world = new World(drawn, clock);
    const { mode } = drawn;
    world.#wire = mode === 'file' ? undefined : new Wire(createLicenseService(drawn, world));
    if (isOfFiles(mode)) {
      world.#disk = await Disk.create(
        drawn.format === 'json' && mode === 'file' ? 'file.json' : 'file.yaml',
      );
      await world.#disk.replace(world.#text());
    }
    return world;
  }

  constructor(drawn: Case, clock: HandClock) {
    this.drawn = drawn;
    this.clock = clock;
    this.ledger = new Ledger(drawn);
  }

  get places(): Places {
    const { mode } = this.drawn;
    const path = this.#disk?.path ?? '';
    if (mode === 'file') return { licenseFile: { path } };
    const url = `http://${HOST}`;
    if (mode === 'fallback') {
      return { licenseService: { url, mode: 'per-tenant' }, licenseFile: { path } };
    }
    if (mode === 'overrides') {
      return { licenseService: { url, mode: 'per-tenant' }, overridesFile: { path } };
    }
    return { licenseService: { url, mode } };
  }

  /** The right time. */
  now(): number {
    return BEGIN + this.clock.passed + this.#asleep;
  }

  isFaulty(): boolean {
    const { from, to } = this.drawn;
    return this.clock.passed >= from && this.clock.passed < to;
  }

  /** Goes up whenever something moves on the wire. */
  get moves(): number {
    return this.#wire?.moves ?? 0;
  }

  get openConnections(): number {
    return this.#wire?.open ?? 0;
  }

  licenseOf(tenant: Tenant): LicenseRecord | 'garbled' | undefined {
    if (this.drawn.mode !== 'overrides' && this.#isGarbled(tenant)) return 'garbled';
    return valueAt(tenant.license, this.now());
  }

  told(tenant: Tenant, said: LicenseRecord | undefined, askedAt: number): void {
    if (said === undefined && askedAt < (this.#wantedSince.get(tenant) ?? Infinity)) {
      this.ledger.fade(tenant);
      return;
    }
    this.ledger.licenseWord(tenant, { askedAt, said }, this.clock.passed);
  }

  /** Somebody wants to know about the tenant. */
  want(tenant: Tenant): void {
    if (!this.#wantedSince.has(tenant)) this.#wantedSince.set(tenant, this.now());
  }

  toldUnproven(tenant: Tenant, askedAt: number): void {
    this.ledger.unprovenAbsence(tenant, askedAt);
  }

  async beginFault(): Promise<void> {
    const { fault } = this.drawn;
    if (fault.with === 'http' && fault.cuts === true) this.#wire?.cut();
    if (fault.with === 'clock') {
      this.#asleep = fault.asleep;
      this.clock.set(this.#asleep + fault.ahead);
      if (fault.asleep > 0) this.ledger.wake(this.clock.passed);
      // While it slept, the file went on.
      await this.change();
    }
    await this.strike();
    if (this.drawn.from === 0) this.restart();
  }

  /** A fault of a file does its work, once more. */
  async strike(): Promise<void> {
    const { fault, random } = this.drawn;
    if (fault.with !== 'file' || this.#disk === undefined || !this.isFaulty()) return;
    this.#listen();
    this.#meant = { text: this.#text(), at: this.now() };
    await fault.strike(this.#disk, this.#meant.text, random);
  }

  async endFault(): Promise<void> {
    const { fault } = this.drawn;
    if (fault.with === 'clock') this.clock.set(this.#asleep);
    await this.#disk?.replace(this.#text());
    this.#listen();
  }

  /** Something is said anew in the file, where nothing is wrong with it. */
  async change(): Promise<void> {
    if (this.#disk === undefined) return;
    if (this.drawn.fault.with === 'file' && this.isFaulty()) {
      if (this.drawn.fault.every === undefined) await this.strike();
      return;
    }
    this.#listen();
    await this.#disk.replace(this.#text());
    this.#listen();
  }

  /** Another process begins: it knows nothing of what was said before. */
  restart(): void {
    this.ledger = new Ledger(this.drawn);
    this.#wantedSince.clear();
    this.#listen();
  }

  /** Takes in what was said, and whether there was ground for it. */
  judge(tenant: Tenant, active: boolean, channel: Channel, what = String(active)): void {
    this.judged++;
    this.#listen();
    const objection = this.ledger.objection(tenant, active, channel, {
      now: this.now(),
      at: this.clock.passed,
    });
    if (objection === undefined) return;
    const kind = active ? 'unfounded true' : what === '0' ? 'wrong 0' : 'wrong false';
    this.offend(kind, tenant, `${channel} says ${objection}`);
  }

  judgeError(tenant: Tenant, error: string): void {
    this.judged++;
    this.#listen();
    if (!this.ledger.knows(tenant, this.clock.passed)) return;
    const mayBeUndecided = this.#dependsOnTheClock(tenant) || this.#followsAnotherList(tenant);
    if (mayBeUndecided && !this.ledger.hasDecided(tenant)) return;
    this.offend('error', tenant, error);
  }

  /** Whether it depended on which clock is right, when the tenant was asked about last. */
  #dependsOnTheClock(tenant: Tenant): boolean {
    const { fault, from, to } = this.drawn;
    if (fault.with !== 'clock' || fault.ahead === 0) return false;
    if (this.clock.passed < from || this.clock.passed > to + SETTLED) return false;
    return [this.now(), this.now() - SETTLED].some((at) => {
      const license = valueAt(tenant.license, at);
      return isValid(license, at) !== isValid(license, at + fault.ahead);
    });
  }

  /** To a list that was another's all its tenants are missing in the next: once, they look like most. */
  #followsAnotherList(tenant: Tenant): boolean {
    const { fault, mode, to } = this.drawn;
    const isAnothers = mode === 'list' && fault.with === 'http' && fault.needsMemory === true;
    return isAnothers && tenant.knowledge === 'unknown' && this.clock.passed < to + 2 * SETTLED;
  }

  offend(kind: Offence['kind'], tenant: Tenant | undefined, what: string): void {
    const who =
      tenant === undefined ? '' : ` of ${tenant.id} (${tenant.knowledge}, ${tenant.story})`;
    const at = ((this.clock.passed - this.drawn.from) / 1_000).toFixed(1);
    this.offences.push({ kind, what: `${kind}${who} ${at} s after the fault began: ${what}` });
  }

  async close(): Promise<void> {
    this.#wire?.close();
    await this.#disk?.close();
  }

  /** A file is heard as long as it holds what it should; of one that is cut, the entries that are whole. */
  #listen(): void {
    const content = this.#disk?.content;
    if (content === undefined) return;
    const askedAt = this.now();
    const isWhole = content === this.#text() || content === this.#meant.text;
    // What is written every few seconds is as old as that.
    const at = content === this.#meant.text ? this.#meant.at : askedAt;
    const areAllClear = !this.drawn.tenants.some((tenant) => this.#isGarbled(tenant));
    for (const tenant of this.drawn.tenants) {
      if (!isWhole && !this.#isNamed(tenant, content)) continue;
      if (this.drawn.mode !== 'fallback' && this.#isGarbled(tenant)) continue;
      if (this.drawn.mode === 'fallback') {
        if (isValid(tenant.filed, askedAt)) this.ledger.grant(tenant);
      } else if (this.drawn.mode === 'file') {
        const said = valueAt(tenant.license, at);
        this.ledger.licenseWord(tenant, { askedAt, said }, this.clock.passed);
      } else {
        const said = valueAt(tenant.override, at);
        this.ledger.overrideWord(tenant, { askedAt, said }, this.clock.passed, areAllClear);
      }
    }
  }

  /** Whether the tenant's entry is whole in a file that is not. Where the end of JSON is missing, nothing can be read. */
  #isNamed(tenant: Tenant, content: string): boolean {
    const { fault, format } = this.drawn;
    if (fault.with !== 'file' || fault.isCut !== true) return false;
    if (format === 'json' && !content.endsWith('}\n')) return false;
    const alone = this.#textOf([tenant]);
    const brackets = /^\{\s*"\w+": [[{]\s*|\s*[\]}]\s*\}\n$/g;
    const entry = format === 'json' ? alone.replace(brackets, '') : alone.replace(/^.*\n/, '');
    return entry !== '' && content.includes(entry);
  }

  #isGarbled({ knowledge }: Tenant): boolean {
    const { from, to } = this.drawn;
    const { passed } = this.clock;
    if (passed >= to || knowledge === 'known') return false;
    return knowledge === 'unknown' || passed >= from - GARBLED;
  }

  /** What the file should hold. */
  #text(): string {
    return this.#textOf(this.drawn.tenants);
  }

  #textOf(tenants: readonly Tenant[]): string {
    const { mode, format } = this.drawn;
    if (mode === 'file') {
      const records = tenants.flatMap((tenant) => {
        const license = this.licenseOf(tenant);
        return license === 'garbled' ? [garbledRecord(tenant)] : (license ?? []);
      });
      return licensesText(records, format);
    }
    if (mode === 'fallback') {
      return licensesText(
        tenants.flatMap(({ filed }) => filed ?? []),
        format,
      );
    }
    const now = this.now();
    const entries = tenants.flatMap((tenant): [string, OverrideEntry][] => {
      if (this.#isGarbled(tenant)) return [[tenant.id, GARBLED_ENTRY]];
      const entry = valueAt(tenant.override, now);
      return entry === undefined ? [] : [[tenant.id, entry]];
    });
    return overridesText(new Map(entries), format);
  }
}

const GARBLED_ENTRY = { licensed: 'perhaps' } as unknown as OverrideEntry;

export function isOfFiles(mode: Mode): boolean {
  return mode === 'file' || mode === 'overrides' || mode === 'fallback';
}

/** When something happens that the file is to be written anew for, in milliseconds since the case began. */
export function turnsOf({ from, to }: Case): number[] {
  return [from - GARBLED, to].filter((at) => at > 0);
}

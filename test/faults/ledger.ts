/** What one process of license-scaler was honestly told, and so what it may say: the oracle. Knows nothing of how it works. */
import type { Case } from './case.ts';
import {
  isValid,
  overrules,
  type LicenseRecord,
  type OverrideEntry,
  type Tenant,
} from './truth.ts';

/** How often a tenant, a list or a file is asked for, in milliseconds. */
export const INTERVAL = 10_000;

/** Honest words older than this are not acted on any more: three intervals and the answer to the last. */
const CURRENT = 3 * INTERVAL + 5_000;

/** For how long, and by how many answers, an absence is to be confirmed that is not proven. */
export const CONFIRMATION = { span: 300_000, answers: 3 };

/** What a clock that is set forward may add to that: it counts as time that was waited, up to an interval. */
const LEAP = INTERVAL;

/** How long a word that was replaced may still be acted on: the change is on its way. */
const LAG = 3_000;

/** For how long a `true` is said again on a stream that was said in time. */
const REPEATS = 10_000 + LAG;

/** For how long a machine that wakes from sleep may go on to grant: until it has asked anew. */
const WAKING = 10_000;

/** Something that was honestly said, and understood by whoever can read. */
export interface Word<T> {
  /** When it was asked for: it may have changed since. */
  readonly askedAt: number;
  readonly said: T | undefined;
}

/** The words of one source about one tenant. `at` is by a clock that nobody sets. */
class Words<T> {
  #last: Word<T> | undefined;
  #before: Word<T> | undefined;
  #replacedAt = -Infinity;
  /** When there was the first. */
  since = Infinity;

  add(word: Word<T>, at: number): void {
    this.since = Math.min(this.since, at);
    if (this.#last !== undefined && this.#last.said !== word.said) {
      this.#before = this.#last;
      this.#replacedAt = at;
    }
    this.#last = word;
  }

  /** The last one, and while that may be on its way yet, the one before. */
  get(at: number): Word<T>[] {
    if (this.#last === undefined) return [];
    return this.#before !== undefined && at - this.#replacedAt <= LAG
      ? [this.#last, this.#before]
      : [this.#last];
  }
}

interface Absence {
  readonly since: number;
  readonly answers: number;
}

interface Account {
  readonly licenses: Words<LicenseRecord>;
  readonly overrides: Words<OverrideEntry>;
  /** Whether a source of lower rank grants it. */
  isGranted: boolean;
  wasLicensed: boolean;
  absence: Absence | undefined;
  /** Who was never licensed is unlicensed by a 404 that proves nothing, once it is sure who answers. */
  unproven: { readonly since: number; readonly counts: boolean } | undefined;
  /** What was said last, if there was ground for it. */
  said: boolean | undefined;
  /** When a stream said `true` last with ground. */
  trueAt: number;
}

export type Channel = 'stream' | 'poll';

/** The right time, and how long the case has run. */
export interface Time {
  readonly now: number;
  readonly at: number;
}

export class Ledger {
  readonly #accounts = new Map<string, Account>();
  readonly #provesAbsence: boolean;
  readonly #hasOverrides: boolean;
  /** When the source was asked last by which it is sure that it answers itself. */
  #vouchedAt = -Infinity;
  #wokeAt = -Infinity;

  constructor({ mode, tenants }: Pick<Case, 'mode' | 'tenants'>) {
    // The exercise's 404 is proof; and a file is whole, or else it is not honest.
    this.#provesAbsence = mode !== 'list';
    this.#hasOverrides = mode === 'overrides';
    for (const { id } of tenants) {
      this.#accounts.set(id, {
        licenses: new Words<LicenseRecord>(),
        overrides: new Words<OverrideEntry>(),
        isGranted: false,
        wasLicensed: false,
        absence: undefined,
        unproven: undefined,
        said: undefined,
        trueAt: -Infinity,
      });
    }
  }

  /** It is not listed, and nobody asks about it: it may be taken for one that never was. */
  fade({ id }: Tenant): void {
    this.#of(id).wasLicensed = false;
  }

  licenseWord({ id }: Tenant, word: Word<LicenseRecord>, at: number): void {
    const account = this.#of(id);
    account.licenses.add(word, at);
    account.unproven = undefined;
    this.#vouchedAt = word.askedAt;
    if (isValid(word.said, word.askedAt)) account.wasLicensed = true;
    const { since = word.askedAt, answers = 0 } = account.absence ?? {};
    account.absence = word.said === undefined ? { since, answers: answers + 1 } : undefined;
  }

  /** A 404 that proves nothing, from whomever. */
  unprovenAbsence({ id }: Tenant, askedAt: number): void {
    const account = this.#of(id);
    const { since, counts } = account.unproven ?? { since: askedAt, counts: false };
    const isSure = since <= this.#vouchedAt && this.#vouchedAt <= askedAt;
    // What was honestly said before is only said again.
    const isSaidAgain = account.absence !== undefined;
    const isSound = (isSure || isSaidAgain) && !account.wasLicensed;
    account.unproven = { since, counts: counts || isSound };
  }

  /** @param areAllClear while one entry can't be read, no other is taken back by not being there */
  overrideWord({ id }: Tenant, word: Word<OverrideEntry>, at: number, areAllClear: boolean): void {
    const { overrides } = this.#of(id);
    const isWithdrawal = word.said === undefined && overrides.get(at)[0]?.said !== undefined;
    if (areAllClear || !isWithdrawal) overrides.add(word, at);
  }

  /** A source of lower rank grants a license. It can't take one away. */
  grant({ id }: Tenant): void {
    this.#of(id).isGranted = true;
  }

  /** The machine was asleep, and wakes. */
  wake(at: number): void {
    this.#wokeAt = at;
  }

  /** Whether anything was honestly said about the tenant, so that an error is no answer any more. */
  knows({ id }: Tenant, at: number): boolean {
    const { licenses, overrides } = this.#of(id);
    const since = this.#hasOverrides ? Math.max(licenses.since, overrides.since) : licenses.since;
    return at - since > LAG;
  }

  /** Whether anything was rightly said of the tenant, so that it can be said again. */
  hasDecided({ id }: Tenant): boolean {
    return this.#of(id).said !== undefined;
  }

  /** What there is no ground for in what was just said; undefined: there is. */
  objection(tenant: Tenant, active: boolean, channel: Channel, time: Time): string | undefined {
    const account = this.#of(tenant.id);
    // To hold is to say what was said; a stream that is opened meanwhile hears nothing.
    const isSaidAgain = channel === 'poll' || (active && time.at - this.#wokeAt <= WAKING);
    const stands = isSaidAgain && account.said === active;
    const hasGround = this.#hasGround(account, active, channel, time);
    if (hasGround && active && channel === 'stream') account.trueAt = time.at;
    const isRepeated = active && channel === 'stream' && time.at - account.trueAt <= REPEATS;
    const isFounded = stands || hasGround || isRepeated;
    if (isFounded) account.said = active;
    return isFounded ? undefined : `${String(active)} without an honest word that says so`;
  }

  #hasGround(account: Account, active: boolean, channel: Channel, { now, at }: Time): boolean {
    const licenses = account.licenses.get(at);
    if (active && account.isGranted && licenses.length === 0) return true;
    if (!active && account.unproven?.counts === true) return true;
    const overrides = account.overrides.get(at);
    const isGround = (ground: Ground): boolean => {
      if (saysOf(ground, ({ askedAt }) => askedAt) !== active) return false;
      // A period that begins is asked about again, and nothing new is said before that.
      return channel === 'poll' || active || isCurrent(ground, now);
    };
    const byLicense = licenses.some((license) => {
      const grounds = this.#hasOverrides
        ? overrides.map((override) => ({ license, override }))
        : [{ license }];
      return (active || this.#isBelievable(account, license)) && grounds.some(isGround);
    });
    return byLicense || overrides.some((override) => isGround({ override }));
  }

  /** Whether a license that is not there any more can be believed to be gone. */
  #isBelievable(
    { wasLicensed, absence }: Account,
    { said, askedAt }: Word<LicenseRecord>,
  ): boolean {
    if (said !== undefined || this.#provesAbsence || !wasLicensed) return true;
    if (absence === undefined) return false;
    const { span, answers } = CONFIRMATION;
    return absence.answers >= answers && askedAt - absence.since >= span - LEAP;
  }

  #of(id: string): Account {
    return this.#accounts.get(id)!;
  }
}

/** What an answer may be founded on: a license, an override, or a license that no override rules out. */
interface Ground {
  readonly license?: Word<LicenseRecord>;
  readonly override?: Word<OverrideEntry>;
}

function saysOf(ground: Ground, at: (word: Word<unknown>) => number): boolean | undefined {
  const { license, override } = ground;
  const ruled = override && overrules(override.said, at(override));
  return ruled ?? (license && isValid(license.said, at(license)));
}

function isCurrent(ground: Ground, now: number): boolean {
  const { license, override } = ground;
  const isRuled = override !== undefined && overrules(override.said, now) !== undefined;
  const askedAt = (isRuled ? override : license)?.askedAt ?? -Infinity;
  return now - askedAt <= CURRENT && saysOf(ground, () => now) === false;
}

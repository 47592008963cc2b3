/** Plays one case on virtual time, with KEDA's streams and polls, and tells what was said that should not have been. */
import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { byHand, type HandClock } from '../helpers/hand-clock.ts';
import { AWAY, type Case } from './case.ts';
import { CONFIRMATION, INTERVAL } from './ledger.ts';
import { Caller } from './caller.ts';
import { configure, startScaler, type Mutation } from './scaler.ts';
import {
  BEGIN,
  changesOf,
  isLicensed,
  isValid,
  valueAt,
  type LicenseRecord,
  type Tenant,
} from './truth.ts';
import { resetUndiciTimers } from './undici-timers.ts';
import { World, isOfFiles, turnsOf, type Offence } from './world.ts';

/** How soon after the end of a fault everything is as it should be: the first answer in one interval, all in another. */
const RECOVERY = 2 * INTERVAL + 6_000;

/** How often KEDA polls, in milliseconds. */
const POLL = 15_000;

export interface Outcome {
  readonly offences: readonly Offence[];
  /** How many answers were judged. */
  readonly judged: number;
  /** Each state that a tenant was in when the fault began. */
  readonly states: ReadonlySet<string>;
}

/** @param mutate breaks license-scaler, where it is given */
export async function play(drawn: Case, mutate: Mutation = (source) => source): Promise<Outcome> {
  resetUndiciTimers();
  const { random } = Math;
  const worlds: World[] = [];
  // What license-scaler leaves to chance is drawn from the case as well.
  Math.random = () => drawn.random.next();
  try {
    await byHand((clock) => playOn(clock, drawn, mutate, worlds), {
      start: BEGIN,
      settle: settling(worlds, isOfFiles(drawn.mode)),
    });
  } finally {
    Math.random = random;
  }
  const { offences, judged } = worlds[0]!;
  return { offences, judged, states: statesOf(drawn) };
}

async function playOn(
  clock: HandClock,
  drawn: Case,
  mutate: Mutation,
  worlds: World[],
): Promise<void> {
  const world = await World.create(drawn, clock);
  worlds.push(world);
  try {
    await new Play(world, clock, mutate).run();
  } finally {
    await world.close();
    // What undici waits for ends with the case.
    await clock.pass(2_000);
  }
}

/** Turns of the event loop until nothing moves any more, on the wire and on the disk. */
function settling(worlds: readonly World[], hasFiles: boolean): () => Promise<void> {
  let seen = 0;
  return async () => {
    for (let quiet = 0; quiet < 3; quiet++) {
      await setImmediate();
      const moves = worlds[0]?.moves ?? 0;
      const isBusy = hasFiles && isDiskBusy();
      // Behind whatever the disk is doing, rather than turn after turn.
      if (isBusy) await stat('/');
      if (isBusy || moves !== seen) quiet = -1;
      seen = moves;
    }
  };
}

const DISK_WORK = ['FSReqPromise', 'FSReqCallback', 'CloseReq', 'FileHandleCloseReq'];

function isDiskBusy(): boolean {
  return process.getActiveResourcesInfo().some((kind) => DISK_WORK.includes(kind));
}

function statesOf({ tenants, from }: Case): ReadonlySet<string> {
  if (from === 0) return new Set(['unknown']);
  const stateOf = (tenant: Tenant): string => {
    if (tenant.knowledge !== 'known') return tenant.knowledge;
    return isLicensed(tenant, BEGIN + from) ? 'licensed' : 'unlicensed';
  };
  return new Set(tenants.map(stateOf));
}

/** Whether those who are spared are held as well: by a 429, and where half of the licensed or more are missing. */
function isEverybodys({ kind, tenants, spared, from, to }: Case): boolean {
  if (kind !== "proxy's 404") return kind === '429';
  const missing = tenants.filter(
    ({ id, license }) => !spared.has(id) && license.some(([, record]) => isValidIn(record)),
  );
  const licensed = tenants.filter((each) => isLicensed(each, BEGIN + from));
  return missing.length * 2 >= licensed.length;

  function isValidIn(record: LicenseRecord | undefined): boolean {
    return isValid(record, BEGIN + from) || isValid(record, BEGIN + to);
  }
}

type Act = () => unknown;

class Play {
  readonly #world: World;
  readonly #clock: HandClock;
  readonly #mutate: Mutation;
  readonly #acts: { readonly at: number; readonly act: Act }[] = [];
  readonly #keda: Caller;

  constructor(world: World, clock: HandClock, mutate: Mutation) {
    this.#world = world;
    this.#clock = clock;
    this.#mutate = mutate;
    this.#keda = new Caller(world);
  }

  async run(): Promise<void> {
    const config = await configure(this.#world.places);
    const start = (): void => {
      this.#keda.scaler = startScaler(config, this.#mutate, (error) => {
        this.#world.offend('broken', undefined, String(error));
      });
    };
    this.#planFault();
    const end = this.#planChecks();
    this.#planKeda(end);
    this.#planStop(start);
    // A fault of the start is there first.
    if (this.#world.drawn.from === 0) await this.#world.beginFault();
    start();
    this.#acts.sort((a, b) => a.at - b.at);
    for (const { at, act } of this.#acts) {
      if (at > this.#clock.passed) await this.#clock.pass(at - this.#clock.passed);
      await act();
    }
    this.#keda.scaler?.leave();
    await this.#clock.pass(1);
    if (this.#world.openConnections > 0) this.#offendLeak();
  }

  #offendLeak(): void {
    const { openConnections } = this.#world;
    this.#world.offend('broken', undefined, `${openConnections} connections are left open`);
  }

  #at(at: number, act: Act): void {
    this.#acts.push({ at, act });
  }

  #planFault(): void {
    const world = this.#world;
    const { from, to, fault, tenants } = world.drawn;
    if (from > 0) this.#at(from, () => world.beginFault());
    this.#at(to, () => world.endFault());
    if (fault.with === 'file' && fault.every !== undefined) {
      for (let at = from + fault.every; at < to; at += fault.every)
        this.#at(at, () => world.strike());
    }
    for (const change of changesOf(tenants)) this.#at(change - BEGIN, () => world.change());
    for (const turn of turnsOf(world.drawn)) this.#at(turn, () => world.change());
  }

  /** @returns when the last check is */
  #planChecks(): number {
    const { drawn } = this.#world;
    const { from, to, fault, mode, tenants, spared } = drawn;
    const known = tenants.filter(({ knowledge }) => knowledge === 'known');
    if (from > 0) this.#at(from - 1, () => this.#keda.check(known));
    const leavers = tenants.filter(
      ({ license }) =>
        mode === 'list' &&
        valueAt(license, BEGIN) !== undefined &&
        license.at(-1)?.[1] === undefined,
    );
    const isSteady = (tenant: Tenant): boolean =>
      changesOf([tenant]).every((at) => Math.abs(at - BEGIN - to) > RECOVERY) &&
      isLicensed(tenant, BEGIN + to) === isLicensed(tenant, BEGIN + to - RECOVERY);
    if (drawn.stopAt === undefined && !isEverybodys(drawn)) {
      const steady = known.filter(
        (each) => spared.has(each.id) && isSteady(each) && !leavers.includes(each),
      );
      this.#at(to - 1, () => this.#keda.check(steady));
    }
    const echo = fault.with === 'http' ? (fault.echo ?? 0) : 0;
    const right = to + echo + RECOVERY;
    this.#at(right, () => this.#keda.check(tenants.filter((each) => !leavers.includes(each))));
    if (leavers.length === 0) return right;
    const confirmed = right + CONFIRMATION.span + RECOVERY;
    this.#at(confirmed, () => this.#keda.check(leavers));
    return confirmed;
  }

  #planKeda(end: number): void {
    const { drawn } = this.#world;
    const { from, to, tenants, random } = drawn;
    for (const tenant of tenants) {
      const begin = random.between(0, 3_000);
      this.#at(begin, () => {
        this.#keda.open(tenant);
      });
      // KEDA comes back with some of its streams while nothing works.
      if (random.next() < 0.5) {
        this.#at(random.between(Math.max(begin, from), to), () => {
          this.#keda.open(tenant);
        });
      }
      // A leaver's last minutes are waited for, not filled.
      for (let at = begin; at < Math.min(end, to + 60_000); at += POLL)
        this.#at(at, () => {
          this.#keda.poll(tenant);
        });
    }
  }

  #planStop(start: () => void): void {
    const { stopAt, tenants } = this.#world.drawn;
    if (stopAt === undefined) return;
    this.#at(stopAt, () => this.#keda.scaler?.endStreams());
    this.#at(stopAt + 500, () => {
      this.#keda.scaler?.leave();
      this.#keda.scaler = undefined;
      if (this.#keda.hasStreams) {
        this.#world.offend('broken', undefined, 'a stream outlives the stop');
      }
    });
    this.#at(stopAt + AWAY, () => {
      if (this.#world.openConnections > 0) this.#offendLeak();
      this.#world.restart();
      start();
    });
    this.#at(stopAt + AWAY + 1_000, () => {
      for (const tenant of tenants) this.#keda.open(tenant);
    });
  }
}

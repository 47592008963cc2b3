/** One case of the fault matrix: where licenses come from, what goes wrong, and when. */
import { FILE_FAULTS, type FileFault } from './file-faults.ts';
import { httpFaults, type HttpFault } from './http-faults.ts';
import { CONFIRMATION } from './ledger.ts';
import { Random } from './random.ts';
import { drawTenants, type Span } from './stories.ts';
import { BEGIN, type Tenant } from './truth.ts';

/** `fallback`: tenant by tenant, and below it a license file that nobody has kept up to date. */
export const MODES = ['per-tenant', 'list', 'file', 'overrides', 'fallback'] as const;
export type Mode = (typeof MODES)[number];

export const MOMENTS = ['at the start', 'while running', 'at a boundary', 'at the stop'] as const;
export type Moment = (typeof MOMENTS)[number];

interface ClockFault {
  readonly variant: string;
  /** How far the clock of this machine is ahead of the right one, in milliseconds. */
  readonly ahead: number;
  /** For how long the machine sleeps when it begins. */
  readonly asleep: number;
}

/** What goes wrong, and with what. */
export type Fault =
  | ({ readonly with: 'http' } & HttpFault)
  | ({ readonly with: 'file' } & FileFault)
  | ({ readonly with: 'clock' } & ClockFault);

/** A case in which nothing goes wrong: what happens in it is followed all the while. */
const NOTHING = 'nothing';

const HOUR = 3_600_000;

const CLOCK: readonly ClockFault[] = [
  { variant: '2 h ahead', ahead: 2 * HOUR, asleep: 0 },
  { variant: '2 h behind', ahead: -2 * HOUR, asleep: 0 },
  { variant: '40 s ahead', ahead: 40_000, asleep: 0 },
  { variant: '40 s behind', ahead: -40_000, asleep: 0 },
  { variant: 'asleep for 2 h', ahead: 0, asleep: 2 * HOUR },
];

/** The faults that a mode can have, by kind. */
export function faultsOf(mode: Mode): Readonly<Record<string, readonly Fault[]>> {
  const ofFiles = mode === 'file' || mode === 'overrides';
  const faults = ofFiles
    ? mapValues(FILE_FAULTS, (fault): Fault => ({ with: 'file', ...fault }))
    : mapValues(httpFaults(mode === 'list'), (fault): Fault => ({ with: 'http', ...fault }));
  // A file says nothing about the time, so nobody can know whose clock is wrong.
  const clock = CLOCK.filter(({ ahead }) => !ofFiles || ahead === 0);
  return {
    [NOTHING]: [{ with: 'clock', variant: 'as it should be', ahead: 0, asleep: 0 }],
    ...faults,
    clock: clock.map((fault): Fault => ({ with: 'clock', ...fault })),
  };
}

function mapValues<T, R>(
  record: Readonly<Record<string, readonly T[]>>,
  map: (value: T) => R,
): Record<string, R[]> {
  return Object.fromEntries(Object.entries(record).map(([key, list]) => [key, list.map(map)]));
}

/** Instants here are milliseconds since the case began. */
export interface Case {
  /** By which it can be run again, alone. */
  readonly name: string;
  readonly mode: Mode;
  readonly kind: string;
  readonly moment: Moment;
  readonly fault: Fault;
  readonly from: number;
  readonly to: number;
  /** When the process is stopped; undefined: it is not. A new one starts `AWAY` later. */
  readonly stopAt: number | undefined;
  readonly tenants: readonly Tenant[];
  /** Those whose answers are as they should be all the while. */
  readonly spared: ReadonlySet<string>;
  readonly format: 'json' | 'yaml';
  readonly random: Random;
}

/** How long no process runs, after a stop. */
export const AWAY = 8_000;

/** @returns undefined where the fault is one that nobody could tell at that moment */
export function drawCase(mode: Mode, kind: string, moment: Moment, seed: string): Case | undefined {
  const random = new Random(`${seed}/${mode}/${kind}/${moment}`);
  const isFresh = moment === 'at the start' || moment === 'at the stop';
  // What has spoken once is not fallen back from: later it is as if there were no file.
  if (mode === 'fallback' && !isFresh) return undefined;
  const faults = (faultsOf(mode)[kind] ?? []).filter(
    (each) => !isFresh || !needsMemory(each, mode),
  );
  if (faults.length === 0) return undefined;
  const fault = random.pick(faults);
  const isLong = fault.with === 'http' && fault.mayLast === true && random.next() < 0.25;
  const { from, to } = drawSpan(moment, fault, isLong, random);
  const span: Span = { from: BEGIN + from, to: BEGIN + to };
  const drawn = drawTenants(span, moment === 'at a boundary', mode === 'overrides', random);
  // At the start nothing is known of anybody.
  const tenants = from > 0 ? drawn : drawn.map((each): Tenant => ({ ...each, knowledge: 'known' }));
  const stopAt = moment === 'at the stop' ? from + random.between(500, 10_000) : undefined;
  const format = random.pick(['json', 'yaml'] as const);
  return {
    name: `${mode}, ${kind} (${fault.variant}) ${moment}, seed ${seed}`,
    ...{ mode, kind, moment, fault, from, to, stopAt, tenants, format, random },
    spared:
      kind === NOTHING
        ? new Set(tenants.filter((each) => !isWithdrawn(each)).map(({ id }) => id))
        : drawSpared(mode, fault, isFresh || isLong, tenants, random),
  };
}

/** While one entry of the overrides can't be read, none is taken back: the withdrawal waits for its end. */
function isWithdrawn({ override }: Tenant): boolean {
  return override.length > 0 && override.at(-1)?.[1] === undefined;
}

function needsMemory(fault: Fault, mode: Mode): boolean {
  if (fault.with === 'clock') return false;
  const isMissing = fault.with === 'file' && fault.isMissing === true;
  return fault.needsMemory === true || (isMissing && mode === 'overrides');
}

/** Longer than it takes to confirm an absence. */
const LONG = CONFIRMATION.span + 100_000;

function drawSpan(
  moment: Moment,
  fault: Fault,
  isLong: boolean,
  random: Random,
): Pick<Case, 'from' | 'to'> {
  const from = moment === 'at the start' ? 0 : random.between(18_000, 28_000);
  if (isLong) return { from, to: from + LONG };
  const length = random.between(moment === 'at the stop' ? 25_000 : 12_000, 45_000);
  const longest = fault.with === 'file' ? (fault.longest ?? length) : length;
  return { from, to: from + Math.min(length, longest) };
}

/** One request may be answered by a sound replica, another not: every second case spares some of the tenants. */
function drawSpared(
  mode: Mode,
  fault: Fault,
  hitsAll: boolean,
  tenants: readonly Tenant[],
  random: Random,
): ReadonlySet<string> {
  const isOfAnswers =
    mode === 'per-tenant' && fault.with === 'http' && fault.connects === undefined;
  if (!isOfAnswers || hitsAll || random.next() < 0.5) return new Set();
  return new Set(
    tenants
      // Of whom nothing is known, nobody can tell from a customer that never was, if others are known.
      .filter(({ knowledge }) => random.next() < 0.5 || knowledge === 'unknown')
      .map(({ id }) => id),
  );
}

/** What may happen to a tenant, as stories that are told of each in turn. */
import type { Random } from './random.ts';
import {
  BEGIN,
  valueAt,
  type Knowledge,
  type LicenseRecord,
  type OverrideEntry,
  type Tenant,
  type Timeline,
} from './truth.ts';

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/** When the fault begins and ends, as instants of the clock that is right. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

function text(at: number): string {
  return new Date(at).toISOString();
}

function record(id: string, start: number, end: number, status?: string): LicenseRecord {
  const record = { id, name: `Tenant ${id}`, services: ['scaled-service'] };
  const period = { period_start: text(start), period_end: text(end) };
  return status === undefined ? { ...record, ...period } : { ...record, ...period, status };
}

/** The instants that a story is told with: `early` and `late` are in the fault, `late` after `early`. */
interface Plot {
  readonly id: string;
  readonly early: number;
  readonly late: number;
}

type Story<T> = (plot: Plot) => Timeline<T>;

const ALWAYS = 0;
const past = BEGIN - YEAR;
const future = BEGIN + 10 * YEAR;
const valid = ({ id }: Plot): LicenseRecord => record(id, past, future);
const over = ({ id }: Plot): LicenseRecord => record(id, past, BEGIN - 2 * HOUR);

/** Stories that end as they begin. */
const STEADY: Readonly<
  Record<'licensed' | 'unlicensed', Readonly<Record<string, Story<LicenseRecord>>>>
> = {
  licensed: {
    'is licensed for years': (plot) => [[ALWAYS, valid(plot)]],
    'ends in an hour': ({ id }) => [[ALWAYS, record(id, past, BEGIN + HOUR)]],
    'began half an hour ago': ({ id }) => [[ALWAYS, record(id, BEGIN - HOUR / 2, future)]],
    'is active': ({ id }) => [[ALWAYS, record(id, past, future, 'active')]],
  },
  unlicensed: {
    'ended long ago': (plot) => [[ALWAYS, over(plot)]],
    'ended half an hour ago': ({ id }) => [[ALWAYS, record(id, past, BEGIN - HOUR / 2)]],
    'begins in an hour': ({ id }) => [[ALWAYS, record(id, BEGIN + HOUR, future)]],
    'is suspended': ({ id }) => [[ALWAYS, record(id, past, future, 'suspended')]],
    'was never a customer': () => [[ALWAYS, undefined]],
  },
};

const STEADY_STORIES = Object.entries({ ...STEADY.licensed, ...STEADY.unlicensed });

/** Stories in which something happens while the fault lasts. */
const EVENTFUL: Readonly<Record<string, Story<LicenseRecord>>> = {
  'ends in the fault': ({ id, early }) => [[ALWAYS, record(id, past, early)]],
  'is renewed 3 s before its end': ({ id, early }) => [
    [ALWAYS, record(id, past, early)],
    [early - 3_000, record(id, past, future)],
  ],
  'is renewed after its end': ({ id, early, late }) => [
    [ALWAYS, record(id, past, early)],
    [late, record(id, past, future)],
  ],
  'begins in the fault': ({ id, early }) => [[ALWAYS, record(id, early, future)]],
  'is put off before it begins': ({ id, early }) => [
    [ALWAYS, record(id, early, future)],
    [early - 3_000, record(id, early + YEAR, future)],
  ],
  'is suspended in the fault': (plot) => [
    [ALWAYS, valid(plot)],
    [plot.early, record(plot.id, past, future, 'suspended')],
  ],
  'is reinstated in the fault': (plot) => [
    [ALWAYS, over(plot)],
    [plot.early, valid(plot)],
  ],
  'becomes a customer in the fault': (plot) => [
    [ALWAYS, undefined],
    [plot.early, valid(plot)],
  ],
  'is suspended and reinstated in the fault': (plot) => [
    [ALWAYS, valid(plot)],
    [plot.early, record(plot.id, past, future, 'suspended')],
    [plot.late, valid(plot)],
  ],
};

/** One of them at most in a case: that most customers leave at once is trouble of the source, and held. */
const LEAVES: Story<LicenseRecord> = (plot) => [
  [ALWAYS, valid(plot)],
  [plot.early, undefined],
];

const OVERRIDES: Readonly<Record<string, Story<OverrideEntry>>> = {
  'no override': () => [],
  'granted by an override': () => [[ALWAYS, { licensed: true }]],
  'denied by an override': () => [[ALWAYS, { licensed: false }]],
  'granted for an hour': () => [[ALWAYS, { licensed: true, until: text(BEGIN + HOUR) }]],
  'granted until the fault': ({ early }) => [[ALWAYS, { licensed: true, until: text(early) }]],
  'denied until the fault': ({ early }) => [[ALWAYS, { licensed: false, until: text(early) }]],
  'granted for longer 3 s before the end': ({ early }) => [
    [ALWAYS, { licensed: true, until: text(early) }],
    [early - 3_000, { licensed: true }],
  ],
  'granted in the fault': ({ early }) => [[early, { licensed: true }]],
  'denied in the fault': ({ early }) => [[early, { licensed: false }]],
  'grant withdrawn in the fault': ({ early }) => [
    [ALWAYS, { licensed: true }],
    [early, undefined],
  ],
};

/** A tenant that is licensed at first or not, and how much of it is known when the fault begins. */
type Part = readonly [Knowledge, 'licensed' | 'unlicensed' | 'eventful'];

const PARTS: readonly Part[] = (['known', 'held', 'unknown'] as const).flatMap((knowledge) => [
  [knowledge, 'licensed'],
  [knowledge, 'unlicensed'],
]);

/** Who may leave, of those whom `drawTenants` draws. */
const LEAVER = PARTS.length + 1;

/**
 * Draws the tenants of one case: in every state of knowledge one that is licensed and one that is not, and some to
 * whom something happens in the fault.
 *
 * @param soon whether it happens in the first seconds of the fault
 */
export function drawTenants(
  span: Span,
  soon: boolean,
  hasOverrides: boolean,
  random: Random,
): Tenant[] {
  const parts: Part[] = [
    ...PARTS,
    ['known', 'licensed'],
    ['known', 'eventful'],
    [random.pick(['known', 'held']), 'eventful'],
  ];
  return parts.map(([knowledge, part], index) => {
    const id = `tenant-${'abcdefghijklm'[index] ?? ''}`;
    const early =
      span.from +
      (soon ? random.between(500, 8_000) : random.between(500, span.to - span.from - 2_000));
    const plot = { id, early, late: random.between(early + 1, span.to - 1_000) };
    const [story, license] = drawLicense(part, index === LEAVER && random.next() < 0.5, random);
    const [steady, base] = random.pick(STEADY_STORIES);
    if (!hasOverrides) {
      const filed = valueAt(base(plot), BEGIN);
      return { id, story, knowledge, license: license(plot), override: [], filed };
    }
    const [words, override] = drawOverride(part, random);
    // The license service is well in these cases, and what it says does not change.
    return {
      id,
      story: `${steady}, ${words}`,
      knowledge,
      license: base(plot),
      override: override(plot),
      filed: undefined,
    };
  });
}

function drawLicense(
  part: Part[1],
  leaves: boolean,
  random: Random,
): [string, Story<LicenseRecord>] {
  if (part !== 'eventful') return random.pick(Object.entries(STEADY[part]));
  return leaves ? ['leaves in the fault', LEAVES] : random.pick(Object.entries(EVENTFUL));
}

function drawOverride(part: Part[1], random: Random): [string, Story<OverrideEntry>] {
  const isWanted = (name: string): boolean =>
    part === 'eventful' ||
    (part === 'licensed' ? /^granted (by|for an)/ : /^(denied by|no override)/).test(name);
  return random.pick(Object.entries(OVERRIDES).filter(([name]) => isWanted(name)));
}

import { expect } from 'chai';
import fc from 'fast-check';
import {
  createFleet,
  observe,
  unchanged,
  type Fleet,
  type FleetUpdate,
} from '../../src/core/fleet.ts';
import type { Observation, Reading } from '../../src/core/observation.ts';
import { outlook } from '../../src/core/outlook.ts';
import { confirmedAt } from '../../src/core/source-state.ts';
import type { Instant } from '../../src/core/time.ts';
import {
  ABSENT,
  FILE,
  OVERRIDES,
  SERVICE,
  SILENT,
  UNPROVEN,
  failure,
  licensed,
  overridden,
  sighting,
  unreadable,
} from '../helpers/facts.ts';

const MINUTE = 60_000;
/** Polled so rarely that nothing gets stale here. */
const POLLED = { ...SERVICE, interval: 60 * MINUTE, confirmAbsenceFor: 5 * MINUTE };
const [A, B, C, D] = ['tenant-a', 'tenant-b', 'tenant-c', 'tenant-d'] as const;

function play(...steps: readonly Observation[]): FleetUpdate {
  let update = unchanged(createFleet([POLLED, OVERRIDES]));
  for (const step of [sighting(OVERRIDES, 0), ...steps])
    update = observe(update.fleet, step, step.at);
  return update;
}

/** About single tenants, as they are asked about one by one. */
function told(at: Instant, readings: Readonly<Record<string, Reading>>): Observation {
  return sighting(POLLED, at, readings, false);
}

/** A whole list, of which only what changed is named. */
function listed(at: Instant, readings: Readonly<Record<string, Reading>> = {}): Observation {
  return sighting(POLLED, at, readings);
}

function stateOf({ fleet }: FleetUpdate, tenant: string, now: Instant): string {
  const { standing, certainty } = outlook(fleet, tenant, now, 60 * MINUTE);
  return `${certainty} ${standing.status}`;
}

const ALL = { [A]: licensed(), [B]: licensed(), [C]: licensed() };

describe('a tenant that its source does not know', () => {
  it('is unlicensed at once where it never was licensed, and a whole list does not name it', () => {
    expect(stateOf(play(listed(1, { ...ALL, [D]: UNPROVEN })), D, 1)).to.equal('firm unlicensed');
    expect(stateOf(play(told(1, { [D]: ABSENT })), D, 1)).to.equal('firm unlicensed');
  });

  it('is asked about again once the source has given a license, or proof, to anybody', () => {
    const unknown = play(told(0, { [B]: licensed() }), told(1, { [A]: UNPROVEN }));
    expect(stateOf(unknown, A, 1)).to.equal('unknown unknown');
    for (const vouching of [told(2, { [B]: licensed() }), told(2, { [C]: ABSENT })]) {
      const vouched = observe(unknown.fleet, vouching, 2);
      expect(vouched.refresh).to.deep.equal([A]);
      expect(stateOf(vouched, A, 2)).to.equal('unknown unknown');
      const again = observe(vouched.fleet, told(3, { [A]: UNPROVEN }), 3);
      expect(stateOf(again, A, 3)).to.equal('firm unlicensed');
      const later = observe(again.fleet, told(4, { [A]: UNPROVEN }), 4);
      expect(stateOf(later, A, 4)).to.equal('firm unlicensed');
    }
  });

  it('is unknown where its question was older than the answer that proves the source', () => {
    const early = told(1, { [A]: UNPROVEN });
    const seen = play(early, told(2, { [B]: licensed() }), early);
    expect(stateOf(seen, A, 2)).to.equal('unknown unknown');
  });

  it('is unlicensed at once where that is proven, though it was licensed', () => {
    expect(stateOf(play(told(0, ALL), told(1, { [A]: ABSENT })), A, 1)).to.equal('firm unlicensed');
  });

  it('stays unlicensed where its license had ended', () => {
    const ended = told(1, { [A]: licensed({ end: 1 }), [B]: licensed() });
    expect(stateOf(play(ended, told(2, { [A]: UNPROVEN })), A, 2)).to.equal('held unlicensed');
  });

  it('is held where it was licensed', () => {
    expect(stateOf(play(told(0, ALL), told(1, { [A]: UNPROVEN })), A, 1)).to.equal('held licensed');
  });

  it('is held where its license has just ended and was not read again since', () => {
    const known = told(0, { [A]: licensed({ end: 5 }), [B]: licensed() });
    const gone = play(known, told(6, { [A]: UNPROVEN }), told(7, { [B]: licensed() }));
    const again = observe(gone.fleet, told(8, { [A]: UNPROVEN }), 8);
    expect(stateOf(again, A, 8)).to.equal('held licensed');
  });

  it('is held where a lower source licenses it, whatever is said first', () => {
    const known = sighting(FILE, 0, { [A]: licensed() });
    const answers = [
      told(1, { [A]: UNPROVEN }),
      told(2, { [B]: licensed() }),
      told(3, { [A]: UNPROVEN }),
    ];
    let update = unchanged(createFleet([FILE, POLLED]));
    for (const step of [known, failure(POLLED, 0), ...answers]) {
      update = observe(update.fleet, step, step.at);
    }
    expect(stateOf(update, A, 3)).to.equal('held licensed');
    expect(update.fleet.sources[1]).to.include({ missing: 0, trouble: undefined });
  });

  it('is nobody that the source had licensed, where only an override licenses it', () => {
    const trials = { [C]: UNPROVEN, [D]: UNPROVEN };
    const licensing = { [C]: overridden({ licensed: true }), [D]: overridden({ licensed: true }) };
    const seen = play(sighting(OVERRIDES, 1, licensing), failure(POLLED, 2), told(3, trials));
    expect(seen.fleet.sources[0]).to.include({ missing: 0 });
    const list = observe(seen.fleet, listed(4, { ...trials, [A]: licensed() }), 4);
    expect([A, C].map((tenant) => stateOf(list, tenant, 4))).to.deep.equal([
      'firm licensed',
      'firm licensed',
    ]);
  });

  it('is held after three answers that were not minutes apart, and after minutes of two answers', () => {
    const quick = [1, 2, 3, 4].map((at) => told(at, { [A]: UNPROVEN, [B]: licensed() }));
    expect(stateOf(play(told(0, ALL), ...quick), A, 4)).to.equal('held licensed');
    const slow = [1, 9 * MINUTE].map((at) => told(at, { [A]: UNPROVEN, [B]: licensed() }));
    expect(stateOf(play(told(0, ALL), ...slow), A, 9 * MINUTE)).to.equal('held licensed');
  });

  it('is unlicensed once that is confirmed, while others are still answered', () => {
    const answers = [0, 3, 5].map((minutes) =>
      told(1 + minutes * MINUTE, { [A]: UNPROVEN, [B]: licensed() }),
    );
    const seen = play(told(0, ALL), ...answers);
    expect(stateOf(seen, A, 1 + 5 * MINUTE)).to.equal('firm unlicensed');
    expect(seen.fleet.sources[0]).to.include({ missing: 0 });
  });

  it('is held where nobody else was answered since', () => {
    const answers = [0, 3, 5, 9].map((minutes) => told(1 + minutes * MINUTE, { [A]: UNPROVEN }));
    expect(stateOf(play(told(0, ALL), ...answers), A, 9 * MINUTE)).to.equal('held licensed');
  });

  it('is no trouble of the source where it was the only one, and unlicensed once others prove the source', () => {
    const alone = play(told(0, { [A]: licensed() }), told(1, { [A]: UNPROVEN }));
    expect(alone.fleet.sources[0]).to.include({ missing: 1, trouble: undefined });
    const answers = [0, 3, 5].map((minutes) =>
      told(1 + minutes * MINUTE, { [A]: UNPROVEN, [B]: ABSENT }),
    );
    const proved = play(told(0, { [A]: licensed() }), ...answers);
    expect(stateOf(proved, A, 1 + 5 * MINUTE)).to.equal('firm unlicensed');
  });

  it('is not confirmed by the answers to others, nor forgotten where it could not be asked about', () => {
    const gone = listed(1, { [A]: UNPROVEN });
    const { tenants, sources } = play(listed(0, ALL), gone, listed(2)).fleet;
    expect(confirmedAt(tenants.get(A)!.words[0]!, sources[0]!)).to.equal(0);
    const failed = play(
      told(0, ALL),
      told(1, { [A]: UNPROVEN }),
      failure(POLLED, 2, { tenant: A }),
    );
    expect(failed.fleet.sources[0]).to.include({ missing: 1 });
    const record = play(told(0, ALL), told(1, { [A]: UNPROVEN }), told(2, { [A]: unreadable() }));
    expect(record.fleet.sources[0]).to.include({ missing: 0 });
  });

  it('begins anew where it was known in between', () => {
    const answers = [0, 3, 4, 5, 6].map((minutes) =>
      told(1 + minutes * MINUTE, { [A]: minutes === 4 ? licensed() : UNPROVEN, [B]: licensed() }),
    );
    expect(stateOf(play(told(0, ALL), ...answers), A, 6 * MINUTE + 1)).to.equal('held licensed');
  });

  it('is held where nobody asked for most of the time, or a clock was set forward', () => {
    const slept = { ...POLLED, interval: MINUTE };
    const answers = [1, 2, 122, 123].map((minutes) =>
      sighting(slept, minutes * MINUTE, { [A]: UNPROVEN, [B]: licensed() }, false),
    );
    let fleet = createFleet([slept]);
    for (const seen of [sighting(slept, 0, ALL, false), ...answers])
      fleet = observe(fleet, seen, seen.at).fleet;
    expect(fleet.tenants.get(A)!.standing.status).to.equal('licensed');
    expect(fleet.tenants.get(A)!.words[0]!.missing).to.include({ answers: 4, lasted: 3 * MINUTE });
  });

  it('counts every whole answer that does not name it, and the slices of one as one', () => {
    const gone = listed(1, { [A]: UNPROVEN });
    const once = play(listed(0, ALL), gone, gone, gone);
    expect(once.fleet.tenants.get(A)!.words[0]!.missing).to.include({ answers: 1 });
    const often = play(listed(0, ALL), gone, listed(3 * MINUTE), listed(4 * MINUTE));
    expect(stateOf(often, A, 4 * MINUTE)).to.equal('held licensed');
    const confirmed = play(listed(0, ALL), gone, listed(3 * MINUTE), listed(1 + 5 * MINUTE));
    expect(confirmed.transitions.map(({ tenant }) => tenant)).to.deep.equal([A]);
    expect(stateOf(confirmed, A, 1 + 5 * MINUTE)).to.equal('firm unlicensed');
  });

  it('goes on being held through an outage', () => {
    const seen = play(
      told(0, ALL),
      told(1, { [A]: UNPROVEN }),
      failure(POLLED, MINUTE),
      told(6 * MINUTE, { [A]: UNPROVEN }),
      told(7 * MINUTE, { [A]: UNPROVEN }),
    );
    expect(stateOf(seen, A, 7 * MINUTE)).to.equal('held licensed');
  });
});

describe('most licensed tenants missing together', () => {
  const lost = { [A]: UNPROVEN, [B]: UNPROVEN };

  it('are trouble of the source: everybody is held, for as long as it lasts', () => {
    const seen = play(told(0, ALL), told(1, lost));
    expect(seen.fleet.sources[0]!.trouble).to.deep.equal({
      since: 1,
      reason: 'it no longer knows 2 of 3 licensed tenants, all at once and without proof',
      opaque: false,
      isMassAbsence: true,
    });
    expect([A, B, C].map((tenant) => stateOf(seen, tenant, 1))).to.deep.equal(
      Array.from({ length: 3 }, () => 'held licensed'),
    );
    const hours = [10, 20, 30].map((minutes) =>
      told(minutes * MINUTE, { ...lost, [C]: licensed() }),
    );
    const later = play(told(0, ALL), told(1, lost), ...hours);
    expect([A, B].map((tenant) => stateOf(later, tenant, 30 * MINUTE))).to.deep.equal([
      'held licensed',
      'held licensed',
    ]);
    expect(later.fleet.sources[0]!.trouble?.since).to.equal(1);
  });

  it('are counted among those whom the source licensed, whatever overrides license besides', () => {
    const others = Object.fromEntries(
      ['x', 'y', 'z'].map((id) => [id, overridden({ licensed: true })]),
    );
    const seen = play(sighting(OVERRIDES, 0, others), told(0, ALL), told(1, lost));
    expect(seen.fleet.sources[0]!.trouble?.isMassAbsence).to.equal(true);
  });

  it('end it by being known again', () => {
    const seen = play(told(0, ALL), told(1, lost), told(2, { [A]: licensed(), [C]: licensed() }));
    expect(seen.sourceTurned).to.equal(true);
    expect(seen.fleet.sources[0]!.trouble).to.equal(undefined);
    expect(stateOf(seen, A, 2)).to.equal('firm licensed');
    expect(stateOf(seen, B, 2)).to.equal('held licensed');
  });

  it('are not confirmed by what was said meanwhile', () => {
    const during = [2, 4, 6].map((minutes) => listed(minutes * MINUTE, lost));
    const before = play(listed(0, ALL), listed(MINUTE, lost), ...during);
    const [{ fleet }, gone] = [before, { [A]: licensed() }];
    const back = observe(fleet, listed(7 * MINUTE, gone), 7 * MINUTE);
    expect(stateOf(back, B, 7 * MINUTE)).to.equal('held licensed');
    const later = observe(back.fleet, listed(9 * MINUTE), 9 * MINUTE);
    const almost = observe(later.fleet, listed(11 * MINUTE), 11 * MINUTE);
    expect(stateOf(almost, B, 11 * MINUTE)).to.equal('held licensed');
    const confirmed = observe(almost.fleet, listed(12 * MINUTE), 12 * MINUTE);
    expect(stateOf(confirmed, B, 12 * MINUTE)).to.equal('firm unlicensed');
  });

  it('keep a tenant from being called unlicensed that was never known', () => {
    const seen = play(
      told(0, ALL),
      told(1, lost),
      told(2, { [D]: UNPROVEN }),
      told(3, { [C]: licensed() }),
      told(4, { [D]: UNPROVEN }),
    );
    expect(stateOf(seen, D, 4)).to.equal('unknown unknown');
  });

  it('are told by a list at once, in whatever slices', () => {
    const seen = play(listed(0, ALL), told(1, { [A]: UNPROVEN }), listed(1, { [B]: UNPROVEN }));
    expect(seen.fleet.sources[0]!.trouble?.isMassAbsence).to.equal(true);
    const back = play(listed(0, ALL), listed(1, lost), listed(2), listed(3, ALL));
    expect([A, B, C].map((tenant) => stateOf(back, tenant, 3))).to.deep.equal(
      Array.from({ length: 3 }, () => 'firm licensed'),
    );
  });
});

describe('absences, whatever happens', () => {
  const TENANTS = [A, B, C, D];
  const reading = fc.constantFrom<Reading>(licensed(), licensed(), UNPROVEN, UNPROVEN, SILENT);
  const step = fc.tuple(
    fc.integer({ min: 0, max: 3 * MINUTE }),
    fc.dictionary(fc.constantFrom(...TENANTS), reading, { maxKeys: 3, noNullPrototype: true }),
    fc.boolean(),
    fc.boolean(),
  );

  it('are never acted on without three answers over five minutes, and counted right', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = 0;
        let fleet: Fleet = createFleet([POLLED]);
        const lastLicensed = new Map<string, Instant>();
        for (const [wait, readings, whole, fails] of steps) {
          now += wait;
          const seen = fails ? failure(POLLED, now) : sighting(POLLED, now, readings, whole);
          const update = observe(fleet, seen, now);
          fleet = update.fleet;
          for (const { tenant, before, after } of update.transitions) {
            if (before.status !== 'licensed' || after.status !== 'unlicensed') continue;
            expect(now - (lastLicensed.get(tenant) ?? now)).to.be.at.least(5 * MINUTE);
          }
          if (!fails) {
            for (const [tenant, { kind }] of Object.entries(readings)) {
              if (kind === 'license') lastLicensed.set(tenant, now);
            }
          }
          const missing = [...fleet.tenants].filter(
            ([, { words }]) => words[0]?.missing !== undefined,
          );
          expect(fleet.sources[0]!.missing).to.equal(missing.length);
          const every = missing.every(([tenant]) => fleet.withheld.get(tenant) !== undefined);
          expect(every).to.equal(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

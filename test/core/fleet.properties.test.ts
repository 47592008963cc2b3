import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { createFleet, nextBoundary, observe, passTime, type Fleet } from '../../src/core/fleet.ts';
import { propose } from '../../src/core/guard.ts';
import type { Observation, Reading, SourceInfo } from '../../src/core/observation.ts';
import { isHeld, outlook } from '../../src/core/outlook.ts';
import type { Status } from '../../src/core/standing.ts';
import type { Instant } from '../../src/core/time.ts';
import { judge } from '../../src/core/verdict.ts';
import {
  ABSENT,
  OVERRIDES,
  SERVICE,
  SILENT,
  SOURCES,
  failure,
  licensed,
  overridden,
  sighting,
  unreadable,
} from '../helpers/facts.ts';
import { NaiveFleet } from '../helpers/naive-fleet.ts';

const TENANTS = ['tenant-a', 'tenant-b', 'tenant-c'];
const LAST = 60;

const instant = fc.option(fc.integer({ min: 0, max: LAST }), { nil: undefined });
const replicas = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });

const trouble = fc.constantFrom<Reading>(unreadable(), SILENT);
const license = fc
  .record({ start: instant, end: instant, replicas })
  .filter(({ start, end }) => start === undefined || end === undefined || start <= end)
  .map(licensed);
const fromLicenses = fc.oneof(
  { weight: 5, arbitrary: license },
  { weight: 1, arbitrary: fc.constant<Reading>(licensed({ status: 'suspended' })) },
  { weight: 2, arbitrary: fc.constant<Reading>(ABSENT) },
  { weight: 2, arbitrary: trouble },
);
const fromOverrides = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({ licensed: fc.constantFrom(true, false, undefined), until: instant, replicas })
      .map(overridden),
  },
  { weight: 2, arbitrary: trouble },
);

/** What is seen, still without its time. */
type Seen = (at: Instant) => Observation;

function seenBy(source: SourceInfo): fc.Arbitrary<Seen> {
  const readings = fc.dictionary(
    fc.constantFrom(...TENANTS),
    source.gives === 'licenses' ? fromLicenses : fromOverrides,
    { maxKeys: 2, noNullPrototype: true },
  );
  const tenant = fc.option(fc.constantFrom(...TENANTS), { nil: undefined });
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(readings, fc.boolean()).map(
        ([said, whole]): Seen =>
          (at) =>
            sighting(source, at, said, whole),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(tenant, fc.boolean()).map(
        ([of, opaque]): Seen =>
          (at) =>
            failure(source, at, { tenant: of, opaque }),
      ),
    },
  );
}

/** Observations in the order of their times, boundaries in between. */
function histories(sources: readonly SourceInfo[]): fc.Arbitrary<Observation[]> {
  const step = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.oneof(...sources.map(seenBy)));
  return fc.array(step, { minLength: 6, maxLength: 20 }).map((steps) => {
    let now = 0;
    return steps.map(([wait, seen]) => seen((now += wait)));
  });
}

function standingsOf(fleet: Fleet): Record<string, unknown> {
  return Object.fromEntries([...fleet.tenants].map(([tenant, { standing }]) => [tenant, standing]));
}

/** Chai explains better than it compares: it is asked only where there is something to explain. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).to.deep.equal(expected);
}

const RUNS = { numRuns: 40 };

describe('the fleet, whatever happens', () => {
  it('equals a naive one that decides anew from the whole history', () => {
    fc.assert(
      fc.property(histories(SOURCES), (history) => {
        const naive = new NaiveFleet(SOURCES);
        let fleet = createFleet(SOURCES);
        for (const seen of history) {
          fleet = passTime(fleet, seen.at).fleet;
          naive.take(seen.at);
          expectSame(standingsOf(fleet), Object.fromEntries(naive.standings()));
          fleet = observe(fleet, seen, seen.at).fleet;
          naive.take(seen);
          expectSame(standingsOf(fleet), Object.fromEntries(naive.standings()));
        }
      }),
      RUNS,
    );
  });

  it('never says `false` without a trusted fact that says so', () => {
    fc.assert(
      fc.property(histories(SOURCES), (history) => {
        const naive = new NaiveFleet(SOURCES);
        let fleet = createFleet(SOURCES);
        for (const seen of history) {
          fleet = observe(passTime(fleet, seen.at).fleet, seen, seen.at).fleet;
          naive.take(seen.at);
          naive.take(seen);
          for (const tenant of TENANTS) {
            const trigger = { tenant, service: undefined, replicas: undefined };
            const verdict = judge(outlook(fleet, tenant, seen.at, 1000), trigger, 2);
            if (verdict.kind === 'unsaid' || verdict.active || verdict.held) continue;
            const { decision } = naive.decision(tenant, seen.at);
            expect(decision?.doubt, tenant).to.equal(undefined);
            expect(decision && propose(decision, seen.at).status, tenant).to.equal('unlicensed');
          }
        }
      }),
      RUNS,
    );
  });

  it('tells in short who is held, as the outlook tells at length', () => {
    fc.assert(
      fc.property(histories(SOURCES), (history) => {
        let fleet = createFleet(SOURCES);
        for (const seen of history) {
          fleet = observe(passTime(fleet, seen.at).fleet, seen, seen.at).fleet;
          for (const tenant of TENANTS) {
            const now = seen.at + 3;
            const { certainty } = outlook(fleet, tenant, now, 5);
            expect(isHeld(fleet, tenant, now, 5), tenant).to.equal(certainty === 'held');
          }
        }
      }),
      RUNS,
    );
  });

  it('never suspends a tenant for a failure of the source that decides about it', () => {
    fc.assert(
      fc.property(histories(SOURCES), (history) => {
        let fleet = createFleet(SOURCES);
        for (const seen of history) {
          const update = observe(passTime(fleet, seen.at).fleet, seen, seen.at);
          fleet = update.fleet;
          if (seen.kind === 'sighting') continue;
          for (const { after } of update.transitions)
            expect(after.source).not.to.equal(seen.source);
        }
      }),
      RUNS,
    );
  });

  it('never changes anything for a failure of the license service where it is the only license', () => {
    fc.assert(
      fc.property(histories([SERVICE, OVERRIDES]), (history) => {
        let fleet = createFleet([SERVICE, OVERRIDES]);
        for (const seen of history) {
          const update = observe(passTime(fleet, seen.at).fleet, seen, seen.at);
          fleet = update.fleet;
          if (seen.kind === 'failure' && seen.source === SERVICE.name) {
            expect(update.transitions).to.deep.equal([]);
          }
        }
      }),
      RUNS,
    );
  });

  it('numbers its versions, counts its tenants and leaves older versions as they were', () => {
    fc.assert(
      fc.property(histories(SOURCES), (history) => {
        const versions: [Fleet, unknown][] = [];
        let fleet = createFleet(SOURCES);
        for (const seen of history) {
          for (const step of [passTime, observing(seen)]) {
            const update = step(fleet, seen.at);
            const changed = update.touched.length > 0 || update.fleet.sources !== fleet.sources;
            expect(update.fleet.revision).to.equal(fleet.revision + (changed ? 1 : 0));
            const moved = update.transitions.filter(
              ({ tenant }) => !update.touched.some((touch) => touch.tenant === tenant),
            );
            expect(moved).to.have.length(0);
            fleet = update.fleet;
            versions.push([fleet, { ...standingsOf(fleet), ...fleet.counts }]);
            expectSame(fleet.counts, recount(fleet));
            expectSame(nonZero(fleet.licensedBy), recountLicensed(fleet));
          }
        }
        for (const [version, before] of versions) {
          expectSame({ ...standingsOf(version), ...version.counts }, before);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has acted on every boundary once its time has passed, but for the tenants withheld', () => {
    fc.assert(
      fc.property(histories(SOURCES), (history) => {
        let fleet = createFleet(SOURCES);
        for (const seen of history) {
          fleet = passTime(fleet, seen.at).fleet;
          expect(nextBoundary(fleet) ?? Infinity).to.be.above(seen.at);
          for (const [tenant, { standing }] of fleet.tenants) {
            const isDue = standing.until !== undefined && standing.until <= seen.at;
            expect(isDue && fleet.withheld.get(tenant) === undefined, tenant).to.equal(false);
          }
          fleet = observe(fleet, seen, seen.at).fleet;
        }
      }),
      RUNS,
    );
  });

  it('has settled every tenant once all sources have given their whole answer again', () => {
    fc.assert(
      fc.property(histories(SOURCES), (history) => {
        let fleet = createFleet(SOURCES);
        for (const seen of history) fleet = observe(fleet, seen, seen.at).fleet;
        for (const source of SOURCES) fleet = observe(fleet, sighting(source, LAST), LAST).fleet;
        fleet = passTime(fleet, LAST).fleet;
        for (const [tenant, { words, standing }] of fleet.tenants) {
          if (words.some((word) => word?.trouble !== undefined)) continue;
          const { certainty } = outlook(fleet, tenant, LAST, 1000);
          if (certainty === 'pending') continue;
          expect(certainty, tenant).to.equal('firm');
          expect(fleet.withheld.get(tenant), tenant).to.equal(undefined);
          expect(standing.until ?? Infinity, tenant).to.be.above(LAST);
        }
      }),
      RUNS,
    );
  });
});

function observing(seen: Observation) {
  return (fleet: Fleet, now: Instant) => observe(fleet, seen, now);
}

function recountLicensed(fleet: Fleet): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { standing } of new Map(fleet.tenants).values()) {
    const { status, source = '' } = standing;
    if (status === 'licensed') counts[source] = (counts[source] ?? 0) + 1;
  }
  return counts;
}

function nonZero(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

function recount(fleet: Fleet): Record<Status, number> {
  const counts = { licensed: 0, unlicensed: 0, unknown: 0 };
  for (const { standing } of new Map(fleet.tenants).values()) counts[standing.status]++;
  return counts;
}

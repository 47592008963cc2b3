import { expect } from 'chai';
import fc from 'fast-check';
import { EMPTY, defer, of, timer, toArray } from 'rxjs';
import { createFleet, observe, type Fleet } from '../../src/core/fleet.ts';
import type { Observation, Reading, Sighting } from '../../src/core/observation.ts';
import { SLICE, inSlices } from '../../src/pipeline/slices.ts';
import {
  ABSENT,
  OVERRIDES,
  SERVICE,
  SOURCES,
  UNPROVEN,
  failure,
  licensed,
  overridden,
  sighting,
  unreadable,
} from '../helpers/facts.ts';
import { marbles } from '../helpers/marbles.ts';

/** A sighting of so many tenants, called by their numbers. */
function ofMany(count: number, whole = true): Sighting {
  const tenants = Array.from({ length: count }, (_, index) => [`t${index}`, ABSENT]);
  return sighting(SERVICE, 5, Object.fromEntries(tenants) as Record<string, Reading>, whole);
}

function shapeOf(seen: Observation): string {
  if (seen.kind === 'failure') return 'failure';
  return `${[...seen.readings.keys()].join()}${seen.whole ? '.' : ''}`;
}

function sliced(...seen: Observation[]): Observation[] {
  let slices: Observation[] = [];
  marbles(({ flush }) => {
    of(...seen)
      .pipe(inSlices(EMPTY, 2), toArray())
      .subscribe((all) => {
        slices = all;
      });
    flush();
  });
  return slices;
}

describe('inSlices', () => {
  const small = ofMany(2);
  const large = ofMany(5);
  const failed = failure(SERVICE, 6);

  it('passes on at once what is small enough', () => {
    marbles(({ hot, expectObservable }) => {
      const seen$ = hot('   -a-b-|', { a: small, b: failed });
      const expected = '    -a-b-|';
      expectObservable(seen$.pipe(inSlices(EMPTY, 2))).toBe(expected, { a: small, b: failed });
    });
  });

  it('cuts what is larger, and only the last slice says that it was all', () => {
    expect(sliced(large).map(shapeOf)).to.deep.equal(['t0,t1', 't2,t3', 't4.']);
    expect(sliced(ofMany(4)).map(shapeOf)).to.deep.equal(['t0,t1', 't2,t3.']);
    expect(sliced(ofMany(3, false)).map(shapeOf)).to.deep.equal(['t0,t1', 't2']);
  });

  it('begins with who is absent, so that another account is not taken for new customers', () => {
    const readings = { x: licensed(), a: UNPROVEN, y: licensed(), b: UNPROVEN, z: unreadable() };
    const slices = sliced(sighting(SERVICE, 5, readings));
    expect(slices.map(shapeOf)).to.deep.equal(['a,b', 'x,y', 'z.']);
  });

  it('keeps the source and the time of what it cuts', () => {
    for (const slice of sliced(large)) expect(slice).to.include({ source: SERVICE.name, at: 5 });
  });

  it('keeps the order of what comes meanwhile', () => {
    const shapes = sliced(large, failed, small).map(shapeOf);
    expect(shapes).to.deep.equal(['t0,t1', 't2,t3', 't4.', 'failure', 't0,t1.']);
  });

  it('lets other work run between two slices', () => {
    const log: string[] = [];
    const turn$ = defer(() => {
      log.push('others');
      return timer(1);
    });
    marbles(({ flush }) => {
      of(large)
        .pipe(inSlices(turn$, 2))
        .subscribe(() => log.push('slice'));
      flush();
    });
    expect(log).to.deep.equal(['slice', 'others', 'slice', 'others', 'slice']);
  });

  it('takes 25 tenants at a time', () => {
    expect(SLICE).to.equal(25);
    marbles(({ flush }) => {
      const sizes: number[] = [];
      of(ofMany(51))
        .pipe(inSlices(EMPTY))
        .subscribe((slice) => sizes.push(slice.kind === 'sighting' ? slice.readings.size : 0));
      flush();
      expect(sizes).to.deep.equal([25, 25, 1]);
    });
  });

  it('is empty, and errors, as its source does', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold<Observation>('  --|').pipe(inSlices(EMPTY))).toBe('--|');
      expectObservable(cold<Observation>('  --#').pipe(inSlices(EMPTY))).toBe('--#');
      expectObservable(cold<Observation>('  ---').pipe(inSlices(EMPTY))).toBe('---');
    });
  });

  it('stops between two slices when it is unsubscribed from', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const seen$ = hot('   -a---', { a: large });
      const end = '         -!';
      expectObservable(seen$.pipe(inSlices(EMPTY, 2)), end).toBe('-');
      expectSubscriptions(seen$.subscriptions).toBe('^!');
    });
  });
});

describe('a fleet that is told in slices', () => {
  const reading = fc.constantFrom<Reading>(ABSENT, licensed(), licensed({ end: 3 }), unreadable(), {
    kind: 'silent',
  });
  const word = fc.constantFrom<Reading>(
    overridden({ licensed: true }),
    overridden({ replicas: 3, until: 4 }),
    overridden({ licensed: false, until: 4 }),
    { kind: 'silent' },
  );
  const tenant = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const seen = fc.oneof(
    fc
      .dictionary(tenant, reading, { noNullPrototype: true })
      .map((said) => sighting(SERVICE, 5, said)),
    fc
      .dictionary(tenant, word, { noNullPrototype: true })
      .map((said) => sighting(OVERRIDES, 5, said)),
    fc.constantFrom(
      failure(SERVICE, 5),
      failure(OVERRIDES, 5),
      failure(OVERRIDES, 5, { opaque: true }),
    ),
  );

  function fold(all: readonly Observation[]): Fleet {
    let now = 0;
    return all.reduce(
      (fleet, one) => observe(fleet, { ...one, at: now }, now++).fleet,
      createFleet(SOURCES),
    );
  }

  it('knows the same as one that is told at once', () => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 8 }), seen, (history, last) => {
        const before = fold(history);
        const whole = observe(before, last, 5).fleet;
        const parts = sliced(last).reduce((fleet, one) => observe(fleet, one, 5).fleet, before);
        expect(new Map(parts.tenants)).to.deep.equal(new Map(whole.tenants));
        expect(new Map(parts.withheld)).to.deep.equal(new Map(whole.withheld));
        expect(parts.counts).to.deep.equal(whole.counts);
        expect(parts.sources).to.deep.equal(whole.sources);
      }),
      { numRuns: 40 },
    );
  });
});

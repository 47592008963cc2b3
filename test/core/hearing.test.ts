import { expect } from 'chai';
import { hasTurned, hear, readingsOf, stateAfter } from '../../src/core/hearing.ts';
import type { Observation, SourceInfo } from '../../src/core/observation.ts';
import { untried, type SourceState, type Word } from '../../src/core/source-state.ts';
import {
  ABSENT,
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

function after(info: SourceInfo, ...seen: readonly Observation[]): SourceState {
  return seen.reduce(take, untried(info));
}

/** It arrives when it was read. */
function take(state: SourceState, seen: Observation): SourceState {
  return stateAfter(state, seen, seen.at, false);
}

const A = 'tenant-a';
const HOUR = 3_600_000;
const ONE = { [A]: ABSENT };

describe('stateAfter', () => {
  it('takes a whole answer as all there is', () => {
    expect(after(SERVICE, sighting(SERVICE, 5))).to.deep.equal({
      ...untried(SERVICE),
      tried: true,
      understood: true,
      vouchedAt: 5,
      wholeAt: 5,
      wholeEpoch: 0,
    });
  });

  it('takes the answer about one tenant as a sign that the service works', () => {
    expect(after(SERVICE, sighting(SERVICE, 5, ONE, false))).to.deep.equal({
      ...untried(SERVICE),
      tried: true,
      understood: true,
      vouchedAt: 5,
    });
  });

  it('takes a record that can not be understood for such a sign', () => {
    const seen = sighting(SERVICE, 5, { [A]: unreadable() }, false);
    expect(after(SERVICE, failure(SERVICE, 1), seen).trouble).to.equal(undefined);
  });

  it('takes it for none that nobody asks about a tenant any more, or that nothing was read', () => {
    const down = after(SERVICE, failure(SERVICE, 1));
    expect(take(down, sighting(SERVICE, 5, { [A]: SILENT }, false))).to.equal(down);
    expect(take(down, sighting(SERVICE, 5, {}, false))).to.equal(down);
    expect(take(untried(SERVICE), sighting(SERVICE, 5, { [A]: SILENT }, false)).tried).to.equal(
      false,
    );
  });

  it('takes a part of the overrides for none', () => {
    const entry = { [A]: overridden({ licensed: true }) };
    const down = after(OVERRIDES, failure(OVERRIDES, 1));
    expect(take(down, sighting(OVERRIDES, 5, entry, false))).to.equal(down);
    expect(take(down, sighting(OVERRIDES, 5, entry)).trouble).to.equal(undefined);
  });

  it('is the same where nothing changed', () => {
    const works = after(SERVICE, sighting(SERVICE, 5, ONE, false));
    expect(take(works, sighting(SERVICE, 6, ONE, false))).to.equal(works);
    expect(take(works, failure(SERVICE, 6, { tenant: A }))).to.equal(works);
  });

  it('counts the first failure as an attempt, of one tenant alone too', () => {
    const own = after(SERVICE, failure(SERVICE, 5, { tenant: A }));
    expect(own).to.deep.equal({ ...untried(SERVICE), tried: true });
    const all = after(SERVICE, failure(SERVICE, 5));
    expect(all).to.include({ tried: true, understood: false, epoch: 1 });
  });

  it('begins one epoch an outage, however often it fails, and remembers since when', () => {
    const state = after(
      SERVICE,
      sighting(SERVICE, 1),
      failure(SERVICE, 5),
      failure(SERVICE, 7, { reason: 'answered 500', opaque: true }),
    );
    expect(state.epoch).to.equal(1);
    expect(state.trouble).to.deep.equal({ since: 5, reason: 'answered 500', opaque: true });
    expect(state.wholeAt).to.equal(1);
    const next = [sighting(SERVICE, 8, ONE, false), failure(SERVICE, 9)].reduce(take, state);
    expect(next.epoch).to.equal(2);
    expect(next.trouble?.since).to.equal(9);
  });

  it('proves by a license, a whole answer or a proven absence that it is itself, until it fails', () => {
    const proved = (seen: Observation): unknown => after(SERVICE, seen).vouchedAt;
    expect(proved(sighting(SERVICE, 5, { [A]: licensed() }, false))).to.equal(5);
    expect(proved(sighting(SERVICE, 5, ONE, false))).to.equal(5);
    expect(proved(sighting(SERVICE, 5))).to.equal(5);
    expect(proved(sighting(SERVICE, 5, { [A]: UNPROVEN }, false))).to.equal(undefined);
    expect(proved(sighting(SERVICE, 5, { [A]: unreadable() }, false))).to.equal(undefined);
    expect(after(SERVICE, sighting(SERVICE, 5), failure(SERVICE, 6)).vouchedAt).to.equal(undefined);
  });

  for (const [clock, offset] of [
    [HOUR - 40_000, -40_000],
    [HOUR - 3_000, -3_000],
    [HOUR - 2_999, 0],
    [HOUR, 0],
    [HOUR + 5_000, 0],
    [HOUR + 7_999, 0],
    [HOUR + 8_000, 3_000],
    [undefined, 0],
  ] as const) {
    it(`has a clock that is ${offset} ms ahead, where it says ${clock} between ${HOUR} and ${HOUR + 5_000}`, () => {
      const seen = { ...sighting(SERVICE, HOUR, ONE, false), clock };
      const state = stateAfter(untried(SERVICE), seen, HOUR + 5_000, false);
      expect(state.clockOffset).to.equal(offset);
    });
  }

  it('turns when its clock goes wrong, is set right, or it confirms what had become stale', () => {
    const polled = { ...SERVICE, interval: 10 };
    const works = after(polled, sighting(polled, 1));
    const wrong = { ...sighting(polled, 2), clock: HOUR };
    const behind = stateAfter(works, wrong, 2, false);
    expect(hasTurned(works, behind, 2)).to.equal(true);
    expect(hasTurned(behind, stateAfter(behind, { ...wrong, at: 3 }, 3, false), 3)).to.equal(false);
    expect(hasTurned(behind, stateAfter(behind, { ...wrong, clock: 4 }, 4, false), 4)).to.equal(
      true,
    );
    expect(hasTurned(works, take(works, sighting(polled, 31)), 31)).to.equal(false);
    expect(hasTurned(works, take(works, sighting(polled, 32)), 32)).to.equal(true);
  });

  it('turns where its rounds get longer, for less is stale then', () => {
    const polled = { ...SERVICE, interval: 10_000 };
    const inRoundsOf = (round: number) => ({ ...sighting(polled, 2, ONE, false), round });
    const [quick, slow] = [after(polled, inRoundsOf(10_000)), after(polled, inRoundsOf(20_000))];
    expect(hasTurned(quick, take(quick, inRoundsOf(20_000)), 2)).to.equal(true);
    expect(hasTurned(slow, take(slow, inRoundsOf(10_000)), 2)).to.equal(false);
  });

  it('confirms what was known by a whole answer only', () => {
    const down = after(SERVICE, sighting(SERVICE, 1), failure(SERVICE, 5));
    expect(take(down, sighting(SERVICE, 8, ONE, false))).to.include({
      wholeAt: 1,
      wholeEpoch: 0,
    });
    expect(take(down, sighting(SERVICE, 8))).to.include({ wholeAt: 8, wholeEpoch: 1 });
  });
});

describe('hear', () => {
  const before: Word = { fact: licensed(), at: 1, epoch: 2, trouble: undefined };
  const state = { ...untried(SERVICE), epoch: 3 };

  function words(seen: Observation, known?: Word): (readonly [string, Word | undefined])[] {
    return [...readingsOf(seen)].map(([tenant, heard]) => [
      tenant,
      hear(known, heard, seen.at, state, false),
    ]);
  }

  it('gives a fact with its time and its epoch', () => {
    expect(words(sighting(SERVICE, 5, ONE), before)).to.deep.equal([
      [A, { fact: ABSENT, at: 5, epoch: 3, trouble: undefined }],
    ]);
  });

  it('gives no word where there is silence', () => {
    expect(words(sighting(SERVICE, 5, { [A]: SILENT }), before)).to.deep.equal([[A, undefined]]);
  });

  it('keeps the fact of a record that can not be understood any more', () => {
    expect(words(sighting(SERVICE, 5, { [A]: unreadable('bad') }), before)).to.deep.equal([
      [A, { ...before, trouble: { since: 5, reason: 'bad', opaque: true }, missing: undefined }],
    ]);
    expect(words(sighting(SERVICE, 5, { [A]: unreadable('bad') }))).to.deep.equal([
      [
        A,
        {
          fact: undefined,
          at: 5,
          epoch: -1,
          trouble: { since: 5, reason: 'bad', opaque: true },
          missing: undefined,
        },
      ],
    ]);
  });

  it('keeps the fact of a tenant that failed, and since when it fails', () => {
    const troubled = { ...before, trouble: { since: 4, reason: 'old', opaque: true } };
    expect(words(failure(SERVICE, 5, { tenant: A, reason: 'new' }), troubled)).to.deep.equal([
      [A, { ...before, trouble: { since: 4, reason: 'new', opaque: false }, missing: undefined }],
    ]);
  });

  it('gives nothing for an outage', () => {
    expect(words(failure(SERVICE, 5), before)).to.deep.equal([]);
  });
});

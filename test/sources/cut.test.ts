import { expect } from 'chai';
import type { Reading } from '../../src/core/observation.ts';
import { withoutLess } from '../../src/sources/file/cut.ts';
import { ABSENT, licensed, override, unreadable } from '../helpers/facts.ts';

const overriding = (over: Parameters<typeof override>[0]): Reading => ({
  kind: 'override',
  override: override(over),
});
const BROKEN = unreadable('licensed is "fal"');

/** What the last entry of a file that is cut counts as. */
function last(before: Reading | undefined, now: Reading): Reading['kind'] | undefined {
  const other = licensed({ tenant: 'other' });
  const said = new Map([['other', other]]);
  if (before !== undefined) said.set('a', before as typeof other);
  const readings = new Map<string, Reading>([
    ['other', licensed({ tenant: 'other', replicas: 1 })],
    ['a', now],
  ]);
  const seen = withoutLess(readings, said);
  expect(seen.get('other')).to.equal(readings.get('other'));
  return seen.get('a')?.kind;
}

describe('withoutLess', () => {
  for (const [what, before, now] of [
    ['an override without its end', { licensed: true, until: 5 }, { licensed: true }],
    ['an override about replicas alone', { licensed: true, replicas: 3 }, { replicas: 3 }],
    ['the first digit of a number', { replicas: 10 }, { replicas: 1 }],
  ] as const) {
    it(`does not let ${what} count that had more`, () => {
      expect(last(overriding(before), overriding(now))).to.equal('unreadable');
    });
  }

  for (const [what, before, now] of [
    ['an end', { end: 5 }, {}],
    ['a status', { status: 'suspended' }, {}],
    ['a service', { services: ['a', 'b'] }, { services: ['a'] }],
  ] as const) {
    it(`does not let a record count that lacks ${what} that it had`, () => {
      expect(last(licensed(before), licensed(now))).to.equal('unreadable');
    });
  }

  for (const [what, before, now] of [
    ['is the same', licensed({ end: 5 }), licensed({ end: 5 })],
    ['says more', licensed(), licensed({ end: 5 })],
    ['says something else', overriding({ licensed: false }), overriding({ licensed: true })],
    ['is new', undefined, licensed()],
    ['was not there', ABSENT, licensed()],
  ] as const) {
    it(`lets one count that ${what}`, () => {
      expect(last(before, now)).to.equal(now.kind);
    });
  }

  it('does not let one count of which it is not known any more what it said', () => {
    expect(last(BROKEN, licensed())).to.equal('unreadable');
  });

  it('leaves it at what is wrong with one, and bears a file that names nobody', () => {
    const readings = new Map([['a', BROKEN]]);
    expect(withoutLess(readings, new Map([['a', licensed()]]))).to.equal(readings);
    expect(withoutLess(new Map(), readings)).to.be.empty;
  });
});

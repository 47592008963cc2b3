import { expect } from 'chai';
import type { Reading } from '../../src/core/observation.ts';
import type { TenantId } from '../../src/core/tenant.ts';
import type { FiledOverrides } from '../../src/sources/file/decode-overrides.ts';
import { OverridesRoll } from '../../src/sources/file/overrides-roll.ts';
import { override } from '../helpers/facts.ts';

const GIVEN: Reading = { kind: 'override', override: override({ licensed: true }) };
const BROKEN: Reading = { kind: 'unreadable', problem: 'overrides.b (line 3) licensed is "maybe"' };

function filed(
  readings: Readonly<Record<TenantId, Reading>>,
  ...unnamed: readonly string[]
): FiledOverrides {
  return { readings: new Map(Object.entries(readings)), unnamed };
}

/** What a roll says about each file in turn; a text: nothing, and why. */
function said(
  ...files: readonly (readonly [FiledOverrides, cut?: boolean])[]
): (Record<TenantId, Reading['kind']> | string)[] {
  const roll = new OverridesRoll();
  return files.map(([file, cut = false]) => {
    const changes = roll.takeIn(file, cut);
    if (!changes.ok) return changes.problem;
    return Object.fromEntries([...changes.value].map(([tenant, { kind }]) => [tenant, kind]));
  });
}

const SLIP = 'a key of overrides (line 2) is "a:{ licensed"';
const both = filed({ a: GIVEN, b: GIVEN });

describe('OverridesRoll', () => {
  it('says what is new, and silent about who is not named any more', () => {
    expect(said([both], [both], [filed({ a: GIVEN })], [filed({})])).to.deep.equal([
      { a: 'override', b: 'override' },
      {},
      { b: 'silent' },
      { a: 'silent' },
    ]);
  });

  for (const [what, file, cut] of [
    ['an entry may be anybody’s', filed({ c: GIVEN }, SLIP), false],
    ['an entry can’t be understood', filed({ c: GIVEN, d: BROKEN }), false],
    ['the end of the file may be missing', filed({ c: GIVEN }), true],
  ] as const) {
    it(`takes no override back while ${what}, lets new ones count, and makes up for it`, () => {
      const [, during, again, after] = said(
        [both],
        [file, cut],
        [file, cut],
        [filed({ c: GIVEN })],
      );
      expect(during).to.include({ a: 'unreadable', b: 'unreadable', c: 'override' });
      expect(again).to.deep.equal({});
      expect(after).to.include({ a: 'silent', b: 'silent' });
      expect(after).to.not.have.property('c');
    });
  }

  it('says why it does not count that somebody is not named any more', () => {
    const roll = new OverridesRoll();
    roll.takeIn(both, false);
    const changes = roll.takeIn(filed({ b: GIVEN }, SLIP), false);
    expect(changes.ok && [...changes.value]).to.deep.equal([
      [
        'a',
        {
          kind: 'unreadable',
          problem: `its entry is not there any more, which does not count while ${SLIP}`,
        },
      ],
    ]);
  });

  it('lets an override count again that comes back as it was', () => {
    expect(said([both], [filed({ b: GIVEN }, SLIP)], [both])).to.deep.equal([
      { a: 'override', b: 'override' },
      { a: 'unreadable' },
      { a: 'override' },
    ]);
  });

  it('says nothing before it was ever known of every entry whose it is', () => {
    expect(said([filed({ b: GIVEN }, SLIP, 'another')], [both])).to.deep.equal([
      `${SLIP}; another`,
      { a: 'override', b: 'override' },
    ]);
  });
});

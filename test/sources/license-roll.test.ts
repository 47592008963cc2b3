import { expect } from 'chai';
import type { Reading } from '../../src/core/observation.ts';
import type { TenantId } from '../../src/core/tenant.ts';
import type { FiledLicenses } from '../../src/sources/file/decode-licenses.ts';
import { LicenseRoll } from '../../src/sources/file/license-roll.ts';
import { licensed } from '../helpers/facts.ts';

function filed(tenants: readonly TenantId[], nameless?: string): FiledLicenses {
  const readings = new Map(tenants.map((tenant) => [tenant, licensed({ tenant })]));
  return { readings, nameless, onceOver: new Map() };
}

function kinds(readings: ReadonlyMap<TenantId, Reading>): Record<TenantId, Reading['kind']> {
  return Object.fromEntries([...readings].map(([tenant, { kind }]) => [tenant, kind]));
}

const wanted = (tenant: TenantId) => ({ tenant, wanted: true });
const unwanted = (tenant: TenantId) => ({ tenant, wanted: false });

describe('LicenseRoll', () => {
  it('names what is listed, and calls absent what is in demand and not listed', () => {
    const roll = new LicenseRoll();
    expect(kinds(roll.change(wanted('x')))).to.deep.equal({});
    expect(kinds(roll.takeIn(filed(['a', 'b'])))).to.deep.equal({
      a: 'license',
      b: 'license',
      x: 'absent',
    });
  });

  it('has nothing new to say of what was said', () => {
    const roll = new LicenseRoll();
    const same = filed(['a']);
    roll.takeIn(same);
    expect(roll.takeIn(same)).to.be.empty;
    expect(roll.takeIn(filed(['a']))).to.be.empty;
    expect(roll.change(wanted('a'))).to.be.empty;
    expect(roll.change(unwanted('a'))).to.be.empty;
  });

  it('answers at once about a tenant that comes into demand, and forgets it when it leaves', () => {
    const roll = new LicenseRoll();
    const same = filed(['a']);
    roll.takeIn(same);
    expect(kinds(roll.change(wanted('x')))).to.deep.equal({ x: 'absent' });
    expect(roll.takeIn(same)).to.be.empty;
    expect(kinds(roll.change(unwanted('x')))).to.deep.equal({ x: 'silent' });
    expect(kinds(roll.change(wanted('x')))).to.deep.equal({ x: 'absent' });
  });

  it('calls absent what is no longer listed, for one list where nobody asks about it', () => {
    const roll = new LicenseRoll();
    roll.change(wanted('b'));
    roll.takeIn(filed(['a', 'b', 'c']));
    expect(kinds(roll.takeIn(filed(['a'])))).to.deep.equal({ b: 'absent', c: 'absent' });
    expect(kinds(roll.takeIn(filed(['a'])))).to.deep.equal({ c: 'silent' });
    expect(kinds(roll.takeIn(filed(['a', 'b', 'c'])))).to.deep.equal({
      b: 'license',
      c: 'license',
    });
  });

  it('says nothing while the file can not be understood, and makes up for it afterwards', () => {
    const roll = new LicenseRoll();
    const same = filed(['a']);
    roll.change(wanted('gone'));
    roll.takeIn(same);
    roll.distrust();
    expect(roll.change(wanted('x'))).to.be.empty;
    expect(roll.change(unwanted('gone'))).to.be.empty;
    expect(kinds(roll.takeIn(same))).to.deep.equal({ x: 'absent', gone: 'silent' });
  });

  it('calls nobody absent while a record is listed that might be anybody’s', () => {
    const roll = new LicenseRoll();
    roll.change(wanted('x'));
    roll.takeIn(filed(['a', 'b']));
    const changes = roll.takeIn(filed(['a'], 'element 2 of the list: id is null'));
    expect(kinds(changes)).to.deep.equal({ b: 'unreadable', x: 'unreadable' });
    expect(changes.get('b')).to.have.property(
      'problem',
      'not listed by its id, which does not count while element 2 of the list: id is null',
    );
    expect(kinds(roll.change(wanted('y')))).to.deep.equal({ y: 'unreadable' });
    expect(roll.change(unwanted('y'))).to.be.empty;
    expect(kinds(roll.takeIn(filed(['a'])))).to.deep.equal({
      b: 'absent',
      x: 'absent',
      y: 'absent',
    });
  });

  it('calls nobody absent while the end of the file may be missing, and then whoever is', () => {
    const roll = new LicenseRoll();
    roll.change(wanted('x'));
    roll.takeIn(filed(['a', 'b', 'c']));
    const half = filed(['a']);
    expect(kinds(roll.takeIn(half, true))).to.deep.equal({
      b: 'unreadable',
      c: 'unreadable',
    });
    // They were not listed before either.
    expect(kinds(roll.change(wanted('y')))).to.deep.equal({ y: 'absent' });
    expect(roll.takeIn(half, true)).to.be.empty;
    expect(kinds(roll.takeIn(filed(['a', 'b'])))).to.deep.equal({ b: 'license', c: 'absent' });
  });

  it('does not let the last record count that may be cut, until it is whole', () => {
    const ending = (end?: number): FiledLicenses => {
      const readings = new Map([
        ['a', licensed({ tenant: 'a', end: 1 })],
        ['b', licensed({ tenant: 'b', end })],
      ]);
      return { readings, nameless: undefined, onceOver: new Map() };
    };
    const roll = new LicenseRoll();
    roll.takeIn(ending(5));
    const cut = ending();
    expect(kinds(roll.takeIn(cut, true))).to.deep.equal({ b: 'unreadable' });
    expect(roll.takeIn(ending(), true)).to.be.empty;
    expect(kinds(roll.takeIn(cut, false))).to.deep.equal({ b: 'license' });
  });

  it('believes that the end is missing for good once the file is trusted as it is', () => {
    const roll = new LicenseRoll();
    roll.takeIn(filed(['a', 'b']));
    const half = filed(['a']);
    roll.takeIn(half, true);
    expect(kinds(roll.takeIn(half, false))).to.deep.equal({ b: 'absent' });
  });
});

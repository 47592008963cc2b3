import { expect } from 'chai';
import type { TenantId } from '../../src/core/tenant.ts';
import { Absences } from '../../src/sources/list/absences.ts';
import type { Decoded } from '../../src/sources/list/listing.ts';

describe('Absences', () => {
  it('calls a tenant absent that is in demand and not listed', () => {
    const absences = new Absences();
    absences.change(wants('x'), false);
    expect(saidBy(absences, absences.begin())).to.deep.equal({ x: 'absent' });
    expect(absences.isAwaiting).to.equal(false);
  });

  it('says it once', () => {
    const absences = new Absences();
    absences.change(wants('x'), false);
    saidBy(absences, absences.begin());
    expect(saidBy(absences, absences.begin())).to.deep.equal({});
  });

  it('does not take a list for an answer that was asked for before the demand began', () => {
    const absences = new Absences();
    const before = absences.begin();
    absences.change(wants('x'), false);
    expect(saidBy(absences, before)).to.deep.equal({});
    expect(absences.isAwaiting).to.equal(true);
    expect(saidBy(absences, absences.begin())).to.deep.equal({ x: 'absent' });
  });

  it('waits for nobody who is listed', () => {
    const absences = new Absences();
    absences.change(wants('a'), true);
    expect(absences.isAwaiting).to.equal(false);
    expect(saidBy(absences, absences.begin())).to.deep.equal({});
  });

  it('waits for nobody any more whom a list that was on its way names', () => {
    const absences = new Absences();
    const request = absences.begin();
    absences.change(wants('a'), false);
    expect(saidBy(absences, request, { changed: ['a'] })).to.deep.equal({ a: 'license' });
    expect(absences.isAwaiting).to.equal(false);
  });

  it('calls a tenant absent that is not listed any more, and forgets it where nobody asks', () => {
    const absences = new Absences();
    expect(saidBy(absences, absences.begin(), { missing: ['a'] })).to.deep.equal({ a: 'absent' });
    expect(saidBy(absences, absences.begin())).to.deep.equal({ a: 'silent' });
    expect(saidBy(absences, absences.begin())).to.deep.equal({});
  });

  it('keeps a tenant absent for as long as it is in demand', () => {
    const absences = new Absences();
    absences.change(wants('a'), true);
    expect(saidBy(absences, absences.begin(), { missing: ['a'] })).to.deep.equal({ a: 'absent' });
    expect(saidBy(absences, absences.begin())).to.deep.equal({});
    absences.change(leaves('a'), false);
    expect(saidBy(absences, absences.begin())).to.deep.equal({ a: 'silent' });
  });

  it('does not forget a tenant that came into demand again', () => {
    const absences = new Absences();
    absences.change(wants('x'), false);
    saidBy(absences, absences.begin());
    absences.change(leaves('x'), false);
    absences.change(wants('x'), false);
    expect(absences.isAwaiting).to.equal(false);
    expect(saidBy(absences, absences.begin())).to.deep.equal({});
  });

  it('asks anew for a tenant that was forgotten', () => {
    const absences = new Absences();
    absences.change(wants('x'), false);
    saidBy(absences, absences.begin());
    absences.change(leaves('x'), false);
    saidBy(absences, absences.begin());
    absences.change(wants('x'), false);
    expect(absences.isAwaiting).to.equal(true);
  });

  it('does not wait for a tenant that left before it was answered', () => {
    const absences = new Absences();
    absences.change(wants('x'), false);
    absences.change(leaves('x'), false);
    expect(absences.isAwaiting).to.equal(false);
    expect(saidBy(absences, absences.begin())).to.deep.equal({});
  });

  it('holds those who are missing while an element might be theirs, and decides after it', () => {
    const absences = new Absences();
    absences.change(wants('x'), false);
    const nameless = 'element 3 of the list: record id is undefined';
    expect(saidBy(absences, absences.begin(), { missing: ['a', 'b'], nameless })).to.deep.equal({
      a: 'unreadable',
      b: 'unreadable',
      x: 'unreadable',
    });
    expect(absences.isAwaiting).to.equal(false);
    expect(saidBy(absences, absences.begin(), { nameless })).to.deep.equal({});
    expect(saidBy(absences, absences.begin(), { changed: ['a'] })).to.deep.equal({
      a: 'license',
      b: 'absent',
      x: 'absent',
    });
    expect(saidBy(absences, absences.begin())).to.deep.equal({ b: 'silent' });
  });

  it('holds those too who were absent before, and says it once', () => {
    const absences = new Absences();
    absences.change(wants('a'), true);
    absences.change(wants('x'), false);
    saidBy(absences, absences.begin(), { missing: ['a'] });
    const nameless = 'element 3 of the list: record id is undefined';
    const held = saidBy(absences, absences.begin(), { nameless });
    expect(held).to.deep.equal({ a: 'unreadable', x: 'unreadable' });
    expect(saidBy(absences, absences.begin(), { nameless })).to.deep.equal({});
    const after = saidBy(absences, absences.begin());
    expect(after).to.deep.equal({ a: 'absent', x: 'absent' });
  });

  it('takes a tenant for listed again that was absent', () => {
    const absences = new Absences();
    absences.change(wants('x'), false);
    saidBy(absences, absences.begin());
    absences.change(leaves('x'), false);
    expect(saidBy(absences, absences.begin(), { changed: ['x'] })).to.deep.equal({ x: 'license' });
    expect(saidBy(absences, absences.begin())).to.deep.equal({});
  });
});

const wants = (tenant: TenantId) => ({ tenant, wanted: true });
const leaves = (tenant: TenantId) => ({ tenant, wanted: false });

interface News {
  readonly changed?: readonly TenantId[];
  readonly missing?: readonly TenantId[];
  readonly nameless?: string;
}

/** What an answer with this news comes to. */
function saidBy(
  absences: Absences,
  request: number,
  { changed = [], missing = [], nameless }: News = {},
): Record<TenantId, string> {
  const decoded: Decoded = {
    listing: {
      bytes: Buffer.alloc(0),
      entries: [],
      places: new Map(),
      repeated: new Set(),
      nameless,
      isFinal: true,
    },
    changes: new Map(changed.map((tenant) => [tenant, licensed(tenant)])),
    missing,
  };
  absences.complete(request, decoded);
  const said = [...decoded.changes].map(([tenant, { kind }]) => [tenant, kind] as const);
  return Object.fromEntries(said.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function licensed(tenant: TenantId) {
  const nothing = { name: undefined, services: undefined, start: undefined, end: undefined };
  const license = { tenant, ...nothing, status: undefined, takenAway: false, replicas: undefined };
  return { kind: 'license', license } as const;
}

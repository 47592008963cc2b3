import { expect } from 'chai';
import { createFleet, observe } from '../../src/core/fleet.ts';
import type { Observation } from '../../src/core/observation.ts';
import { accountFor, shares, type Account } from '../../src/observability/account.ts';
import { ABSENT, SERVICE, failure, licensed, sighting, unreadable } from '../helpers/facts.ts';

const A = 'tenant-a';

function account(seen: Observation): Account {
  return accountFor(observe(createFleet([SERVICE]), seen, 7));
}

/** An account of so many transitions. */
function ofMany(count: number): Account {
  const tenants = Array.from({ length: count }, (_, n) => [`t${n}`, ABSENT] as const);
  return account(sighting(SERVICE, 7, Object.fromEntries(tenants)));
}

describe('accountFor', () => {
  it('keeps what changed, and who answered when', () => {
    const { transitions, answered, sources, sourcesBefore } = account(
      sighting(SERVICE, 7, { [A]: licensed() }),
    );
    expect(transitions.map(({ tenant, after }) => [tenant, after.status])).to.deep.equal([
      [A, 'licensed'],
    ]);
    expect(answered).to.deep.equal({ source: SERVICE.name, at: 7 });
    expect([sourcesBefore[0]?.tried, sources[0]?.tried]).to.deep.equal([false, true]);
  });

  it('tells of trouble with a tenant while it is news', () => {
    const first = observe(createFleet([SERVICE]), failure(SERVICE, 7, { tenant: A }), 7);
    const again = observe(first.fleet, failure(SERVICE, 8, { tenant: A }), 8);
    expect(accountFor(first).troubles).to.have.length(1);
    expect(accountFor(again).troubles).to.have.length(0);
    expect(account(sighting(SERVICE, 7, { [A]: unreadable() })).troubles).to.have.length(1);
  });

  it('takes it for no answer of a source that a tenant is not asked about any more', () => {
    expect(account(sighting(SERVICE, 7, { [A]: { kind: 'silent' } }, false)).answered).to.equal(
      undefined,
    );
    expect(account(failure(SERVICE, 7)).answered).to.equal(undefined);
  });
});

describe('shares', () => {
  it('keeps the order, and puts small ones together', () => {
    const accounts = [ofMany(1), ofMany(2), ofMany(3)];
    expect([...shares(accounts)]).to.deep.equal([accounts]);
  });

  it('begins a new share after 50 lines', () => {
    const sizes = [...shares([ofMany(25), ofMany(25), ofMany(25), ofMany(60), ofMany(1)])].map(
      (share) => share.map(({ transitions }) => transitions.length),
    );
    expect(sizes).to.deep.equal([[25, 25], [25, 60], [1]]);
  });

  it('is empty where there is nothing to write', () => {
    expect([...shares([])]).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { createFleet, observe } from '../../src/core/fleet.ts';
import type { Observation } from '../../src/core/observation.ts';
import { causeOf, Causes } from '../../src/core/report/cause.ts';
import { failure, licensed, OVERRIDES, SERVICE, sighting, unreadable } from '../helpers/facts.ts';

const A = 'tenant-a';
const LABEL = 'license service http://licenses';
const noOverride = sighting(OVERRIDES, 0);
const known = sighting(SERVICE, 0, { [A]: licensed() }, false);

describe('causeOf', () => {
  const rows: [string, Observation[], string][] = [
    [
      'has failed',
      [noOverride, known, failure(SERVICE, 1)],
      `${LABEL} has failed: connect ECONNREFUSED`,
    ],
    [
      'has a record that can not be read',
      [noOverride, known, sighting(SERVICE, 1, { [A]: unreadable('status is "foo"') }, false)],
      `what ${LABEL} has about them can't be read: status is "foo"`,
    ],
    [
      'fails for one tenant alone',
      [noOverride, known, failure(SERVICE, 1, { tenant: A, reason: 'HTTP 500' })],
      `${LABEL} has failed for them alone: HTTP 500`,
    ],
    ['has not answered', [noOverride], `${LABEL} has not answered about them yet`],
    [
      'works again',
      [noOverride, known, failure(SERVICE, 1), sighting(SERVICE, 2, { b: licensed() }, false)],
      `${LABEL} has not confirmed yet what it said about them`,
    ],
    [
      'of a higher rank has not answered',
      [known],
      'overrides file /overrides.yaml has not answered about them yet',
    ],
  ];
  for (const [title, seen, cause] of rows) {
    it(`says that a source ${title}`, () => {
      const fleet = seen.reduce(
        (before, observation) => observe(before, observation, 10).fleet,
        createFleet([SERVICE, OVERRIDES]),
      );
      expect(causeOf(fleet.tenants.get(A)?.words ?? [], fleet.sources, 10)).to.equal(cause);
    });
  }
});

describe('Causes', () => {
  it('counts tenants by cause, the cause of the most first', () => {
    const causes = new Causes();
    causes.add('held', 'x');
    causes.add('unknown', 'x');
    causes.add('unknown', 'x');
    expect(causes.list()).to.deep.equal([
      { standing: 'unknown', cause: 'x', tenants: 2 },
      { standing: 'held', cause: 'x', tenants: 1 },
    ]);
    expect(causes.list(1)).to.have.length(1);
  });
});

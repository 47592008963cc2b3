import { expect } from 'chai';
import { createFleet, observe, passTime, type Fleet } from '../../src/core/fleet.ts';
import type { Observation, SourceInfo } from '../../src/core/observation.ts';
import { outlook } from '../../src/core/outlook.ts';
import { UNKNOWN } from '../../src/core/standing.ts';
import { VersionedMap } from '../../src/core/versioned-map.ts';
import {
  ABSENT,
  FILE,
  OVERRIDES,
  SERVICE,
  failure,
  licensed,
  sighting,
  unreadable,
} from '../helpers/facts.ts';

const A = 'tenant-a';
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const LABEL = 'license service http://licenses';

function fleetAfter(sources: readonly SourceInfo[], ...seen: readonly Observation[]): Fleet {
  return seen.reduce((fleet, one) => observe(fleet, one, one.at).fleet, createFleet(sources));
}

const known = sighting(SERVICE, 0, { [A]: licensed() }, false);
const down = failure(SERVICE, 10 * SECOND);

describe('outlook', () => {
  it('is firm where the deciding source works', () => {
    const fleet = fleetAfter([SERVICE], known);
    const seen = outlook(fleet, A, 5, HOUR);
    expect(seen).to.deep.equal({
      tenant: A,
      standing: fleet.tenants.get(A)!.standing,
      certainty: 'firm',
      why: undefined,
      inPlaceOf: undefined,
    });
    expect(seen.standing.status).to.equal('licensed');
  });

  it('is firm however old the fact is, as long as the source works', () => {
    expect(outlook(fleetAfter([SERVICE], known), A, 99 * HOUR, HOUR).certainty).to.equal('firm');
  });

  it('is held where the deciding source fails', () => {
    const seen = outlook(fleetAfter([SERVICE], known, down), A, 52 * SECOND, HOUR);
    expect(seen).to.include({
      certainty: 'held',
      why: `${LABEL} has failed for 42 s: connect ECONNREFUSED`,
    });
    expect(seen.standing.status).to.equal('licensed');
  });

  it('is held as long as the last fact is not too old, and unknown from then on', () => {
    const fleet = fleetAfter([SERVICE], known, down);
    expect(outlook(fleet, A, HOUR, HOUR).certainty).to.equal('held');
    expect(outlook(fleet, A, HOUR + 1, HOUR)).to.include({
      certainty: 'unknown',
      why:
        'the last license data for tenant-a is 60 min old, allowed is 60 min: ' +
        `${LABEL} has failed for 59 min: connect ECONNREFUSED`,
    });
  });

  it('counts the age from when the fact was last confirmed', () => {
    const fleet = fleetAfter([SERVICE], known, sighting(SERVICE, 5 * SECOND), down);
    expect(outlook(fleet, A, HOUR + 5 * SECOND, HOUR).certainty).to.equal('held');
    expect(outlook(fleet, A, HOUR + 5 * SECOND + 1, HOUR).certainty).to.equal('unknown');
  });

  it('is pending while an answer is on its way', () => {
    expect(outlook(createFleet([SERVICE]), A, 5, HOUR)).to.deep.equal({
      tenant: A,
      standing: UNKNOWN,
      certainty: 'pending',
      why: `no license data for tenant-a yet: ${LABEL} has not answered yet`,
    });
  });

  it('is unknown where the first answer failed', () => {
    const fleet = fleetAfter([SERVICE], down);
    expect(outlook(fleet, A, 52 * SECOND, HOUR)).to.include({
      certainty: 'unknown',
      why: `no license data for tenant-a yet: ${LABEL} has failed for 42 s: connect ECONNREFUSED`,
    });
  });

  it('is unknown where the record was never understood', () => {
    const fleet = fleetAfter([SERVICE], sighting(SERVICE, 0, { [A]: unreadable('bad date') }));
    expect(outlook(fleet, A, 0, HOUR)).to.include({
      certainty: 'unknown',
      why: `no license data for tenant-a yet: its record can't be read (${LABEL}, for 0 s): bad date`,
    });
  });

  it('is unknown where the fact came too late to be acted on', () => {
    const silent = sighting(FILE, 0, { [A]: ABSENT });
    const fleet = fleetAfter([FILE, SERVICE], silent, failure(FILE, 1), failure(SERVICE, 2));
    expect(outlook(fleet, A, 3, HOUR)).to.include({ certainty: 'unknown' });
  });

  it('is held where it can not be decided any more, but something is known and was said', () => {
    const entry = sighting(OVERRIDES, 2, { [A]: unreadable('bad date') });
    const fleet = fleetAfter([SERVICE, OVERRIDES], sighting(OVERRIDES, 0), known, entry);
    expect(outlook(fleet, A, 3, HOUR)).to.include({ certainty: 'held' });
    expect(outlook(fleet, A, 3 + 2 * HOUR, HOUR)).to.include({ certainty: 'unknown' });
  });

  it('is never firm on a standing that is unknown, whatever the sources say', () => {
    const fleet = fleetAfter([SERVICE], known);
    const record = { ...fleet.tenants.get(A)!, standing: UNKNOWN };
    const broken = { ...fleet, tenants: VersionedMap.of([[A, record]]) };
    expect(outlook(broken, A, 3, HOUR)).to.include({
      certainty: 'unknown',
      why: 'no license data for tenant-a yet: it was not decided on',
    });
  });

  it('is held over a boundary that has not been acted on, though it was read again since', () => {
    const ending = sighting(SERVICE, 0, { [A]: licensed({ end: HOUR }) }, false);
    const again = sighting(SERVICE, 2 * HOUR, {}, true);
    const fleet = fleetAfter([SERVICE], ending, again);
    expect(outlook(fleet, A, 2 * HOUR, HOUR)).to.include({
      certainty: 'held',
      why: 'that it ends at 1970-01-01T01:00:00Z has not been acted on yet',
    });
    const { fleet: acted } = passTime(fleet, 2 * HOUR);
    expect(outlook(acted, A, 2 * HOUR, HOUR)).to.include({ certainty: 'firm' });
  });

  it('is unknown where a fallback decided and is lost as well, before it was acted on', () => {
    const fleet = fleetAfter(
      [FILE, SERVICE],
      sighting(FILE, 0, { [A]: licensed() }),
      failure(FILE, 1),
      failure(SERVICE, 2),
    );
    expect(outlook(fleet, A, 3, HOUR)).to.include({
      certainty: 'unknown',
      why:
        'no license data for tenant-a yet: ' +
        'license file /licenses.json has failed for 0 s: connect ECONNREFUSED',
    });
  });
});

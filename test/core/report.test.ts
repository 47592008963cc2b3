import { expect } from 'chai';
import { createFleet, observe, type Fleet } from '../../src/core/fleet.ts';
import type { Observation } from '../../src/core/observation.ts';
import { describeFact } from '../../src/core/report/fact-sentence.ts';
import { toAge, toMoment } from '../../src/core/report/moment.ts';
import { toScaledObjectRow } from '../../src/core/report/scaled-object-row.ts';
import { toSourceRow } from '../../src/core/report/source-row.ts';
import { toTenantReport, type TenantReport } from '../../src/core/report/tenant-report.ts';
import { toTenantRow } from '../../src/core/report/tenant-row.ts';
import {
  ABSENT,
  FILE,
  OVERRIDES,
  SERVICE,
  SOURCES,
  failure,
  license,
  licensed,
  overridden,
  sighting,
  unreadable,
} from '../helpers/facts.ts';

const A = 'tenant-a';
const HOUR = 3_600_000;

function fleetAfter(...seen: readonly Observation[]): Fleet {
  return seen.reduce((fleet, one) => observe(fleet, one, one.at).fleet, createFleet(SOURCES));
}

function report(now: number, ...seen: readonly Observation[]): TenantReport {
  const view = { fleet: fleetAfter(...seen), now, maxStaleness: HOUR, defaultReplicas: 2 };
  return toTenantReport(view, A, 1);
}

/** What the sources say, the highest first. */
function said({ sources }: TenantReport): string[] {
  return sources.map(({ says }) => says);
}

const file = sighting(FILE, 0, { [A]: licensed({ end: 5_000 }) });
const service = sighting(SERVICE, 0, { [A]: licensed({ end: 9_000, replicas: 4 }) }, false);
const noOverride = sighting(OVERRIDES, 0, {});

describe('the report on a tenant', () => {
  it('says what each source says, the highest first, and which decides', () => {
    const { sources, source, reason, replicas } = report(1_000, file, service, noOverride);
    expect(sources.map((one) => [one.source, one.rank, one.decides])).to.deep.equal([
      ['overrides-file', 2, false],
      ['license-service', 1, true],
      ['license-file', 0, false],
    ]);
    expect([source, reason, replicas]).to.deep.equal(['license-service', 'valid', 4]);
    expect(sources[1]).to.include({ ageSeconds: 1, readAt: '1970-01-01T00:00:00.000Z' });
  });

  it('tells a source that was never asked from one that has no entry and one that was never understood', () => {
    expect(said(report(0))).to.deep.equal([
      'nothing yet: it has not answered',
      'nothing yet: it has not answered',
      'nothing yet: it has not answered',
    ]);
    const another = sighting(SERVICE, 0, { other: ABSENT }, false);
    const seen = said(report(0, noOverride, another, failure(FILE, 0)));
    expect(seen).to.deep.equal([
      'no override',
      'nothing yet: it has not been asked about this tenant',
      'nothing: it could never be read',
    ]);
    const strange = sighting(SERVICE, 0, { [A]: unreadable('is strange') }, false);
    expect(said(report(0, noOverride, strange))[1]).to.equal('nothing that was ever understood');
  });

  it('says when and how it changes by itself', () => {
    const ending = (until: number) => sighting(OVERRIDES, 0, { [A]: overridden({ until }) });
    expect(report(1_000, file, service, noOverride).next).to.deep.equal({
      at: '1970-01-01T00:00:09.000Z',
      what: 'its license ends',
    });
    expect(report(1_000, file, service, ending(7_000)).next?.what).to.equal('its override ends');
    const replicas = sighting(OVERRIDES, 0, {
      [A]: overridden({ licensed: undefined, replicas: 8, until: 7_000 }),
    });
    const counted = report(1_000, file, service, replicas);
    expect(counted.next).to.deep.equal({
      at: '1970-01-01T00:00:07.000Z',
      what: 'its override ends',
    });
    expect([counted.replicas, counted.source]).to.deep.equal([8, 'license-service']);
    const later = sighting(SERVICE, 0, { [A]: licensed({ start: 8_000 }) }, false);
    expect(report(1_000, later, noOverride).next?.what).to.equal('its license begins');
  });

  it('says of what is held why, and until when it can be', () => {
    const held = report(2_000, noOverride, service, failure(SERVICE, 1_000));
    expect([held.held, held.standing, held.certainty]).to.deep.equal([true, 'licensed', 'held']);
    expect(held.sentence).to.match(/^tenant-a is licensed: .*; held, because license service/);
    expect(held.next).to.deep.equal({
      at: '1970-01-01T01:00:00.000Z',
      what: 'what is held gets too old: calls are answered UNAVAILABLE from then on',
    });
    expect(held.sources[1]?.trouble).to.include('has failed for 1 s');
  });

  it('says of what is too old that nothing is decided', () => {
    const old = report(2 * HOUR, noOverride, service, failure(SERVICE, 1_000));
    expect([old.certainty, old.replicas, old.next]).to.deep.equal(['unknown', null, null]);
    expect(old.sentence).to.match(/^tenant-a was licensed: .*; nothing is decided now: the last/);
  });

  it('says of a tenant that nobody knows why', () => {
    const { sentence, why, since, replicas } = report(0, noOverride);
    expect([since, replicas]).to.deep.equal([null, null]);
    expect(sentence)
      .to.equal(why)
      .and.to.match(/^no license data for tenant-a yet/);
  });
});

describe('the row of a tenant', () => {
  it('is what its report begins with', () => {
    const view = {
      ...{ fleet: fleetAfter(file, service, noOverride), now: 1, maxStaleness: HOUR },
      defaultReplicas: 2,
    };
    const row = toTenantRow(view, A, 3);
    expect(toTenantReport(view, A, 3)).to.deep.include(row);
    expect(row.listeners).to.equal(3);
  });

  it('has no replicas where the license is over', () => {
    const view = {
      fleet: fleetAfter(
        sighting(SERVICE, 9_500, { [A]: licensed({ end: 9_000 }) }, false),
        sighting(OVERRIDES, 9_500, {}),
      ),
      ...{ now: 9_600, maxStaleness: HOUR, defaultReplicas: 2 },
    };
    expect(toTenantRow(view, A, 0)).to.include({ standing: 'unlicensed', replicas: 0 });
  });
});

describe('a fact in words', () => {
  it('has all that the source says', () => {
    const facts = license({
      services: ['x', 'y'],
      start: 0,
      end: 1_000,
      status: 'active',
      replicas: 1,
    });
    expect(describeFact({ kind: 'license', license: facts })).to.equal(
      'a license for x, y, from 1970-01-01T00:00:00Z, until 1970-01-01T00:00:01Z, status active, 1 replica',
    );
    const bare = license({ services: [], start: undefined, end: undefined });
    expect(describeFact({ kind: 'license', license: bare })).to.match(
      /^a license for no service, without an end/,
    );
    expect(describeFact({ kind: 'absent', proven: true })).to.equal('it does not know this tenant');
    const word = { licensed: false, replicas: 2, until: 1_000, reason: 'unpaid' };
    expect(describeFact({ kind: 'override', override: word })).to.equal(
      'an override: not licensed, 2 replicas until 1970-01-01T00:00:01Z (unpaid)',
    );
  });
});

describe('the row of a source', () => {
  it('says neither up nor down before the source was tried', () => {
    const [state] = fleetAfter().sources;
    const row = toSourceRow(state!, undefined, 0, 0);
    expect(row).to.include({ up: null, tried: false, lastSuccessAt: null, failingSince: null });
  });

  it('says since when and why it fails', () => {
    const [, state] = fleetAfter(service, failure(SERVICE, 1_000)).sources;
    expect(toSourceRow(state!, 0, 1, 4_000)).to.include({
      up: false,
      failingSince: '1970-01-01T00:00:01.000Z',
      ageSeconds: 4,
    });
  });
});

describe('the row of a ScaledObject', () => {
  it('guesses the version of KEDA, and says null of what is not known', () => {
    const trigger = { tenant: A, service: undefined, replicas: undefined };
    const state = { namespace: A, name: 'app', trigger, peer: '10.0.0.1:5', polls: 0 };
    const nothing = {
      ...{ openSince: undefined, lastSaid: undefined, lastSaidAt: undefined },
      ...{ lastPollAt: undefined, lastAnswer: undefined, lastAct: undefined, lastActAt: undefined },
    };
    const row = toScaledObjectRow({ ...state, ...nothing, userAgent: 'grpc-go/1.71.1' });
    expect(row).to.include({ kedaVersion: '2.17', openSince: null, lastSaid: null });
    expect(toScaledObjectRow({ ...state, ...nothing, userAgent: undefined }).userAgent).to.equal(
      null,
    );
  });
});

describe('a moment', () => {
  it('has milliseconds, and is null where it is none or no date can say it', () => {
    expect(toMoment(5)).to.equal('1970-01-01T00:00:00.005Z');
    expect([toMoment(undefined), toMoment(9e15)]).to.deep.equal([null, null]);
  });

  it('is never in the future, as an age', () => {
    expect([toAge(5_000, 1_000), toAge(undefined, 1), toAge(0, 1_999)]).to.deep.equal([0, null, 1]);
  });
});

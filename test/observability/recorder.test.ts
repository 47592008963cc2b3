import { expect } from 'chai';
import { createFleet, observe, passTime } from '../../src/core/fleet.ts';
import { newsAt } from '../../src/observability/account.ts';
import {
  ABSENT,
  OVERRIDES,
  SERVICE,
  failure,
  licensed,
  overridden,
  sighting,
  unreadable,
} from '../helpers/facts.ts';
import { Stage } from './stage.ts';

const A = 'tenant-a';

describe('the recorder', () => {
  it('tells that a tenant is withheld, why, and that it is over', async () => {
    const stage = new Stage();
    stage.see(
      sighting(OVERRIDES, 0),
      sighting(SERVICE, 1_000, { [A]: licensed({ end: 50_000 }) }, false),
      failure(SERVICE, 40_000),
    );
    expect(await stage.metric('tenants_withheld')).to.equal('0');
    stage.pass(50_000);
    expect(stage.last).to.equal(
      'tenant-a is held licensed, although that might change: license service http://licenses has failed for 10 s: connect ECONNREFUSED',
    );
    stage.now = 80_000;
    expect(await stage.metric('tenants_withheld')).to.equal('1');
    expect(await stage.metric('oldest_hold_age_seconds')).to.equal('30');
    stage.see(sighting(SERVICE, 90_000, { [A]: licensed({ end: 50_000 }) }, false));
    expect(stage.last).to.equal(
      'tenant-a is held no more, after 40 s; it is unlicensed: its license ended 1970-01-01T00:00:50Z',
    );
    expect(await stage.metric('oldest_hold_age_seconds')).to.equal('0');
  });

  it('does not call a tenant held of whom nothing is known', async () => {
    const stage = new Stage();
    stage.see(sighting(OVERRIDES, 0, { [A]: overridden({ replicas: 3 }) }));
    expect(stage.fleet.withheld.size).to.equal(1);
    expect(await stage.metric('tenants_withheld')).to.equal('0');
    expect(stage.lines.filter(({ msg }) => msg.includes('held'))).to.deep.equal([]);
  });

  describe('says of trouble with one tenant what it means:', () => {
    const trouble = failure(SERVICE, 9, { tenant: A, reason: 'HTTP 500' });

    it('held, where the source decides', () => {
      const stage = new Stage();
      stage.see(sighting(OVERRIDES, 0), sighting(SERVICE, 1, { [A]: licensed() }, false), trouble);
      expect(stage.last).to.equal(
        "license-service can't tell about tenant-a: HTTP 500; it is held licensed, as decided by license-service",
      );
    });

    it('nothing, where an override decides', () => {
      const stage = new Stage();
      stage.see(
        sighting(OVERRIDES, 0, { [A]: overridden({ licensed: false }) }),
        sighting(SERVICE, 1, { [A]: licensed() }, false),
        trouble,
      );
      expect(stage.last).to.equal(
        "license-service can't tell about tenant-a: HTTP 500; it is unlicensed, for overrides-file decides",
      );
    });

    it('silence, where nothing was known', () => {
      const stage = new Stage();
      stage.see(sighting(OVERRIDES, 0), trouble);
      expect(stage.last).to.equal(
        "license-service can't tell about tenant-a: HTTP 500; nothing can be said about it",
      );
    });
  });

  it('tells of a start in one line, and of what changes after it in a line each', () => {
    const stage = new Stage();
    const readings = Object.fromEntries(['b', 'c', 'd'].map((id) => [id, licensed()]));
    stage.see(sighting(SERVICE, 1, { ...readings, [A]: licensed({ end: 50_000 }), z: ABSENT }));
    stage.see(sighting(OVERRIDES, 2, { y: overridden({ licensed: true }) }));
    const told = (): string[] => stage.lines.splice(0).map(({ msg }) => msg);
    const run = (): void => {
      for (const timer of stage.timers.splice(0)) timer();
    };
    expect(told().filter((line) => !line.includes('answered'))).to.deep.equal([]);
    run();
    expect(told()).to.deep.equal(['6 tenants are known now: 5 licensed, 1 unlicensed']);
    stage.pass(50_000);
    expect(told()).to.deep.equal([
      'tenant-a is held licensed, although that might change: what license service http://licenses said ' +
        'ends at 1970-01-01T00:00:50Z, and it has not been read again since',
    ]);
    stage.see(sighting(SERVICE, 50_000, { [A]: licensed({ end: 50_000 }) }, false));
    expect(told()).to.include.members([
      'tenant-a is unlicensed: its license ended 1970-01-01T00:00:50Z',
    ]);
    stage.see(sighting(SERVICE, 60_000, { e: licensed() }, false));
    run();
    expect(told()).to.deep.equal(['e is known now: licensed: its license is valid']);
    expect(stage.timers).to.deep.equal([]);
  });

  it('puts tenants with the same trouble into one line, and names the first of them', () => {
    const stage = new Stage();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const readings = Object.fromEntries(ids.map((id) => [id, unreadable('status is "foo"')]));
    stage.see(
      sighting(OVERRIDES, 0),
      sighting(SERVICE, 1, { ...readings, f: unreadable('no id') }),
    );
    expect(
      stage.lines.map(({ msg }) => msg).filter((msg) => msg.includes("can't tell")),
    ).to.deep.equal([
      `license-service can't tell about 5 tenants (a, b, c and 2 more): status is "foo"; nothing can be said about each`,
      "license-service can't tell about f: no id; nothing can be said about it",
    ]);
  });

  it('puts tenants that are held for the same reason into one line', () => {
    const stage = new Stage();
    const both = { a: licensed({ end: 50_000 }), b: licensed({ end: 50_000 }) };
    stage.see(
      sighting(OVERRIDES, 0),
      sighting(SERVICE, 1_000, both, false),
      failure(SERVICE, 40_000),
    );
    stage.pass(50_000);
    expect(stage.last).to.equal(
      '2 tenants (a, b) are held licensed, although that might change: license service http://licenses has failed for 10 s: connect ECONNREFUSED',
    );
  });
});

describe('the metrics', () => {
  it('of the fleet are read when they are asked for', async () => {
    const stage = new Stage();
    expect(await stage.metric('next_boundary_timestamp_seconds')).to.equal(undefined);
    stage.see(
      sighting(OVERRIDES, 0, { b: overridden({ licensed: false }) }),
      sighting(SERVICE, 1_000, { [A]: licensed({ end: 50_000 }) }, false),
    );
    expect(await stage.metric('next_boundary_timestamp_seconds')).to.equal('50');
    expect(await stage.metric('tenants_by_reason{standing="licensed",reason="valid"}')).to.equal(
      '1',
    );
    expect(
      await stage.metric('tenants_by_reason{standing="unlicensed",reason="override"}'),
    ).to.equal('1');
    stage.pass(50_000);
    stage.see(sighting(SERVICE, 50_000, { [A]: licensed({ end: 50_000 }) }, false));
    expect(await stage.metric('next_boundary_timestamp_seconds')).to.equal(undefined);
    expect(await stage.metric('tenants_by_reason{standing="licensed",reason="valid"}')).to.equal(
      undefined,
    );
  });

  it('count ScaledObjects that were polled lately and have no stream', async () => {
    expect(await new Stage().metric('scaledobjects_polled_without_stream')).to.equal('1');
  });

  it('measure a change from when it was read to when it was written, and nothing else', async () => {
    const stage = new Stage();
    const { pushes } = stage.metrics;
    pushes.news(1_000);
    stage.now = 1_020;
    pushes.pushed({ active: true, cause: 'change' });
    pushes.pushed({ active: true, cause: 'repeat' });
    pushes.pushed({ active: true, cause: 'open' });
    pushes.news(undefined);
    stage.now = 9_000;
    pushes.pushed({ active: false, cause: 'change' });
    expect(await stage.metric('push_latency_seconds_bucket{le="0.01"}')).to.equal('0');
    expect(await stage.metric('push_latency_seconds_bucket{le="0.025"}')).to.equal('1');
    expect(await stage.metric('push_latency_seconds_bucket{le="+Inf"}')).to.equal('2');
    expect(await stage.metric('push_latency_seconds_sum')).to.equal('8.02');
    expect(await stage.metric('push_latency_seconds_count')).to.equal('2');
    expect(await stage.metric('pushes_total{cause="change",active="true"}')).to.equal('1');
  });
});

describe('newsAt', () => {
  it('is when a source was read or, where time alone passed, when that was due', () => {
    const seen = sighting(SERVICE, 7, { [A]: licensed({ end: 50 }) }, false);
    const update = observe(createFleet([SERVICE]), seen, 9);
    expect(newsAt(update)).to.equal(7);
    expect(newsAt(passTime(update.fleet, 10))).to.equal(undefined);
    const confirmed = observe(update.fleet, sighting(SERVICE, 60), 61);
    expect(newsAt(passTime(confirmed.fleet, 61))).to.equal(50);
  });
});

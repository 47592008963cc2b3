import { expect } from 'chai';
import {
  createFleet,
  nextBoundary,
  observe,
  passTime,
  setBack,
  unchanged,
  type Fleet,
  type FleetUpdate,
} from '../../src/core/fleet.ts';
import type { Observation, SourceInfo } from '../../src/core/observation.ts';
import { outlook } from '../../src/core/outlook.ts';
import { UNKNOWN } from '../../src/core/standing.ts';
import type { Instant } from '../../src/core/time.ts';
import {
  ABSENT,
  FILE,
  OVERRIDES,
  SERVICE,
  SILENT,
  SOURCES,
  failure,
  licensed,
  overridden,
  sighting,
  unreadable,
} from '../helpers/facts.ts';

const A = 'tenant-a';
const B = 'tenant-b';
const HOUR = 3_600_000;

/** One step after the other: an observation is taken in at its own time, a number lets time pass. */
function play(
  sources: readonly SourceInfo[],
  ...steps: readonly (Observation | Instant)[]
): FleetUpdate {
  let update = unchanged(createFleet(sources));
  for (const step of steps) update = take(update.fleet, step);
  return update;
}

function take(fleet: Fleet, step: Observation | Instant): FleetUpdate {
  return typeof step === 'number' ? passTime(fleet, step) : observe(fleet, step, step.at);
}

function statusOf({ fleet }: FleetUpdate, tenant: string): string | undefined {
  return fleet.tenants.get(tenant)?.standing.status;
}

function changes({ transitions }: FleetUpdate): string[] {
  return transitions.map(
    ({ tenant, before, after }) => `${tenant}: ${before.status} -> ${after.status}`,
  );
}

function reasonOf({ fleet }: FleetUpdate, tenant: string): string | undefined {
  return fleet.tenants.get(tenant)?.standing.reason;
}

function certaintyOf({ fleet }: FleetUpdate, tenant: string, now: Instant): string {
  return outlook(fleet, tenant, now, HOUR).certainty;
}

describe('the fleet', () => {
  it('knows nothing at first', () => {
    const fleet = createFleet(SOURCES);
    expect(fleet.revision).to.equal(0);
    expect(fleet.tenants.size).to.equal(0);
    expect(fleet.counts).to.deep.equal({ licensed: 0, unlicensed: 0, unknown: 0 });
    expect(nextBoundary(fleet)).to.equal(undefined);
    expect(fleet.sources.map(({ info, tried }) => [info.name, tried])).to.deep.equal([
      ['license-file', false],
      ['license-service', false],
      ['overrides-file', false],
    ]);
  });

  it('takes in what its source says', () => {
    const update = play([SERVICE], sighting(SERVICE, 5, { [A]: licensed(), [B]: ABSENT }));
    expect(changes(update)).to.deep.equal([
      'tenant-a: unknown -> licensed',
      'tenant-b: unknown -> unlicensed',
    ]);
    expect(update.transitions[0]).to.include({ at: 5, revision: 1 });
    expect(update.transitions[0]!.before).to.equal(UNKNOWN);
    expect(update.touched.map(({ tenant }) => tenant)).to.deep.equal([A, B]);
    expect(update.sourceTurned).to.equal(true);
    expect(update.fleet.counts).to.deep.equal({ licensed: 1, unlicensed: 1, unknown: 0 });
  });

  it('passes over a source that it was not told of', () => {
    const before = createFleet([SERVICE]);
    const update = observe(before, sighting(FILE, 5, { [A]: licensed() }), 5);
    expect(update).to.deep.equal(unchanged(before));
    expect(update.fleet).to.equal(before);
  });

  it('says nothing of a tenant whose standing stays', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed() }),
      sighting(SERVICE, 2, { [A]: licensed() }, false),
    );
    expect(update.transitions).to.have.length(0);
    expect(update.touched).to.have.length(0);
    expect(update.sourceTurned).to.equal(false);
  });

  it('keeps its number where an observation changes nothing', () => {
    const before = play([SERVICE], sighting(SERVICE, 1, { [A]: licensed() })).fleet;
    const after = observe(before, sighting(SERVICE, 2, { [A]: licensed() }, false), 2).fleet;
    expect([before.revision, after.revision]).to.deep.equal([1, 1]);
  });

  it('keeps since where the status stays and something else changes', () => {
    const { fleet, transitions } = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed() }),
      sighting(SERVICE, 2, { [A]: licensed({ replicas: 4 }) }),
    );
    expect(transitions).to.have.length(1);
    expect(fleet.tenants.get(A)!.standing).to.include({ since: 1, replicas: 4 });
  });

  it('forgets a tenant of which no source says anything any more', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed(), [B]: ABSENT }),
      sighting(SERVICE, 2, { [A]: SILENT, 'tenant-c': SILENT }),
    );
    expect(update.fleet.tenants.get(A)).to.equal(undefined);
    expect(update.touched.map(({ tenant }) => tenant)).to.deep.equal([A]);
    expect(update.transitions).to.have.length(0);
    expect(update.fleet.counts).to.deep.equal({ licensed: 0, unlicensed: 1, unknown: 0 });
  });

  it('touches a tenant again whose word had lost its trust, though its standing stays', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed() }, false),
      failure(SERVICE, 2),
      sighting(SERVICE, 3, { [A]: licensed() }, false),
    );
    expect(update.transitions).to.have.length(0);
    expect(update.touched.map(({ tenant }) => tenant)).to.deep.equal([A]);
  });

  it('turns a source when it begins and when it ceases to work, and not in between', () => {
    const turned = [
      sighting(SERVICE, 1, {}),
      sighting(SERVICE, 2, {}),
      failure(SERVICE, 3),
      failure(SERVICE, 4),
      sighting(SERVICE, 5, { [A]: ABSENT }, false),
      sighting(SERVICE, 6, { [A]: ABSENT }, false),
      sighting(SERVICE, 7, {}),
      sighting(SERVICE, 8, {}),
    ];
    let { fleet } = play([SERVICE]);
    const seen = turned.map((step) => {
      const update = take(fleet, step);
      fleet = update.fleet;
      return update.sourceTurned;
    });
    expect(seen).to.deep.equal([true, false, true, false, true, false, true, false]);
  });

  it('answers from an old version as before', () => {
    const before = play([SERVICE], sighting(SERVICE, 1, { [A]: licensed({ end: 10 }) })).fleet;
    const standing = before.tenants.get(A)!.standing;
    observe(before, sighting(SERVICE, 2, { [A]: ABSENT, [B]: ABSENT }), 2);
    passTime(before, 20);
    expect(before.tenants.get(A)!.standing).to.equal(standing);
    expect(before.tenants.size).to.equal(1);
    expect(before.counts).to.deep.equal({ licensed: 1, unlicensed: 0, unknown: 0 });
    expect(nextBoundary(before)).to.equal(10);
  });

  it('drops appointments that no longer apply when they outnumber the tenants', () => {
    let { fleet } = play([SERVICE]);
    for (let end = 1000; end < 1200; end++) {
      fleet = observe(fleet, sighting(SERVICE, 1, { [A]: licensed({ end }) }), 1).fleet;
      expect(fleet.agenda.size).to.be.at.most(66);
    }
    expect(passTime(fleet, 1198).refresh).to.deep.equal([]);
    expect(passTime(fleet, 1199).refresh).to.deep.equal([A]);
  });
});

describe('the fleet at the time of a boundary', () => {
  it('ends a license at its end, not before', () => {
    const known = sighting(SERVICE, 1, { [A]: licensed({ end: 10 }) });
    expect(nextBoundary(play([SERVICE], known).fleet)).to.equal(10);
    expect(changes(play([SERVICE], known, 9))).to.deep.equal([]);
    const after = play([SERVICE], known, 10, sighting(SERVICE, 10));
    expect(changes(after)).to.deep.equal(['tenant-a: licensed -> unlicensed']);
    expect(after.transitions[0]!.after).to.include({ reason: 'ended', since: 10 });
    expect(nextBoundary(after.fleet)).to.equal(undefined);
  });

  it('holds at a boundary and asks, until an answer is there that was asked for since', () => {
    const known = sighting(SERVICE, 1, { [A]: licensed({ end: 10 }) });
    const due = play([SERVICE], known, 10);
    expect([changes(due), due.refresh]).to.deep.equal([[], [A]]);
    expect(certaintyOf(due, A, 10)).to.equal('held');
    const early = take(due.fleet, sighting(SERVICE, 9, { [A]: licensed({ end: 10 }) }, false));
    expect(changes(early)).to.deep.equal([]);
    const other = take(early.fleet, sighting(SERVICE, 11, { [B]: licensed() }, false));
    expect(certaintyOf(other, A, 11)).to.equal('held');
    const asked = take(other.fleet, sighting(SERVICE, 11, { [A]: licensed({ end: 10 }) }, false));
    expect(changes(asked)).to.deep.equal(['tenant-a: licensed -> unlicensed']);
    const renewed = take(other.fleet, sighting(SERVICE, 11, { [A]: licensed({ end: 99 }) }, false));
    expect(changes(renewed)).to.deep.equal(['tenant-a: licensed -> licensed']);
    expect(certaintyOf(renewed, A, 11)).to.equal('firm');
  });

  it('asks shortly before a boundary as well, where the source is one that is asked', () => {
    const polled = { ...SERVICE, interval: 10_000 };
    const known = play([polled], sighting(polled, 1, { [A]: licensed({ end: 20_000 }) }));
    expect(nextBoundary(known.fleet)).to.equal(15_000);
    const before = take(known.fleet, 15_000);
    expect([before.refresh, nextBoundary(before.fleet)]).to.deep.equal([[A], 20_000]);
    expect(take(before.fleet, 20_000).refresh).to.deep.equal([A]);
    const late = play([polled], sighting(polled, 16_000, { [A]: licensed({ end: 20_000 }) }));
    expect(nextBoundary(late.fleet)).to.equal(20_000);
  });

  it('begins a license at its start and then waits for its end', () => {
    const after = play([SERVICE], sighting(SERVICE, 1, { [A]: licensed({ start: 10, end: 20 }) }));
    expect(reasonOf(after, A)).to.equal('not-begun');
    const begun = take(take(after.fleet, 10).fleet, sighting(SERVICE, 10));
    expect(changes(begun)).to.deep.equal(['tenant-a: unlicensed -> licensed']);
    expect(nextBoundary(begun.fleet)).to.equal(20);
  });

  it('lets several boundaries pass at once', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, {
        [A]: licensed({ start: 10, end: 20 }),
        [B]: licensed({ end: 15 }),
        'tenant-c': licensed({ end: 30 }),
      }),
      25,
      sighting(SERVICE, 25),
    );
    expect(changes(update)).to.have.members([
      'tenant-a: unlicensed -> unlicensed',
      'tenant-b: licensed -> unlicensed',
    ]);
    expect(nextBoundary(update.fleet)).to.equal(30);
  });

  it('acts on no more boundaries at a time than it may, and on the others the next time', () => {
    const end = 10;
    const known = { [A]: licensed({ end }), [B]: licensed({ end }), c: licensed({ end: 11 }) };
    let { fleet } = play([SERVICE], sighting(SERVICE, 1, known));
    const acted = [15, 15, 15].map((now) => {
      const update = passTime(fleet, now, 2);
      fleet = update.fleet;
      return [update.refresh.length, nextBoundary(fleet)];
    });
    expect(acted).to.deep.equal([
      [2, 11],
      [1, undefined],
      [0, undefined],
    ]);
  });

  it('passes over an appointment that was put off', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed({ end: 10 }) }),
      sighting(SERVICE, 2, { [A]: licensed({ end: 20 }) }),
      15,
    );
    expect(update.touched).to.deep.equal([]);
    expect(statusOf(update, A)).to.equal('licensed');
    expect(nextBoundary(update.fleet)).to.equal(20);
  });

  it('asks at once again where a boundary comes while it is first asked about a tenant', () => {
    for (const whole of [false, true]) {
      const begins = { [A]: licensed({ start: 6 }) };
      const first = observe(createFleet([SERVICE]), sighting(SERVICE, 5, begins, whole), 7);
      expect([statusOf(first, A), first.refresh]).to.deep.equal(['unknown', [A]]);
      const again = observe(first.fleet, sighting(SERVICE, 7, begins, whole), 8);
      expect([statusOf(again, A), again.refresh]).to.deep.equal(['licensed', []]);
    }
  });

  it('ends an override on time, and the license decides', () => {
    const until = 10;
    const before = play(
      [SERVICE, OVERRIDES],
      sighting(OVERRIDES, 1, { [A]: overridden({ licensed: true, until }) }),
      sighting(SERVICE, 2, { [A]: licensed({ end: 5 }) }),
    );
    expect(reasonOf(before, A)).to.equal('override');
    expect(changes(take(before.fleet, 9))).to.deep.equal([]);
    const due = take(before.fleet, 10);
    expect([changes(due), due.refresh]).to.deep.equal([[], [A]]);
    const after = take(due.fleet, sighting(OVERRIDES, 10));
    expect(reasonOf(after, A)).to.equal('override');
    const asked = take(after.fleet, sighting(SERVICE, 10, { [A]: licensed({ end: 5 }) }, false));
    expect(changes(asked)).to.deep.equal(['tenant-a: licensed -> unlicensed']);
    expect(reasonOf(asked, A)).to.equal('ended');
  });

  it('ends an override about replicas alone on time', () => {
    const before = play(
      [SERVICE, OVERRIDES],
      sighting(OVERRIDES, 1, { [A]: overridden({ replicas: 9, until: 10 }) }),
      sighting(SERVICE, 2, { [A]: licensed({ end: 20, replicas: 3 }) }),
    );
    expect(before.fleet.tenants.get(A)!.standing).to.include({ replicas: 9, until: 10 });
    const after = take(take(before.fleet, 10).fleet, sighting(OVERRIDES, 10));
    expect(after.fleet.tenants.get(A)!.standing).to.include({ replicas: 3, until: 20, since: 2 });
    const ended = take(take(after.fleet, 20).fleet, sighting(SERVICE, 20));
    expect(changes(ended)).to.deep.equal(['tenant-a: licensed -> unlicensed']);
  });
});

describe('the fleet during an outage', () => {
  it('holds a license that ends, and ends it once its source has answered', () => {
    const held = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed({ end: 10 }) }),
      failure(SERVICE, 5),
      10,
    );
    expect(changes(held)).to.deep.equal([]);
    expect(held.fleet.withheld.get(A)).to.not.equal(undefined);
    expect(certaintyOf(held, A, 10)).to.equal('held');
    const recovered = take(held.fleet, sighting(SERVICE, 12));
    expect(changes(recovered)).to.deep.equal(['tenant-a: licensed -> unlicensed']);
    expect(recovered.fleet.withheld.size).to.equal(0);
  });

  it('never notices the end of a license that was renewed meanwhile', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed({ end: 10 }) }),
      failure(SERVICE, 5),
      10,
      sighting(SERVICE, 12, { [A]: licensed({ end: 100 }) }),
    );
    expect(changes(update)).to.deep.equal(['tenant-a: licensed -> licensed']);
    expect(nextBoundary(update.fleet)).to.equal(100);
  });

  it('goes on holding the tenants that were not asked about again', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed({ end: 10 }), [B]: licensed() }, false),
      failure(SERVICE, 5),
      10,
      sighting(SERVICE, 12, { [B]: licensed() }, false),
    );
    expect(update.transitions).to.have.length(0);
    expect(certaintyOf(update, A, 12)).to.equal('held');
    expect(certaintyOf(update, B, 12)).to.equal('firm');
    const later = take(update.fleet, sighting(SERVICE, 14, { [A]: licensed({ end: 10 }) }, false));
    expect(changes(later)).to.deep.equal(['tenant-a: licensed -> unlicensed']);
  });

  it('goes on through a second outage that follows before all were asked again', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed(), [B]: licensed() }, false),
      failure(SERVICE, 5),
      sighting(SERVICE, 6, { [A]: licensed() }, false),
      failure(SERVICE, 7),
      sighting(SERVICE, 8, { [B]: licensed() }, false),
    );
    expect(certaintyOf(update, A, 8)).to.equal('held');
    expect(certaintyOf(update, B, 8)).to.equal('firm');
  });

  it('does not take it for an answer that nobody asks about a tenant any more', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed({ end: 10 }), [B]: licensed() }, false),
      failure(SERVICE, 5),
      sighting(SERVICE, 6, { [B]: SILENT }, false),
    );
    expect(update.sourceTurned).to.equal(false);
    expect(update.touched.map(({ tenant }) => tenant)).to.deep.equal([B]);
    expect(update.fleet.sources[0]!.trouble?.since).to.equal(5);
  });

  it('obeys an override meanwhile', () => {
    const update = play(
      [SERVICE, OVERRIDES],
      sighting(OVERRIDES, 1),
      sighting(SERVICE, 1, { [A]: licensed() }),
      failure(SERVICE, 5),
      sighting(OVERRIDES, 6, { [A]: overridden({ licensed: false }) }),
    );
    expect(changes(update)).to.deep.equal(['tenant-a: licensed -> unlicensed']);
  });

  it('holds one tenant alone whose record can not be understood', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed({ end: 10 }), [B]: licensed({ end: 10 }) }),
      sighting(SERVICE, 5, { [A]: unreadable() }),
      10,
      sighting(SERVICE, 10),
    );
    expect(changes(update)).to.deep.equal(['tenant-b: licensed -> unlicensed']);
    expect(certaintyOf(update, A, 10)).to.equal('held');
    expect(changes(take(update.fleet, sighting(SERVICE, 12)))).to.deep.equal([]);
    const fixed = take(update.fleet, sighting(SERVICE, 12, { [A]: licensed({ end: 10 }) }));
    expect(changes(fixed)).to.deep.equal(['tenant-a: licensed -> unlicensed']);
  });

  it('grows out of an unreadable record as out of an outage, whatever else is read', () => {
    const update = play(
      [SERVICE],
      sighting(SERVICE, 1, { [A]: licensed() }),
      sighting(SERVICE, 5, { [A]: unreadable() }),
      sighting(SERVICE, 1 + HOUR),
    );
    expect(certaintyOf(update, A, 1 + HOUR)).to.equal('held');
    expect(certaintyOf(update, A, 2 + HOUR)).to.equal('unknown');
  });
});

describe('the fleet before every source has answered', () => {
  const fromService = sighting(SERVICE, 1, { [A]: licensed() });

  it('decides as soon as the overrides file was read, though the license came before', () => {
    const update = play([SERVICE, OVERRIDES], fromService, sighting(OVERRIDES, 2));
    expect(changes(update)).to.deep.equal(['tenant-a: unknown -> licensed']);
    expect(certaintyOf(update, A, 2)).to.equal('firm');
  });

  it('decides as soon as the overrides file was found missing', () => {
    const update = play([SERVICE, OVERRIDES], fromService, failure(OVERRIDES, 2));
    expect(changes(update)).to.deep.equal(['tenant-a: unknown -> licensed']);
  });

  it('decides by the license file as soon as the license service has failed', () => {
    const update = play(
      [FILE, SERVICE],
      sighting(FILE, 1, { [A]: licensed() }),
      failure(SERVICE, 2),
    );
    expect(changes(update)).to.deep.equal(['tenant-a: unknown -> licensed']);
  });

  it('waits for an overrides file that could never be understood, until it can', () => {
    const broken = failure(OVERRIDES, 2, { opaque: true, reason: 'line 3' });
    const blocked = play([SERVICE, OVERRIDES], fromService, broken);
    expect(statusOf(blocked, A)).to.equal('unknown');
    expect(changes(take(blocked.fleet, sighting(OVERRIDES, 3)))).to.deep.equal([
      'tenant-a: unknown -> licensed',
    ]);
  });

  it('goes on without an overrides file that could never be understood, once it is deleted', () => {
    const update = play(
      [SERVICE, OVERRIDES],
      fromService,
      failure(OVERRIDES, 2, { opaque: true }),
      failure(OVERRIDES, 3),
    );
    expect(changes(update)).to.deep.equal(['tenant-a: unknown -> licensed']);
    expect(update.sourceTurned).to.equal(true);
  });

  it('waits for the whole overrides file, however many slices it comes in', () => {
    const service = sighting(SERVICE, 1, { [A]: ABSENT });
    const first = sighting(OVERRIDES, 2, { [B]: overridden({ licensed: true }) }, false);
    const between = play([SERVICE, OVERRIDES], service, first);
    expect(changes(between)).to.deep.equal(['tenant-b: unknown -> licensed']);
    expect(certaintyOf(between, A, 2)).to.equal('pending');
    const last = sighting(OVERRIDES, 2, { [A]: overridden({ licensed: true }) });
    expect(changes(take(between.fleet, last))).to.deep.equal(['tenant-a: unknown -> licensed']);
  });
});

describe('the fleet while the overrides file fails', () => {
  const service = sighting(SERVICE, 1, { [A]: licensed({ end: 30, replicas: 3 }) });

  for (const said of [true, false]) {
    it(`obeys an override to ${String(said)} past its end, and ends it once the file is read`, () => {
      const opposite = said ? ABSENT : licensed();
      const held = play(
        [SERVICE, OVERRIDES],
        sighting(OVERRIDES, 1, { [A]: overridden({ licensed: said, until: 10 }) }),
        sighting(SERVICE, 1, { [A]: opposite }),
        failure(OVERRIDES, 5),
        10,
      );
      expect(changes(held)).to.deep.equal([]);
      expect(reasonOf(held, A)).to.equal('override');
      const recovered = take(held.fleet, sighting(OVERRIDES, 20));
      expect(changes(recovered)).to.have.length(1);
      expect(statusOf(recovered, A)).to.equal(said ? 'unlicensed' : 'licensed');
      expect(recovered.fleet.withheld.size).to.equal(0);
    });
  }

  it('does not bring back an override that had ended before', () => {
    const update = play(
      [SERVICE, OVERRIDES],
      sighting(OVERRIDES, 1, { [A]: overridden({ licensed: false, until: 10 }) }),
      service,
      10,
      sighting(OVERRIDES, 10),
      failure(OVERRIDES, 12),
      sighting(SERVICE, 13, { [A]: licensed({ end: 40 }) }),
    );
    expect(changes(update)).to.deep.equal(['tenant-a: licensed -> licensed']);
    expect(certaintyOf(update, A, 13)).to.equal('firm');
  });

  it('keeps an override whose entry was made unreadable, past the end that it had', () => {
    const update = play(
      [SERVICE, OVERRIDES],
      sighting(OVERRIDES, 1, { [A]: overridden({ licensed: true, until: 10 }) }),
      sighting(SERVICE, 1, { [A]: ABSENT }),
      sighting(OVERRIDES, 5, { [A]: unreadable('until is "10 o\'clock"') }),
      10,
      sighting(OVERRIDES, 15),
      sighting(SERVICE, 16, { [A]: ABSENT }),
    );
    expect(statusOf(update, A)).to.equal('licensed');
    expect(certaintyOf(update, A, 16)).to.equal('held');
  });

  it('ends a license on time whose replicas are overridden past their time', () => {
    const before = play(
      [SERVICE, OVERRIDES],
      sighting(OVERRIDES, 1, { [A]: overridden({ replicas: 9, until: 10 }) }),
      service,
      failure(OVERRIDES, 5),
      10,
    );
    expect(before.fleet.tenants.get(A)!.standing).to.include({ replicas: 9, until: 30 });
    expect(nextBoundary(before.fleet)).to.equal(30);
    const ended = take(take(before.fleet, 30).fleet, sighting(SERVICE, 30));
    expect(changes(ended)).to.deep.equal(['tenant-a: licensed -> unlicensed']);
    const recovered = take(before.fleet, sighting(OVERRIDES, 20));
    expect(recovered.fleet.tenants.get(A)!.standing).to.include({ replicas: 3, until: 30 });
  });

  it('lets the license service say that it does not know a tenant', () => {
    const update = play(
      [SERVICE, OVERRIDES],
      failure(OVERRIDES, 1),
      sighting(SERVICE, 2, { [A]: ABSENT }),
    );
    expect(changes(update)).to.deep.equal(['tenant-a: unknown -> unlicensed']);
  });
});

describe('the fleet when the clock was set back', () => {
  const known = sighting(SERVICE, HOUR, { [A]: licensed({ end: 50 }), [B]: licensed() }, false);

  it('holds everything, asks about what is another now, and decides anew by the answers', () => {
    const ahead = play([SERVICE], known);
    expect(statusOf(ahead, A)).to.equal('unlicensed');
    const back = setBack(ahead.fleet, 10);
    expect(back.refresh).to.deep.equal([A]);
    expect([back.sourceTurned, changes(back)]).to.deep.equal([true, []]);
    expect([A, B].map((tenant) => certaintyOf(back, tenant, 10))).to.deep.equal(['held', 'held']);
    const asked = observe(back.fleet, { ...known, at: 11 }, 11);
    expect(changes(asked)).to.deep.equal(['tenant-a: unlicensed -> licensed']);
    expect(nextBoundary(asked.fleet)).to.equal(50);
  });

  it('keeps nothing that was read later than now', () => {
    const failing = play([SERVICE], known, failure(SERVICE, HOUR + 1));
    const { sources, tenants } = setBack(failing.fleet, 10).fleet;
    expect(sources[0]!.trouble?.since).to.equal(10);
    expect(tenants.get(B)!.words[0]!.at).to.equal(10);
    const late = observe(createFleet([SERVICE]), known, 10).fleet;
    expect(late.tenants.get(B)!.words[0]!.at).to.equal(10);
  });

  it('comes to a boundary again that had been passed by the other clock', () => {
    const held = play([SERVICE], sighting(SERVICE, 1, { [A]: licensed({ end: 50 }) }), 60);
    expect(nextBoundary(held.fleet)).to.equal(undefined);
    const back = setBack(held.fleet, 40);
    expect(nextBoundary(back.fleet)).to.equal(50);
    expect(take(back.fleet, 50).refresh).to.deep.equal([A]);
  });
});

import { expect } from 'chai';
import {
  NEVER,
  asyncScheduler,
  defer,
  delay,
  from,
  ignoreElements,
  map,
  merge,
  of,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import type { Observation } from '../../src/core/observation.ts';
import type { DemandChange } from '../../src/pipeline/demand.ts';
import { pollTenants } from '../../src/pipeline/poll-tenants.ts';
import type { ScheduleOptions, TenantAttempt } from '../../src/pipeline/schedule.ts';
import { ABSENT, license } from '../helpers/facts.ts';
import { marbles } from '../helpers/marbles.ts';
import { withWallClock } from '../helpers/set-clock.ts';

const OPTIONS: ScheduleOptions = {
  source: 'license-service',
  interval: 12,
  maxConcurrency: 16,
  backoff: { first: 4, cap: 8, askedCap: 20 },
  chance: () => 1,
};

/** Small letters come into demand, capitals leave it. */
const DEMAND = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((tenant): [string, DemandChange][] => [
    [tenant, { tenant, wanted: true }],
    [tenant.toUpperCase(), { tenant, wanted: false }],
  ]),
);

const GOOD: TenantAttempt = { result: ABSENT, failed: false };
const LICENSED: TenantAttempt = {
  result: { kind: 'license', license: license() },
  failed: false,
};
const BAD: TenantAttempt = { result: { kind: 'failed', reason: 'x' }, failed: true };

/** A service that takes its time to answer, and notes who was asked about when. */
class Service {
  readonly #latency: number;
  readonly #answer: (tenant: string) => TenantAttempt;
  readonly #frames = new Map<number, string>();
  readonly #inFlight: string[] = [];
  /** The most requests that were in flight at a time. */
  most = 0;
  /** Whether a tenant was ever asked about twice at a time. */
  overlapped = false;

  /** Who was asked about when, in order. */
  readonly log: [number, string][] = [];

  constructor(latency: number, answer: (tenant: string) => TenantAttempt = () => GOOD) {
    this.#latency = latency;
    this.#answer = answer;
  }

  /** The tenants by the frame in which they were asked about: `0:ab 6:a 12:b`. */
  get asked(): string {
    return [...this.#frames].map(([frame, tenants]) => `${frame}:${tenants}`).join(' ');
  }

  readonly ask = (tenant: string): Observable<TenantAttempt> =>
    defer(() => {
      const now = asyncScheduler.now();
      this.log.push([now, tenant]);
      this.#frames.set(now, (this.#frames.get(now) ?? '') + tenant);
      this.overlapped ||= this.#inFlight.includes(tenant);
      this.most = Math.max(this.most, this.#inFlight.push(tenant));
      const answer$ = of(this.#answer(tenant));
      return (this.#latency === 0 ? answer$ : answer$.pipe(delay(this.#latency))).pipe(
        tap(() => this.#inFlight.splice(this.#inFlight.indexOf(tenant), 1)),
      );
    });
}

/** `a` is a fact about a tenant, `-a` silence, `!a` a failure of one tenant, `!` an outage. */
function wordOf(seen: Observation): string {
  if (seen.kind === 'failure') return `!${seen.tenant ?? ''}`;
  const entries = [...seen.readings];
  return entries.map(([tenant, { kind }]) => (kind === 'silent' ? '-' : '') + tenant).join();
}

interface Played {
  readonly service: Service;
  /** What was observed, in order. */
  readonly seen: readonly string[];
}

/** Lets a service be asked for the demand of the marbles, until the given frame. */
function play(
  demand: string,
  end: number,
  service: Service,
  over: Partial<ScheduleOptions> = {},
  refresh = '-',
): Played {
  const seen: string[] = [];
  marbles(({ hot, expectObservable }) => {
    const options = { ...OPTIONS, ...over };
    const seen$ = pollTenants(hot(demand, DEMAND), hot(refresh), service.ask, options);
    const noted$ = seen$.pipe(tap((one) => seen.push(wordOf(one))));
    expectObservable(noted$, `${end}ms !`);
  });
  return { service, seen };
}

describe('pollTenants', () => {
  it('asks nothing without demand', () => {
    expect(play('-', 100, new Service(1)).service.asked).to.equal('');
  });

  it('asks at once about a tenant that is new, then every interval', () => {
    const { service, seen } = play('---a', 42, new Service(2));
    expect(service.asked).to.equal('3:a 15:a 27:a 39:a');
    expect(seen).to.deep.equal(['a', 'a', 'a', 'a']);
  });

  it('asks about demand that is there already', () => {
    const service = new Service(0);
    marbles(({ expectObservable }) => {
      const demand$ = of({ tenant: 'a', wanted: true }, { tenant: 'b', wanted: true });
      const seen$ = pollTenants(demand$, NEVER, service.ask, OPTIONS).pipe(map(wordOf));
      expectObservable(seen$, '---!').toBe('(ab)');
    });
    expect(service.asked).to.equal('0:ab');
  });

  it('gives each answer when it is there', () => {
    marbles(({ hot, expectObservable }) => {
      const demand$ = hot('-a---------------------', DEMAND);
      const expected = '   ---a-----------a-------';
      const seen$ = pollTenants(demand$, NEVER, new Service(2).ask, OPTIONS).pipe(map(wordOf));
      expectObservable(seen$, '    ----------------------!').toBe(expected);
    });
  });

  it('spreads tenants that came at once evenly over the interval', () => {
    const { service } = play('(abcd)', 26, new Service(1));
    expect(service.asked).to.equal('0:abcd 3:a 6:b 9:c 12:d 15:a 18:b 21:c 24:d');
  });

  it('asks at once about a newcomer among others', () => {
    const { service } = play('(ab)-----c', 26, new Service(1));
    expect(service.asked).to.equal('0:ab 6:a 9:c 12:b 16:a 20:c 24:b');
  });

  it('never has more in flight than is allowed, nor one tenant twice', () => {
    const { service } = play('(abcdef)', 80, new Service(5), { maxConcurrency: 2 });
    expect(service.most).to.equal(2);
    expect(service.overlapped).to.equal(false);
    expect(service.asked).to.match(/^0:ab 5:cd 10:ef 15:ab/);
  });

  it('asks a slow service less often, but never twice at a time', () => {
    const { service } = play('a', 70, new Service(20));
    expect(service.asked).to.equal('0:a 20:a 40:a 60:a');
    expect(service.overlapped).to.equal(false);
  });

  it('opens the circuit at the third failure and then probes alone', () => {
    const service = new Service(1, () => BAD);
    const { seen } = play('(abcdef)', 40, service);
    expect(service.asked).to.equal('0:abcdef 4:a 12:b 20:d 28:c 36:f');
    expect(seen.slice(0, 4)).to.deep.equal(['!a', '!b', '!', '!']);
  });

  it('recovers gently, and goes on as before', () => {
    const service = new Service(1, () => (asyncScheduler.now() < 9 ? BAD : GOOD));
    const { seen } = play('(abcdef)', 28, service);
    expect(service.asked).to.equal(
      '0:abcdef 4:a 12:b 13:d 14:fe 15:c 16:a 18:b 20:d 22:f 24:e 26:c',
    );
    expect(seen.slice(6, 9)).to.deep.equal(['!', 'b', 'd']);
  });

  it('leaves the service in peace for as long as it asks', () => {
    const busy = { ...BAD, retryAfter: 15 };
    const service = new Service(0, () => (asyncScheduler.now() < 5 ? busy : GOOD));
    const { seen } = play('a', 20, service);
    expect(service.asked).to.equal('0:a 15:a');
    expect(seen).to.deep.equal(['!', 'a']);
  });

  it('asks about a newcomer at the next probe, not at once, while the circuit is open', () => {
    const { service } = play('a--b', 16, new Service(0, () => BAD));
    expect(service.asked).to.equal('0:a 4:b 12:a');
  });

  it('forgets a tenant that is not in demand any more, and asks no more', () => {
    const { service, seen } = play('a----A', 40, new Service(1));
    expect(service.asked).to.equal('0:a');
    expect(seen).to.deep.equal(['a', '-a']);
  });

  it('drops an answer that comes too late', () => {
    const { service, seen } = play('a----A', 40, new Service(10));
    expect(service.asked).to.equal('0:a');
    expect(seen).to.deep.equal(['-a']);
  });

  it('asks anew about a tenant that comes back', () => {
    const { service, seen } = play('a----A---a', 24, new Service(1));
    expect(service.asked).to.equal('0:a 9:a 21:a');
    expect(seen).to.deep.equal(['a', '-a', 'a', 'a']);
  });

  it('goes on when no more demand can come', () => {
    const { service } = play('a|', 14, new Service(1));
    expect(service.asked).to.equal('0:a 12:a');
  });

  it('passes an error of the demand on', () => {
    marbles(({ cold, expectObservable }) => {
      const seen$ = pollTenants(cold('-#'), NEVER, new Service(1).ask, OPTIONS);
      expectObservable(seen$).toBe('-#');
    });
  });

  it('gives up what is in flight when it is unsubscribed from, and starts anew each time', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const answer$ = cold<TenantAttempt>('-----g', { g: GOOD });
      const demand$ = cold('a', DEMAND);
      const seen$ = pollTenants(demand$, NEVER, () => answer$, OPTIONS);
      expectObservable(seen$, '^--!').toBe('---');
      expectObservable(seen$, '----^--!').toBe('----');
      expectSubscriptions(answer$.subscriptions).toBe(['^--!', '----^--!']);
      expectSubscriptions(demand$.subscriptions).toBe(['^--!', '----^--!']);
    });
  });

  it('waits for an answer that never comes without asking again', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const answer$ = cold<TenantAttempt>('-');
      const seen$ = pollTenants(hot('a', DEMAND), NEVER, () => answer$, OPTIONS);
      expectObservable(seen$, '99ms !').toBe('-');
      expectSubscriptions(answer$.subscriptions).toBe('^ 98ms !');
    });
  });

  it('asks at once about one that is to be refreshed, and then in its turn again', () => {
    const { service } = play('(abcd)', 20, new Service(1), {}, '-------d');
    expect(service.asked).to.equal('0:abcd 3:a 6:b 7:d 10:c 13:a 16:b 19:d');
  });

  it('asks once more about one that is being asked, by a question that begins then', () => {
    const begun: number[] = [];
    marbles(({ hot, expectObservable }) => {
      const demand$ = hot('a', DEMAND);
      const refresh$ = hot('--(aa)', { a: 'a' });
      const seen$ = pollTenants(demand$, refresh$, new Service(5).ask, OPTIONS);
      const noted$ = seen$.pipe(
        tap((one) => begun.push(one.at)),
        map(wordOf),
      );
      expectObservable(noted$, '20ms !').toBe('-----a----a');
    });
    expect(begun).to.deep.equal([0, 5]);
  });

  it('asks once about one that is to be refreshed without being in demand', () => {
    const { service, seen } = play('-', 40, new Service(1), {}, '--x');
    expect(service.asked).to.equal('2:x');
    expect(seen).to.deep.equal(['x', '-x']);
  });

  it('asks about many that are to be refreshed at once in their order, as many at a time as are allowed', () => {
    const names = Array.from({ length: 1000 }, (_, n) => `t${n}`);
    const service = new Service(1);
    marbles(({ expectObservable }) => {
      const demand$ = from(names.map((tenant) => ({ tenant, wanted: true })));
      const refresh$ = merge(...names.map((tenant) => timer(500_000).pipe(map(() => tenant))));
      const options = { ...OPTIONS, interval: 1_000_000 };
      const seen$ = pollTenants(demand$, refresh$, service.ask, options);
      expectObservable(seen$.pipe(ignoreElements()), '500100ms !').toBe('-');
    });
    const after = service.log.filter(([at]) => at >= 500_000).map(([, tenant]) => tenant);
    expect(after).to.deep.equal(names);
    expect(service.most).to.equal(16);
  });

  for (const by of [-3_600_000, 7_200_000]) {
    it(`goes on as if nothing had happened where the wall clock is set by ${by} ms`, () => {
      const service = new Service(1);
      withWallClock(({ setBy }) => {
        marbles(({ hot, expectObservable }) => {
          timer(20).subscribe(() => {
            setBy(by);
          });
          const options = { ...OPTIONS, interval: 1000 };
          const seen$ = pollTenants(hot('(abcd)', DEMAND), NEVER, service.ask, options);
          expectObservable(seen$.pipe(ignoreElements()), '10s !').toBe('-');
        });
      });
      // Four tenants, asked once a second, for ten seconds; at the step forward each once more.
      expect(service.log.length).to.be.within(39, 46);
    });
  }

  it('asks about licensed tenants every interval while names are made up, faster than they can be asked about', () => {
    const licensed = Array.from({ length: 20 }, (_, n) => `l${n}`);
    const service = new Service(10, (tenant) => (tenant.startsWith('l') ? LICENSED : GOOD));
    marbles(({ expectObservable }) => {
      const tenants = from(licensed);
      const madeUp = timer(2000, 1).pipe(map((n) => `x${n}`));
      const demand$ = merge(tenants, madeUp).pipe(map((tenant) => ({ tenant, wanted: true })));
      const refresh$ = timer(40_000).pipe(map(() => 'l7'));
      const options = { ...OPTIONS, interval: 10_000, maxConcurrency: 5 };
      const seen$ = pollTenants(demand$, refresh$, service.ask, options);
      expectObservable(seen$.pipe(ignoreElements()), '60s !').toBe('-');
    });
    for (const tenant of licensed) {
      const times = service.log.flatMap(([at, asked]) => (asked === tenant ? [at] : []));
      const gaps = times.slice(1).map((at, index) => at - times[index]!);
      expect(Math.max(...gaps), tenant).to.be.at.most(11_000);
    }
    // As soon as one of the requests in flight is answered.
    const refreshed = service.log.find(([at, tenant]) => at >= 40_000 && tenant === 'l7');
    expect(refreshed?.[0]).to.be.within(40_000, 40_010);
  });
});

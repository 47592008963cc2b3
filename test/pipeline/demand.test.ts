import { map, timer, type Observable } from 'rxjs';
import { createDemand, type Demand } from '../../src/pipeline/demand.ts';
import { marbles } from '../helpers/marbles.ts';
import { withWallClock } from '../helpers/set-clock.ts';

const MINUTE = 60_000;
const KEEP = 15 * MINUTE;

/** Changes as words: `+a` is wanted, `-a` is not any more. */
function words({ changes$ }: Demand): Observable<string> {
  return changes$.pipe(map(({ tenant, wanted }) => (wanted ? '+' : '-') + tenant));
}

const SAID = { a: '+a', b: '+b', c: '+c', z: '-a', y: '-b' };

/** Asks about the tenant at each of the times. */
function ask(demand: Demand, tenant: string, ...times: readonly number[]): void {
  for (const time of times) {
    timer(time).subscribe(() => {
      demand.ask(tenant);
    });
  }
}

describe('the demand', () => {
  it('begins with the first call about a tenant, once', () => {
    marbles(({ expectObservable }) => {
      const demand = createDemand(KEEP);
      ask(demand, 'a', 1, 2);
      ask(demand, 'b', 3);
      expectObservable(words(demand), '9ms !').toBe('-a-b', SAID);
    });
  });

  it('tells who comes late the present first, then every change', () => {
    marbles(({ expectObservable }) => {
      const demand = createDemand(KEEP);
      demand.ask('a');
      demand.hold('b');
      ask(demand, 'c', 8);
      expectObservable(words(demand), '--^-------!').toBe('--(ab)--c', SAID);
      expectObservable(words(demand), '----^-----!').toBe('----(ab)c', SAID);
    });
  });

  it('ends within a minute after nobody has asked for as long as is kept', () => {
    marbles(({ expectObservable }) => {
      const demand = createDemand(KEEP);
      ask(demand, 'a', 1);
      const expected = `-a ${16 * MINUTE - 2}ms z`;
      expectObservable(words(demand), '20m !').toBe(expected, SAID);
    });
  });

  it('is kept up by every call', () => {
    marbles(({ expectObservable }) => {
      const demand = createDemand(KEEP);
      ask(demand, 'a', 0, 10 * MINUTE);
      const expected = `a ${26 * MINUTE - 1}ms z`;
      expectObservable(words(demand), '40m !').toBe(expected, SAID);
    });
  });

  it('is held by a stream for as long as it is open, and kept as long again', () => {
    marbles(({ expectObservable }) => {
      const demand = createDemand(KEEP);
      timer(60 * MINUTE).subscribe(demand.hold('a'));
      const expected = `a ${76 * MINUTE - 1}ms z`;
      expectObservable(words(demand), '90m !').toBe(expected, SAID);
    });
  });

  it('is held by the last of several streams', () => {
    marbles(({ expectObservable }) => {
      const demand = createDemand(KEEP);
      timer(0).subscribe(demand.hold('a'));
      timer(40 * MINUTE).subscribe(demand.hold('a'));
      const expected = `a ${56 * MINUTE - 1}ms z`;
      expectObservable(words(demand), '90m !').toBe(expected, SAID);
    });
  });

  it('is let go by a stream once, however often that says so', () => {
    marbles(({ expectObservable }) => {
      const demand = createDemand(KEEP);
      const release = demand.hold('a');
      timer(0).subscribe(release);
      timer(1).subscribe(release);
      timer(40 * MINUTE).subscribe(demand.hold('a'));
      const expected = `a ${56 * MINUTE - 1}ms z`;
      expectObservable(words(demand), '90m !').toBe(expected, SAID);
    });
  });

  it('begins again after its end', () => {
    marbles(({ expectObservable }) => {
      const demand = createDemand(KEEP);
      ask(demand, 'a', 0, 30 * MINUTE);
      const expected = `a ${16 * MINUTE - 1}ms z ${14 * MINUTE - 1}ms a`;
      expectObservable(words(demand), '40m !').toBe(expected, SAID);
    });
  });

  it('ends for several tenants at the same look', () => {
    marbles(({ expectObservable }) => {
      const demand = createDemand(KEEP);
      ask(demand, 'a', 0);
      ask(demand, 'b', 5);
      const expected = `a----b ${16 * MINUTE - 6}ms (zy)`;
      expectObservable(words(demand), '20m !').toBe(expected, SAID);
    });
  });

  it('leaves no timer behind when nobody listens any more', () => {
    marbles(({ expectObservable }) => {
      const demand = createDemand(KEEP);
      ask(demand, 'a', 1);
      expectObservable(words(demand), '---!').toBe('-a--', SAID);
    });
  });

  for (const [what, by] of [
    ['a clock that is set back an hour', -60 * MINUTE],
    ['a clock that is set forward two hours', 120 * MINUTE],
    ['a night in which the machine slept', 600 * MINUTE],
  ] as const) {
    it(`neither ends sooner nor much later by ${what}`, () => {
      withWallClock(({ setBy }) => {
        marbles(({ expectObservable }) => {
          const demand = createDemand(KEEP);
          timer(5 * MINUTE + 1).subscribe(() => {
            setBy(by);
          });
          ask(demand, 'a', 1);
          // It is looked at every minute, and about one minute it can't be told how long it was.
          const end = by < 0 ? 17 : 15;
          const expected = `-a ${end * MINUTE - 2}ms z`;
          expectObservable(words(demand), '20m !').toBe(expected, SAID);
        });
      });
    });
  }
});

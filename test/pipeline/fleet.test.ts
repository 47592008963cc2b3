import {
  EMPTY,
  Subject,
  asyncScheduler,
  delay,
  ignoreElements,
  map,
  merge,
  of,
  tap,
  type Observable,
} from 'rxjs';
import { expect } from 'chai';
import type { FleetUpdate } from '../../src/core/fleet.ts';
import type { Observation, Reading, SourceInfo } from '../../src/core/observation.ts';
import { fleetUpdates } from '../../src/pipeline/fleet.ts';
import {
  ABSENT,
  OVERRIDES,
  SERVICE,
  failure,
  licensed,
  overridden,
  sighting,
} from '../helpers/facts.ts';
import { collectGarbage } from '../helpers/collect-garbage.ts';
import { marbles } from '../helpers/marbles.ts';

const A = 'tenant-a';
const B = 'tenant-b';

/** One word an update: `a+` became licensed, `a-` unlicensed, `a=` something else changed, `a?` is asked about. */
function wordOf({ transitions, refresh }: FleetUpdate): string {
  const words = transitions.map(({ tenant, before, after }) => {
    const turn = after.status === 'licensed' ? '+' : '-';
    return tenant.slice(-1) + (before.status === after.status ? '=' : turn);
  });
  const asked = refresh.map((tenant) => `${tenant.slice(-1)}?`);
  return [...words, ...asked].sort().join(' ');
}

function words(
  observations$: Observable<Observation>,
  sources: readonly SourceInfo[] = [SERVICE],
): Observable<string> {
  return fleetUpdates(() => observations$, sources, EMPTY).pipe(map(wordOf));
}

describe('fleetUpdates', () => {
  it('gives an update for every observation, whether it changes something or not', () => {
    marbles(({ hot, expectObservable }) => {
      const seen = {
        a: sighting(SERVICE, 1, { [A]: licensed() }),
        b: sighting(SERVICE, 2, { [A]: licensed() }),
        c: sighting(SERVICE, 3, { [A]: ABSENT }),
      };
      const seen$ = hot('   -abc', seen);
      const expected = '    -pqr';
      expectObservable(words(seen$)).toBe(expected, { p: 'a+', q: '', r: 'a-' });
    });
  });

  it('asks when a period ends, and ends it by an answer that was asked for since', () => {
    marbles(({ hot, expectObservable }) => {
      const seen = {
        a: sighting(SERVICE, 1, { [A]: licensed({ end: 6 }) }),
        b: sighting(SERVICE, 5),
        c: sighting(SERVICE, 7),
      };
      const seen$ = hot('   -a-----bc', seen);
      const expected = '    -p----qnr';
      expectObservable(words(seen$)).toBe(expected, { p: 'a+', q: 'a?', n: '', r: 'a-' });
    });
  });

  it('tells its sources whom to ask about, after it has told of the boundary', () => {
    marbles(({ hot, expectObservable }) => {
      const told: string[] = [];
      const known$ = hot('-a------', { a: sighting(SERVICE, 1, { [A]: licensed({ end: 6 }) }) });
      const updates$ = fleetUpdates(
        (refresh$) =>
          merge(
            known$,
            refresh$.pipe(
              tap((tenant) => told.push(`refresh ${tenant}`)),
              map(() => sighting(SERVICE, asyncScheduler.now())),
              delay(2),
            ),
          ),
        [SERVICE],
        EMPTY,
      ).pipe(
        map(wordOf),
        tap((word) => told.push(word)),
      );
      expectObservable(updates$).toBe('-p----q-r', { p: 'a+', q: 'a?', r: 'a-' });
      expectObservable(hot('---------x').pipe(map(() => told.join(', ')))).toBe('---------t', {
        t: 'a+, a?, refresh tenant-a, a-',
      });
    });
  });

  it('holds and asks about everything that is different when the clock was set back', () => {
    const hour = 3_600_000;
    const { now } = asyncScheduler;
    let ahead = hour;
    asyncScheduler.now = () => now() + ahead;
    try {
      marbles(({ hot, expectObservable }) => {
        const known = (at: number): Observation =>
          sighting(SERVICE, at, { [A]: licensed({ end: 60_000 }), [B]: licensed() }, false);
        const seen$ = hot('   -a-b--', { a: known(hour + 1), b: known(3) }).pipe(
          tap((seen) => {
            if (seen.at === 3) ahead = 0;
          }),
        );
        const expected = '    -p-(qr)';
        expectObservable(words(seen$), '----!').toBe(expected, { p: 'a- b+', q: 'a?', r: 'a+' });
      });
    } finally {
      asyncScheduler.now = now;
    }
  });

  it('asks about many tenants in the order of their boundaries, once each', () => {
    marbles(({ hot, expectObservable }) => {
      const known = sighting(SERVICE, 1, {
        [A]: licensed({ start: 4, end: 9 }),
        [B]: licensed({ end: 6 }),
        'tenant-c': licensed({ end: 6 }),
      });
      const seen$ = hot('   -a----------', { a: known });
      const expected = '    -p--q-r-----';
      const said = { p: 'a- b+ c+', q: 'a?', r: 'b? c?' };
      expectObservable(words(seen$)).toBe(expected, said);
    });
  });

  it('acts on a boundary that was seen within the subscription', () => {
    marbles(({ expectObservable }) => {
      const seen$ = of(sighting(SERVICE, 0, { [A]: licensed({ end: 4 }) }));
      const expected = '    p---q';
      expectObservable(words(seen$)).toBe(expected, { p: 'a+', q: 'a?' });
    });
  });

  it('does not act on a boundary that was put off', () => {
    marbles(({ hot, expectObservable }) => {
      const seen = {
        a: sighting(SERVICE, 1, { [A]: licensed({ end: 6 }) }),
        b: sighting(SERVICE, 3, { [A]: licensed({ end: 9 }) }),
      };
      const seen$ = hot('   -a-b--------', seen);
      const expected = '    -p-q--n--r--';
      expectObservable(words(seen$)).toBe(expected, { p: 'a+', q: 'a=', n: '', r: 'a?' });
    });
  });

  it('acts on a boundary that was brought forward', () => {
    marbles(({ hot, expectObservable }) => {
      const seen = {
        a: sighting(SERVICE, 1, { [A]: licensed({ end: 9 }) }),
        b: sighting(SERVICE, 3, { [A]: licensed({ end: 6 }) }),
      };
      const seen$ = hot('   -a-b--------', seen);
      const expected = '    -p-q--r--n--';
      expectObservable(words(seen$)).toBe(expected, { p: 'a+', q: 'a=', r: 'a?', n: '' });
    });
  });

  it('holds a period that ends while its source fails, and ends it at recovery', () => {
    marbles(({ hot, expectObservable }) => {
      const seen = {
        a: sighting(SERVICE, 1, { [A]: licensed({ end: 6 }) }),
        x: failure(SERVICE, 3),
        r: sighting(SERVICE, 9),
      };
      const seen$ = hot('   -a-x-----r--', seen);
      const expected = '    -p-n--?--q--';
      expectObservable(words(seen$)).toBe(expected, { p: 'a+', n: '', '?': 'a?', q: 'a-' });
    });
  });

  it('ends an override when its file was read again at its time', () => {
    marbles(({ hot, expectObservable }) => {
      const seen = {
        o: sighting(OVERRIDES, 1, { [A]: overridden({ licensed: true, until: 6 }) }),
        a: sighting(SERVICE, 2, { [A]: ABSENT }),
        r: sighting(OVERRIDES, 6),
      };
      const seen$ = hot('   -oa----r', seen);
      const expected = '    -pn---?q';
      const said = { p: 'a+', n: '', '?': 'a?', q: 'a-' };
      expectObservable(words(seen$, [SERVICE, OVERRIDES])).toBe(expected, said);
    });
  });

  it('sets one timer, whatever the number of tenants and of observations', () => {
    const many = Array.from({ length: 200 }, (_, n) => [`t${n}`, licensed({ end: 100 + n })]);
    const known = sighting(SERVICE, 1, Object.fromEntries(many) as Record<string, Reading>);
    const schedule = asyncScheduler.schedule.bind(asyncScheduler);
    const delays: (number | undefined)[] = [];
    asyncScheduler.schedule = (work, delay, state) => {
      delays.push(delay);
      return schedule(work as never, delay, state);
    };
    try {
      marbles(({ hot, expectObservable }) => {
        const seen$ = words(hot('-aaa-', { a: known }));
        expectObservable(seen$.pipe(ignoreElements()), '----!').toBe('-----');
      });
    } finally {
      asyncScheduler.schedule = schedule;
    }
    expect(delays).to.deep.equal([99]);
  });

  it('acts on many boundaries of one instant in slices, with a turn for others in between', () => {
    marbles(({ cold, hot, expectObservable }) => {
      const many = Array.from({ length: 60 }, (_, n) => [`t${n}`, licensed({ end: 9 })]);
      const known = sighting(SERVICE, 1, Object.fromEntries(many) as Record<string, Reading>);
      const turn$ = cold('--|');
      const seen$ = hot('   -a------------', { a: known });
      const expected = '    -p-p-q---r-r-s';
      const counts$ = fleetUpdates(() => seen$, [SERVICE], turn$).pipe(
        map(({ transitions, refresh }) => transitions.length + refresh.length),
      );
      const said = { p: 25, q: 10, r: 25, s: 10 };
      expectObservable(counts$).toBe(expected, said);
    });
  });

  it('keeps nothing of the fleets that have passed', async () => {
    const seen$ = new Subject<Observation>();
    const records: WeakRef<object>[] = [];
    const subscription = fleetUpdates(() => seen$, [SERVICE], EMPTY).subscribe(({ fleet }) => {
      records.push(new WeakRef(fleet.tenants.get(A)!));
    });
    for (let n = 0; n < 50; n++)
      seen$.next(sighting(SERVICE, n, { [A]: licensed({ end: 1e15 + n }) }));
    await collectGarbage();
    const kept = records.filter((record) => record.deref() !== undefined);
    subscription.unsubscribe();
    expect(kept).to.have.length(1);
  });

  it('starts anew for each subscriber', () => {
    marbles(({ cold, expectObservable }) => {
      const seen$ = words(cold('-a', { a: sighting(SERVICE, 1, { [A]: licensed() }) }));
      expectObservable(seen$).toBe('               -p', { p: 'a+' });
      expectObservable(seen$, '--^').toBe('        ---p', { p: 'a+' });
    });
  });

  it('passes an error on, and goes on with boundaries when nothing more is seen', () => {
    marbles(({ cold, expectObservable }) => {
      const known = { a: sighting(SERVICE, 1, { [A]: licensed({ end: 6 }) }) };
      expectObservable(words(cold('-a|', known))).toBe('-p----q', { p: 'a+', q: 'a?' });
      expectObservable(words(cold('-a#', known))).toBe('-p#', { p: 'a+' });
      expectObservable(words(cold('---'))).toBe('       ---');
    });
  });

  it('leaves nothing behind when it is unsubscribed from', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const seen$ = hot('   -a------', { a: sighting(SERVICE, 1, { [A]: licensed({ end: 6 }) }) });
      const end = '         ---!';
      expectObservable(words(seen$), end).toBe('-p--', { p: 'a+' });
      expectSubscriptions(seen$.subscriptions).toBe('^--!');
    });
  });
});

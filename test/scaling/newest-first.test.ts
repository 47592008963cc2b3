import { expect } from 'chai';
import fc from 'fast-check';
import {
  NEVER,
  Observable,
  Subject,
  map,
  merge,
  timer,
  toArray,
  type OperatorFunction,
} from 'rxjs';
import { newestFirst } from '../../src/scaling/newest-first.ts';
import { marbles } from '../helpers/marbles.ts';
import { collectGarbage } from '../helpers/collect-garbage.ts';

/** Works for 4 frames on each value, whose key is its first letter. */
function worked(lanes: number): OperatorFunction<string, string> {
  return newestFirst(
    { keyOf: ([key = '']) => key, join: (waiting, next) => `${waiting},${next}`, lanes },
    (value) => timer(4).pipe(map(() => value)),
  );
}

const VALUES = { A: 'a,a', B: 'b,b' };

describe('newestFirst', () => {
  it('works on the newest first, where more comes than can be done', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' abcd------------|');
      const expected = '    ----a---d---c---(b|)';
      expectObservable(source$.pipe(worked(1))).toBe(expected);
    });
  });

  it('works on as many at the same time as there are lanes', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' (abcd)');
      const expected = '    ----(ab)(dc)';
      expectObservable(source$.pipe(worked(2)), '12ms !').toBe(expected);
    });
  });

  it('works on each at once where there is a lane', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' a--b------c----|');
      const expected = '    ----a--b------c|';
      expectObservable(source$.pipe(worked(2))).toBe(expected);
    });
  });

  it('never works on one key twice at the same time: what came during the work is done after it', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' aaa------|');
      const expected = '    ----a---A|';
      expectObservable(source$.pipe(worked(3))).toBe(expected, { ...VALUES, a: 'a' });
    });
  });

  it('joins what waits under one key, which is as new as the last of it', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = hot(' xaba--------|');
      const expected = '    ----x---A---(b|)';
      expectObservable(source$.pipe(worked(1))).toBe(expected, { ...VALUES, x: 'x', b: 'b' });
    });
  });

  it('completes when the source and the work have', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('|').pipe(worked(1))).toBe('|');
      expectObservable(cold('a|').pipe(worked(1))).toBe('----(a|)');
    });
  });

  it('passes errors on, of the source and of the work', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a--#').pipe(worked(1))).toBe('---#');
      const failing = newestFirst<string, string>(
        { keyOf: (key) => key, join: (waiting) => waiting, lanes: 1 },
        () => cold('--#'),
      );
      expectObservable(cold('-a---').pipe(failing)).toBe('---#');
    });
  });

  it('stops the work, and begins none, when it is unsubscribed from', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source$ = hot(' ab--------');
      const end = '         --!';
      const work$ = cold('  ------(w|)');
      const stopped = newestFirst<string, string>(
        { keyOf: (key) => key, join: (waiting) => waiting, lanes: 1 },
        () => work$,
      );
      expectObservable(source$.pipe(stopped), end).toBe('---');
      expectSubscriptions(source$.subscriptions).toBe('^-!');
      expectSubscriptions(work$.subscriptions).toBe(['^-!']);
    });
  });

  it('begins anew for each subscriber', () => {
    marbles(({ cold, expectObservable }) => {
      const seen$ = cold('a|').pipe(worked(1));
      expectObservable(seen$).toBe('----(a|)');
      expectObservable(seen$, '-^').toBe('-----(a|)');
    });
  });

  it('loses nothing, keeps the order within a key, and stays within its lanes, whatever comes', () => {
    const event = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      at: fc.nat(60),
      takes: fc.nat(12),
    });
    const anything = fc.property(
      fc.array(event, { maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      survives,
    );
    fc.assert(anything, { numRuns: 200 });
  });

  it('keeps nothing of what was joined', async () => {
    const source$ = new Subject<{ key: string }>();
    const free$ = new Subject<void>();
    const seen = new Observable<unknown>((subscriber) =>
      source$
        .pipe(
          newestFirst({ keyOf: ({ key }) => key, join: (_, next) => next, lanes: 1 }, () =>
            free$.pipe(toArray()),
          ),
        )
        .subscribe(subscriber),
    );
    const open = seen.subscribe();
    const joined = putTwice(source$);
    free$.complete();
    await collectGarbage();
    expect(joined.deref()).to.equal(undefined);
    open.unsubscribe();
  });
});

/** One is at work, and another comes twice. @returns the first of these two */
function putTwice(source$: Subject<{ key: string }>): WeakRef<object> {
  const first = { key: 'a' };
  for (const value of [{ key: 'x' }, first, { key: 'a' }]) source$.next(value);
  return new WeakRef(first);
}

interface Event {
  readonly key: string;
  readonly at: number;
  readonly takes: number;
}

/** What is worked on carries the numbers of the events that it was joined of. */
interface Joined extends Event {
  readonly numbers: readonly number[];
}

function survives(events: readonly Event[], lanes: number): boolean {
  const done: Joined[] = [];
  const busy = new Map<string, number>();
  const wrong: Joined[] = [];
  const work$ = (value: Joined): Observable<Joined> =>
    new Observable((subscriber) => {
      busy.set(value.key, (busy.get(value.key) ?? 0) + 1);
      const total = [...busy.values()].reduce((sum, count) => sum + count, 0);
      if (busy.get(value.key) !== 1 || total > lanes) wrong.push(value);
      return timer(value.takes).subscribe(() => {
        busy.set(value.key, 0);
        done.push(value);
        subscriber.complete();
      });
    });
  const join = (waiting: Joined, next: Joined): Joined => ({
    ...next,
    numbers: [...waiting.numbers, ...next.numbers],
  });
  marbles(({ expectObservable }) => {
    const came = events.map((event, index) =>
      timer(event.at).pipe(map((): Joined => ({ ...event, numbers: [index] }))),
    );
    const seen$ = merge(NEVER, ...came).pipe(
      newestFirst({ keyOf: ({ key }) => key, join, lanes }, work$),
    );
    expectObservable(seen$, '5s !').toBe('');
  });
  return (
    wrong.length === 0 &&
    inOrder(events).every(([key, numbers]) => numbers === numbersOf(done, key))
  );
}

/** The numbers of what came of each key, in the order in which it came. */
function inOrder(events: readonly Event[]): (readonly [string, string])[] {
  const numbered = events.map((event, index) => ({ ...event, numbers: [index] }));
  const sorted = numbered.sort((a, b) => a.at - b.at);
  return ['a', 'b', 'c', 'd'].map((key) => [key, numbersOf(sorted, key)]);
}

function numbersOf(values: readonly Joined[], key: string): string {
  return values.flatMap((value) => (value.key === key ? value.numbers : [])).join();
}

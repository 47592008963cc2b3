import { asyncScheduler } from 'rxjs';
import { onceConfirmed } from '../../src/scaling/confirmations.ts';
import { marbles } from '../helpers/marbles.ts';

const REST = 5_000;

/** A source that answers at these instants. */
function confirmed(...instants: readonly number[]) {
  return onceConfirmed(
    () => instants.filter((instant) => instant <= asyncScheduler.now()).at(-1),
    REST,
  );
}

describe('onceConfirmed', () => {
  it('passes a tenant on when it has rested, if what is known of it was confirmed since', () => {
    marbles(({ hot, expectObservable }) => {
      const asked$ = hot('  a');
      const expected = '    5s a';
      expectObservable(asked$.pipe(confirmed(3_000)), '60s !').toBe(expected);
    });
  });

  it('waits for a confirmation that is newer, for as long as that takes', () => {
    marbles(({ hot, expectObservable }) => {
      const asked$ = hot('  10s a');
      const expected = '    42s a';
      expectObservable(asked$.pipe(confirmed(9_000, 10_000, 41_500)), '100s !').toBe(expected);
    });
  });

  it('passes nothing on that is never confirmed, and gives up', () => {
    marbles(({ hot, expectObservable }) => {
      const asked$ = hot('  a 700s |');
      const expected = '    - 700s |';
      expectObservable(asked$.pipe(confirmed(660_000))).toBe(expected);
      expectObservable(asked$.pipe(confirmed())).toBe(expected);
    });
  });

  it('passes a tenant on that is asked for again after it was given up', () => {
    marbles(({ hot, expectObservable }) => {
      const asked$ = hot('  a 699999ms a');
      const expected = '    706s a';
      expectObservable(asked$.pipe(confirmed(706_000)), '800s !').toBe(expected);
    });
  });

  it('passes a tenant on once, however often it was asked for', () => {
    marbles(({ hot, expectObservable }) => {
      const asked$ = hot('  aaa');
      const expected = '    6s a';
      expectObservable(asked$.pipe(confirmed(100)), '60s !').toBe(expected);
    });
  });

  it('begins to rest, and to wait for a confirmation, anew when it is asked for again', () => {
    marbles(({ hot, expectObservable }) => {
      const asked$ = hot('  a 3999ms a');
      const expected = '    20s a';
      expectObservable(asked$.pipe(confirmed(3_000, 19_500)), '60s !').toBe(expected);
    });
  });

  it('is patient from the newest request on', () => {
    marbles(({ hot, expectObservable }) => {
      const asked$ = hot('  a 599s a');
      const expected = '    700s a';
      expectObservable(asked$.pipe(confirmed(699_500)), '800s !').toBe(expected);
    });
  });

  it('passes a tenant on again that is asked for after it was passed on', () => {
    marbles(({ hot, expectObservable }) => {
      const asked$ = hot('  a 9999ms a');
      const expected = '    5s a 9999ms a';
      expectObservable(asked$.pipe(confirmed(1_000, 11_000)), '60s !').toBe(expected);
    });
  });

  it('tells tenants apart', () => {
    marbles(({ hot, expectObservable }) => {
      const known: Readonly<Record<string, number>> = { a: 8_000, b: 1_000 };
      const asked$ = hot('  (ab)');
      const expected = '    5s b 2999ms a';
      const operator = onceConfirmed((tenant) => {
        const instant = known[tenant];
        return instant !== undefined && instant <= asyncScheduler.now() ? instant : undefined;
      }, REST);
      expectObservable(asked$.pipe(operator), '60s !').toBe(expected);
    });
  });

  it('completes when nobody waits any more, and passes errors on', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a|').pipe(confirmed(1_000))).toBe('5s (a|)');
      expectObservable(cold('a-#').pipe(confirmed(1_000))).toBe('--#');
    });
  });

  it('looks no more when it is unsubscribed from', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const asked$ = cold('a');
      expectObservable(asked$.pipe(confirmed(1_000)), '3s !').toBe('---');
      expectSubscriptions(asked$.subscriptions).toBe('^ 2999ms !');
    });
  });
});

import { map, type Observable } from 'rxjs';
import type { Verdict } from '../../src/core/verdict.ts';
import { pushes } from '../../src/pipeline/pushes.ts';
import { marbles } from '../helpers/marbles.ts';

/** `t` and `f` are firm, `h` and `g` the same but held, `u` is unknown, `p` pending, `s` is `t` with more replicas. */
const VERDICTS: Record<string, Verdict> = {
  t: { kind: 'known', active: true, replicas: 2, held: false },
  s: { kind: 'known', active: true, replicas: 5, held: false },
  f: { kind: 'known', active: false, replicas: 0, held: false },
  h: { kind: 'known', active: true, replicas: 2, held: true },
  g: { kind: 'known', active: false, replicas: 0, held: true },
  u: { kind: 'unsaid', pending: false, why: 'no data' },
  p: { kind: 'unsaid', pending: true, why: 'not asked yet' },
};

const SAID = {
  t: 'true open',
  f: 'false open',
  T: 'true change',
  F: 'false change',
  r: 'true repeat',
};

function words(
  verdicts$: Observable<Verdict>,
  repeats = [4, 10],
  isRenewed = false,
): Observable<string> {
  return pushes(verdicts$, (verdict) => verdict, repeats, isRenewed).pipe(
    map(({ active, cause }) => `${String(active)} ${cause}`),
  );
}

describe('pushes', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['says the first state once, as the opening', ' t-----------------', 't-----------------'],
    ['says a first `false` once', '                 f-----------------', 'f-----------------'],
    ['says a change to `false` once', '             t-f---------------', 't-F---------------'],
    ['says a change to `true` and repeats it', '    f-t---------------', 'f-T---r-----r-----'],
    ['cancels the repeats by a change', '           f-t-f-------------', 'f-T-F-------------'],
    ['cancels the second repeat alone', '           f-t-----f---------', 'f-T---r-F---------'],
    ['repeats anew after each change', '            f-t-f-t-----------', 'f-T-F-T---r-----r-'],
    ['says nothing where only replicas change', '   t-s-t-s-----------', 't-----------------'],
    ['lets the repeats stand then', '               f-t-s-------------', 'f-T---r-----r-----'],
    ['says nothing while nothing is known', '       u-p-u-------------', '------------------'],
    ['says nothing of what is held', '              h-g---------------', '------------------'],
    ['opens with what is known first', '            u-p-t-------------', '----t-------------'],
    ['opens with a `false` known late', '           h---f-------------', '----f-------------'],
    ['says nothing where the same comes back', '    t-h-u-t-----------', 't-----------------'],
    ['says what changed meanwhile', '               t-h-u-f-----------', 't-----F-----------'],
    ['lets the repeats stand while it is held', '   f-t-h-------------', 'f-T---r-----r-----'],
    ['never has a rhythm', '                        t- 300s t-t-t-t---', 't- 300s ----------'],
  ];
  for (const [title, verdicts, expected] of rows) {
    it(title, () => {
      marbles(({ hot, expectObservable }) => {
        expectObservable(words(hot(verdicts.trim(), VERDICTS))).toBe(expected, SAID);
      });
    });
  }

  it('repeats after 2 s and 10 s where that is configured', () => {
    marbles(({ hot, expectObservable }) => {
      const verdicts$ = hot('f 999ms t', VERDICTS);
      const expected = '     f 999ms T 1999ms r 7999ms r 60s -';
      expectObservable(words(verdicts$, [2000, 10_000])).toBe(expected, SAID);
    });
  });

  it('repeats the opening of a stream that takes the place of another', () => {
    marbles(({ hot, expectObservable }) => {
      const renewed = (verdicts: string): Observable<string> =>
        words(hot(verdicts, VERDICTS), [4, 10], true);
      expectObservable(renewed('t----------------')).toBe('t---r-----r------', SAID);
      expectObservable(renewed('t-f--------------')).toBe('t-F--------------', SAID);
      expectObservable(renewed('f----------------')).toBe('f----------------', SAID);
      expectObservable(renewed('u-t--------------')).toBe('--t---r-----r----', SAID);
    });
  });

  it('repeats nothing where no repeats are configured', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(words(hot('f-t-----', VERDICTS), [])).toBe('f-T-----', SAID);
    });
  });

  it('is empty, completes and errors as its source does', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(words(cold('--|', VERDICTS))).toBe('  --|', SAID);
      expectObservable(words(cold('t-f|', VERDICTS))).toBe(' t-F|', SAID);
      expectObservable(words(cold('f-t|', VERDICTS))).toBe(' f-T|', SAID);
      expectObservable(words(cold('f-t#', VERDICTS))).toBe(' f-T#', SAID);
    });
  });

  it('leaves no repeat behind when it is unsubscribed from', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const verdicts$ = hot(' f-t------', VERDICTS);
      const expected = '      f-T--';
      expectObservable(words(verdicts$), '----!').toBe(expected, SAID);
      expectSubscriptions(verdicts$.subscriptions).toBe('^---!');
    });
  });
});

import { createFleet, observe, unchanged, type FleetUpdate } from '../../src/core/fleet.ts';
import type { Observation, SourceInfo } from '../../src/core/observation.ts';
import { readiness } from '../../src/pipeline/readiness.ts';
import { FILE, OVERRIDES, SERVICE, failure, sighting } from '../helpers/facts.ts';
import { marbles } from '../helpers/marbles.ts';

const SAID = { t: true, f: false };

/** The updates that the observations lead to, by letters from `a`. */
function updates(
  sources: readonly SourceInfo[],
  ...seen: readonly Observation[]
): Record<string, FleetUpdate> {
  let update = unchanged(createFleet(sources));
  const entries = seen.map((one, index) => {
    update = observe(update.fleet, one, one.at);
    return [String.fromCharCode(97 + index), update] as const;
  });
  return Object.fromEntries(entries);
}

describe('readiness', () => {
  const both = [FILE, OVERRIDES];

  it('comes when every source has answered, well or badly, and never goes', () => {
    marbles(({ hot, expectObservable }) => {
      const values = updates(
        both,
        failure(FILE, 1),
        sighting(OVERRIDES, 2),
        failure(OVERRIDES, 3),
        sighting(FILE, 4),
      );
      const updates$ = hot('-abcd-', values);
      const expected = '    f-t---';
      expectObservable(readiness(updates$, createFleet(both))).toBe(expected, SAID);
    });
  });

  it('does not wait for a source that is asked only on demand', () => {
    marbles(({ cold, expectObservable }) => {
      const initial = createFleet([SERVICE]);
      expectObservable(readiness(cold('--'), initial)).toBe('t-', SAID);
    });
  });

  it('is not there at first where a source is not asked on demand', () => {
    marbles(({ cold, expectObservable }) => {
      const initial = createFleet([FILE, SERVICE]);
      expectObservable(readiness(cold('--'), initial)).toBe(' f-', SAID);
      expectObservable(readiness(cold('--|'), initial)).toBe('f-|', SAID);
      expectObservable(readiness(cold('--#'), initial)).toBe('f-#', SAID);
    });
  });

  it('leaves nothing behind when it is unsubscribed from', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const updates$ = hot<FleetUpdate>('------');
      expectObservable(readiness(updates$, createFleet(both)), '--!').toBe('f--', SAID);
      expectSubscriptions(updates$.subscriptions).toBe('                ^-!');
    });
  });
});

import { expect } from 'chai';
import { doubtOf, staleAfter } from '../../src/core/doubt.ts';
import type { Fact } from '../../src/core/observation.ts';
import { untried, type SourceState, type Trouble, type Word } from '../../src/core/source-state.ts';
import { ABSENT, SERVICE, UNPROVEN, licensed, overridden } from '../helpers/facts.ts';

const NOW = 1_000_000_000;
const HOUR = 3_600_000;
const POLLED = { ...SERVICE, interval: 10_000, confirmAbsenceFor: 300_000 };

function source(over: Partial<SourceState> = {}): SourceState {
  return {
    ...untried(POLLED),
    tried: true,
    understood: true,
    vouchedAt: NOW - 1,
    ...over,
  };
}

/** A word that was read a second ago. */
function word(fact: Fact = licensed(), over: Partial<Word> = {}): Word {
  return { fact, at: NOW - 1_000, epoch: 0, trouble: undefined, ...over };
}

function trouble(over: Partial<Trouble> = {}): Trouble {
  return { since: NOW - 42_000, reason: 'HTTP 503', opaque: false, ...over };
}

const label = 'license service http://licenses';

describe('doubtOf', () => {
  const rows: readonly (readonly [string, Word, SourceState, string | undefined])[] = [
    ['trusts a fact of a source that works', word(), source(), undefined],
    [
      'names the trouble of the source',
      word(),
      source({ trouble: trouble() }),
      `${label} has failed for 42 s: HTTP 503`,
    ],
    [
      'names the trouble with the record of this tenant alone',
      word(licensed(), { trouble: trouble({ opaque: true, reason: 'record status is "x"' }) }),
      source(),
      `its record can't be read (${label}, for 42 s): record status is "x"`,
    ],
    [
      'names the trouble of asking about this tenant alone',
      word(licensed(), { trouble: trouble() }),
      source(),
      `${label} has failed for this tenant alone for 42 s: HTTP 503`,
    ],
    [
      'does not trust what was read before an outage',
      word(),
      source({ epoch: 1 }),
      `${label} works again but has not been asked again yet`,
    ],
    [
      'trusts what a whole answer has confirmed since',
      word(),
      source({ epoch: 1, wholeEpoch: 1 }),
      undefined,
    ],
    ['trusts a proven absence', word(ABSENT), source({ vouchedAt: undefined }), undefined],
    ['trusts an absence that counts, though it is not proven', word(UNPROVEN), source(), undefined],
    [
      'does not trust an absence that anybody may have answered',
      word(UNPROVEN, { absentSince: NOW - 1_000 }),
      source(),
      `${label} does not know it, but has given no license to anybody since, ` +
        'so that somebody else may answer in its place: licenseService.absence.proof says how to tell',
    ],
    [
      'does not act on an end that has come since it was read',
      word(licensed({ end: NOW })),
      source(),
      `what ${label} said ends at 1970-01-12T13:46:40Z, and it has not been read again since`,
    ],
    [
      'does not act on a start that has come since it was read',
      word(licensed({ start: NOW - 500 })),
      source(),
      `what ${label} said ends at 1970-01-12T13:46:39.500Z, and it has not been read again since`,
    ],
    [
      'acts on an end that had come when it was read',
      word(licensed({ end: NOW - 1_000 })),
      source(),
      undefined,
    ],
    [
      'acts on an end that had come when the whole answer was read',
      word(licensed({ end: NOW - 500 })),
      source({ wholeAt: NOW - 100 }),
      undefined,
    ],
    [
      'does not act on the end of an override that has come since it was read',
      word(overridden({ licensed: true, until: NOW })),
      source(),
      `what ${label} said ends at 1970-01-12T13:46:40Z, and it has not been read again since`,
    ],
    [
      'trusts what was confirmed three intervals ago',
      word(licensed(), { at: NOW - 30_000 }),
      source(),
      undefined,
    ],
    [
      'does not trust what was not confirmed for longer',
      word(licensed(), { at: NOW - 30_001 }),
      source(),
      `${label} has not confirmed it for 30 s`,
    ],
    [
      'trusts it for three rounds where those are longer',
      word(licensed(), { at: NOW - 60_000 }),
      source({ round: 20_000 }),
      undefined,
    ],
    [
      'does not trust what was confirmed later than now: the clock was set back since',
      word(licensed(), { at: NOW + 1_001 }),
      source(),
      `the clock was set back since ${label} confirmed it`,
    ],
    [
      'trusts what was confirmed a second later than now',
      word(licensed(), { at: NOW + 1_000 }),
      source(),
      undefined,
    ],
    [
      'does not decide by a clock that is behind where that decides',
      word(licensed({ end: NOW + HOUR })),
      source({ clockOffset: 2 * HOUR }),
      `the clock here is 2 h behind that of ${label}, and which is right decides about its license`,
    ],
    [
      'does not decide by a clock that is ahead where that decides',
      word(licensed({ end: NOW - HOUR })),
      source({ clockOffset: -2 * HOUR }),
      `the clock here is 2 h ahead of that of ${label}, and which is right decides about its license`,
    ],
    [
      'does not act on an end that has come by the clock of its source alone since it was read',
      word(licensed({ end: NOW - 2 * HOUR }), { at: NOW - 1_000 }),
      source({ clockOffset: -2 * HOUR }),
      `what ${label} said ends at ${new Date(NOW - 2 * HOUR).toISOString().replace('.000', '')}, and it has not been read again since`,
    ],
    [
      'acts on an end that had come by both clocks when it was read',
      word(licensed({ end: NOW - 2 * HOUR - 4_000 })),
      source({ clockOffset: -2 * HOUR }),
      undefined,
    ],
    [
      'does not act on an end that may have come by the clock of its source, which is not known to the second',
      word(licensed({ end: NOW - 2 * HOUR - 3_999 })),
      source({ clockOffset: -2 * HOUR }),
      `what ${label} said ends at 1970-01-12T11:46:36.001Z, and it has not been read again since`,
    ],
    [
      'decides by any clock where that makes no difference',
      word(licensed({ end: NOW + 3 * HOUR })),
      source({ clockOffset: 2 * HOUR }),
      undefined,
    ],
  ];
  for (const [title, of, from, expected] of rows) {
    it(title, () => {
      expect(doubtOf(of, from, NOW)).to.equal(expected);
    });
  }

  it('says of a tenant that is missing how often it was, and what it takes', () => {
    const missing = { since: NOW - 20_000, answers: 2, lastAt: NOW - 1_000, lasted: 0 };
    expect(doubtOf(word(licensed(), { missing }), source(), NOW)).to.equal(
      `${label} no longer knows it, in 2 answers since 1970-01-12T13:46:20Z; that counts once it is ` +
        'confirmed for 5 min while other tenants are still answered, or is proven',
    );
  });

  it('never calls stale what is not polled', () => {
    expect(staleAfter(untried(SERVICE))).to.equal(Infinity);
  });
});

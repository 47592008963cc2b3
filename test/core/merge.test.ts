import { expect } from 'chai';
import fc from 'fast-check';
import { decide, type Decision } from '../../src/core/merge.ts';
import type { Fact, SourceInfo } from '../../src/core/observation.ts';
import { untried, type SourceState, type Trouble, type Word } from '../../src/core/source-state.ts';
import { ABSENT, FILE, OVERRIDES, SERVICE, licensed, overridden } from '../helpers/facts.ts';

const NOW = 100_000;

/** A source that works and has given its whole answer, unless it is told otherwise. */
function source(info: SourceInfo, over: Partial<SourceState> = {}): SourceState {
  return {
    ...untried(info),
    tried: true,
    understood: true,
    wholeAt: 90_000,
    wholeEpoch: 0,
    ...over,
  };
}

function trouble(over: Partial<Trouble> = {}): Trouble {
  return { since: 58_000, reason: 'connect ECONNREFUSED', opaque: false, ...over };
}

/** A source that failed before it was ever understood. */
function down(info: SourceInfo, over: Partial<Trouble> = {}): SourceState {
  return { ...untried(info), tried: true, epoch: 1, trouble: trouble(over) };
}

/** A source that fails now and was understood before. */
function lost(info: SourceInfo): SourceState {
  return source(info, { epoch: 1, trouble: trouble(), wholeAt: 50_000 });
}

function word(fact: Fact | undefined, over: Partial<Word> = {}): Word {
  return { fact, at: 40_000, epoch: 0, trouble: undefined, ...over };
}

/** Who decides by what, or why nobody does. */
function gist(decision: Decision): string {
  if (decision.kind === 'undecided') return decision.pending ? 'pending' : 'undecided';
  const { source: name, fact, doubt } = decision;
  return `${name} ${fact.kind}${doubt === undefined ? '' : ' in doubt'}`;
}

const YES = word(overridden({ licensed: true }));
const NO = word(overridden({ licensed: false }));
const VALID = word(licensed());
const GONE = word(ABSENT);
const NONE = undefined;

describe('decide', () => {
  const [file, service, overrides] = [source(FILE), source(SERVICE), source(OVERRIDES)];
  const rows: readonly (readonly [
    string,
    readonly (Word | undefined)[],
    readonly SourceState[],
    string,
  ])[] = [
    [
      'an override outranks',
      [VALID, VALID, NO],
      [file, service, overrides],
      'overrides-file override',
    ],
    [
      'the service outranks the file',
      [VALID, GONE, NONE],
      [file, service, overrides],
      'license-service absent',
    ],
    [
      'no override passes on',
      [NONE, VALID, NONE],
      [file, service, overrides],
      'license-service license',
    ],
    [
      'a service that has not been asked does not',
      [VALID, NONE, NONE],
      [file, service, overrides],
      'pending',
    ],
    [
      'nor one that was never tried',
      [VALID, NONE, NONE],
      [file, untried(SERVICE), overrides],
      'pending',
    ],
    [
      'a service that fails and never knew passes on',
      [VALID, NONE, NONE],
      [file, down(SERVICE), overrides],
      'license-file license',
    ],
    [
      'so does one that fails now and never knew',
      [VALID, NONE, NONE],
      [file, lost(SERVICE), overrides],
      'license-file license',
    ],
    [
      'one that works, but failed for this tenant, is waited for',
      [VALID, word(NONE, { trouble: trouble() }), NONE],
      [file, service, overrides],
      'undecided',
    ],
    [
      'a service that fails keeps its last fact',
      [GONE, VALID, NONE],
      [file, lost(SERVICE), overrides],
      'license-service license in doubt',
    ],
    [
      'one that fails for this tenant does too',
      [GONE, word(licensed(), { trouble: trouble() }), NONE],
      [file, service, overrides],
      'license-service license in doubt',
    ],
    [
      'absence in the fallback is no ground while its better never answered',
      [GONE, NONE, NONE],
      [file, down(SERVICE), overrides],
      'undecided',
    ],
    ['absence in the only source is one', [GONE], [file], 'license-file absent'],
    [
      'absence in the service is one though the overrides fail',
      [GONE, NONE],
      [service, down(OVERRIDES)],
      'license-service absent',
    ],
    [
      'nor is an end in the fallback',
      [word(licensed({ end: 1 })), NONE],
      [file, down(SERVICE)],
      'undecided',
    ],
    [
      'nor a status in it',
      [word(licensed({ status: 'suspended' })), NONE],
      [file, down(SERVICE)],
      'undecided',
    ],
    [
      'overrides that were not read yet block',
      [NONE, VALID, NONE],
      [file, service, untried(OVERRIDES)],
      'pending',
    ],
    [
      'overrides that are missing pass on',
      [NONE, VALID, NONE],
      [file, service, down(OVERRIDES)],
      'license-service license',
    ],
    [
      'overrides that were never understood block',
      [NONE, VALID, NONE],
      [file, service, down(OVERRIDES, { opaque: true })],
      'undecided',
    ],
    [
      'overrides that are broken now pass on',
      [NONE, VALID, NONE],
      [file, service, { ...lost(OVERRIDES), trouble: trouble({ opaque: true }) }],
      'license-service license',
    ],
    [
      'a license file that was never understood passes on',
      [NONE, VALID],
      [down(FILE, { opaque: true }), service],
      'license-service license',
    ],
    [
      'an entry that was never understood blocks',
      [NONE, VALID, word(NONE, { trouble: trouble({ opaque: true }) })],
      [file, service, overrides],
      'undecided',
    ],
    [
      'a record that was never understood blocks',
      [VALID, word(NONE, { trouble: trouble({ opaque: true }) }), NONE],
      [file, service, overrides],
      'undecided',
    ],
    [
      'an override stands while its file fails',
      [NONE, VALID, NO],
      [file, service, lost(OVERRIDES)],
      'overrides-file override in doubt',
    ],
    [
      'an override decides though the service fails',
      [NONE, VALID, YES],
      [file, lost(SERVICE), overrides],
      'overrides-file override',
    ],
    [
      'what was read before the outage is in doubt',
      [VALID],
      [source(SERVICE, { epoch: 1 })],
      'license-service license in doubt',
    ],
    [
      'what was read after it is not',
      [word(licensed(), { epoch: 1 })],
      [source(SERVICE, { epoch: 1 })],
      'license-service license',
    ],
    [
      'nor what a whole answer confirmed',
      [VALID],
      [source(SERVICE, { epoch: 1, wholeEpoch: 1 })],
      'license-service license',
    ],
    ['nobody knows a tenant that only overrides are asked about', [NONE], [overrides], 'undecided'],
    [
      'nobody knows a tenant where all fail',
      [NONE, NONE, NONE],
      [down(FILE), down(SERVICE), down(OVERRIDES)],
      'undecided',
    ],
    ['the words may be missing altogether', [], [file, service, overrides], 'pending'],
  ];
  for (const [title, words, sources, expected] of rows) {
    it(`says: ${title}`, () => {
      expect(gist(decide(words, sources, NOW))).to.equal(expected);
    });
  }

  it('gives the reasons in words', () => {
    const why = (words: readonly (Word | undefined)[], ...sources: SourceState[]): unknown => {
      const decision = decide(words, sources, NOW);
      return decision.kind === 'undecided' ? decision.why : decision.doubt;
    };
    const label = 'license service http://licenses';
    expect(why([], untried(SERVICE))).to.equal(`${label} has not answered yet`);
    expect(why([], down(SERVICE))).to.equal(`${label} has failed for 42 s: connect ECONNREFUSED`);
    expect(why([VALID], lost(SERVICE))).to.equal(
      `${label} has failed for 42 s: connect ECONNREFUSED`,
    );
    expect(why([VALID], source(SERVICE, { epoch: 1 }))).to.equal(
      `${label} works again but has not been asked again yet`,
    );
    expect(why([], source(OVERRIDES))).to.equal('no source knows it');
    expect(why([VALID], service)).to.equal(undefined);
  });

  it('names the highest source that failed', () => {
    const decision = decide([], [down(FILE), down(SERVICE)], NOW);
    expect(decision)
      .to.have.property('why')
      .that.matches(/^license service/);
  });

  it('says when the fact was last confirmed', () => {
    const knownAt = (of: Word, from: SourceState): unknown => {
      const decision = decide([of], [from], NOW);
      return decision.kind === 'decided' && decision.knownAt;
    };
    expect(knownAt(VALID, source(SERVICE, { wholeAt: undefined }))).to.equal(40_000);
    expect(knownAt(VALID, source(SERVICE, { wholeAt: 30_000 }))).to.equal(40_000);
    expect(knownAt(VALID, service)).to.equal(90_000);
    const broken = word(licensed(), { trouble: trouble({ since: 70_000, opaque: true }) });
    expect(knownAt(broken, service)).to.equal(40_000);
  });
});

describe('decide on overrides that end', () => {
  const service = source(SERVICE);
  const overrides = source(OVERRIDES);
  const until = (at: number, from = overrides, own: Partial<Word> = {}): Decision =>
    decide([VALID, word(overridden({ licensed: false, until: at }), own)], [service, from], NOW);

  it('obeys one before its end, and not from its end on', () => {
    expect(gist(until(NOW + 1))).to.equal('overrides-file override');
    expect(gist(until(90_000))).to.equal('license-service license');
    expect(gist(until(89_999))).to.equal('license-service license');
  });

  it('obeys one whose end has come by a clock that is ahead of that of a source', () => {
    const ahead = source(SERVICE, { clockOffset: -20_000 });
    const of = (at: number): Decision =>
      decide([VALID, word(overridden({ licensed: true, until: at }))], [ahead, overrides], NOW);
    expect(gist(of(70_001))).to.equal('overrides-file override in doubt');
    expect(gist(of(70_000))).to.equal('license-service license');
  });

  it('obeys one past its end until its file was read again', () => {
    expect(gist(until(90_001))).to.equal('overrides-file override in doubt');
    expect(until(90_001)).to.include({ overdue: true });
  });

  it('obeys one past its end that was in force when its file was lost, and says so', () => {
    const decision = until(50_001, lost(OVERRIDES));
    expect(gist(decision)).to.equal('overrides-file override in doubt');
    expect(decision).to.include({ overdue: true });
    expect(until(NOW + 1, lost(OVERRIDES))).to.include({ overdue: false });
  });

  it('obeys none that was over when its file was last read', () => {
    expect(gist(until(50_000, lost(OVERRIDES)))).to.equal('license-service license');
  });

  it('goes by the entry where that alone can not be read', () => {
    const own = { trouble: trouble({ opaque: true }) };
    expect(gist(until(40_001, overrides, own))).to.equal('overrides-file override in doubt');
    expect(gist(until(40_000, overrides, own))).to.equal('license-service license');
  });

  it('goes by what was lost first', () => {
    const own = { trouble: trouble({ since: 20_000 }) };
    expect(gist(until(40_001, lost(OVERRIDES), own))).to.equal('overrides-file override in doubt');
  });
});

describe('decide on replicas', () => {
  const three = word(licensed({ replicas: 3 }));
  const decided = (words: readonly (Word | undefined)[], from = source(OVERRIDES)): Decision =>
    decide(words, [source(SERVICE), from], NOW);

  it('takes the license’s own', () => {
    expect(decided([three, NONE])).to.include({ replicas: 3, until: undefined });
    expect(decided([VALID, NONE])).to.include({ replicas: undefined });
    expect(decided([GONE, NONE])).to.include({ replicas: undefined });
  });

  it('takes those of the override that decides, and not the license’s', () => {
    expect(decided([three, word(overridden({ licensed: true, replicas: 9 }))])).to.include({
      replicas: 9,
    });
    expect(decided([three, YES])).to.include({ replicas: undefined });
  });

  it('takes those of an override that is about them alone, until its end', () => {
    const only = word(overridden({ replicas: 9, until: NOW + 5 }));
    const decision = decided([three, only]);
    expect(gist(decision)).to.equal('license-service license');
    expect(decision).to.include({ replicas: 9, until: NOW + 5, overdue: false });
    const over = word(overridden({ replicas: 9, until: 90_000 }));
    expect(decided([three, over])).to.include({ replicas: 3, until: undefined, overdue: false });
  });

  it('keeps those of an override that ended while its file failed, without an end', () => {
    const only = word(overridden({ replicas: 9, until: NOW }));
    expect(decided([three, only], lost(OVERRIDES))).to.include({
      replicas: 9,
      until: undefined,
      overdue: true,
    });
  });

  it('decides nothing by replicas alone', () => {
    const only = word(overridden({ replicas: 9 }));
    expect(gist(decided([NONE, only]))).to.equal('pending');
  });
});

describe('the rank of sources', () => {
  const instants = fc.option(fc.integer({ min: 0, max: 2 * NOW }), { nil: undefined });
  const facts = fc.oneof(
    fc.constant<Fact>(ABSENT),
    fc.record({ start: instants, end: instants }).map((over): Fact => licensed(over)),
    fc
      .record({ licensed: fc.constantFrom(true, false, undefined), until: instants })
      .map((over): Fact => overridden({ ...over, replicas: 3 })),
  );
  const troubles = fc.option(
    fc.record({ since: fc.nat(NOW), reason: fc.constant('x'), opaque: fc.boolean() }),
    { nil: undefined },
  );
  const words = fc.option(
    fc.record({
      fact: fc.option(facts, { nil: undefined }),
      at: fc.nat(NOW),
      epoch: fc.nat(1),
      trouble: troubles,
    }),
    { nil: undefined },
  );
  const states = (info: SourceInfo): fc.Arbitrary<SourceState> =>
    fc
      .record({
        tried: fc.boolean(),
        understood: fc.boolean(),
        trouble: troubles,
        wholeAt: fc.option(fc.nat(NOW), { nil: undefined }),
        epoch: fc.constant(1),
        wholeEpoch: fc.constantFrom(-1, 0, 1),
      })
      .map((over) => ({ ...untried(info), ...over }));
  const all = fc.tuple(
    fc.tuple(words, words, words),
    fc.tuple(states(FILE), states(SERVICE), states(OVERRIDES)),
  );
  const ranks = [FILE, SERVICE, OVERRIDES].map(({ name }) => name);

  it('lets the highest decide that has a fact in force', () => {
    fc.assert(
      fc.property(all, ([said, sources]) => {
        const decision = decide(said, sources, NOW);
        if (decision.kind === 'undecided') return true;
        const rank = ranks.indexOf(decision.source);
        const above = said.slice(rank + 1).map((one) => one?.fact);
        return decision.fact === said[rank]?.fact && above.every(hasNothingInForce);
      }),
      { numRuns: 300 },
    );
  });

  it('never lets a lower one change what a higher one decides', () => {
    fc.assert(
      fc.property(all, all, ([said, sources], [otherSaid, otherSources]) => {
        const decision = decide(said, sources, NOW);
        if (decision.kind === 'undecided') return;
        const rank = ranks.indexOf(decision.source);
        const mixed = <T>(own: readonly T[], other: readonly T[]): T[] => [
          ...other.slice(0, rank),
          ...own.slice(rank),
        ];
        const other = decide(mixed(said, otherSaid), mixed(sources, otherSources), NOW);
        expect(other).to.deep.equal(decision);
      }),
      { numRuns: 300 },
    );
  });
});

/** Nothing was said, or by an override that is about replicas alone or has an end that may have come. */
function hasNothingInForce(fact: Fact | undefined): boolean {
  if (fact?.kind !== 'override') return fact === undefined;
  const { licensed: said, until } = fact.override;
  return said === undefined || (until !== undefined && until <= NOW);
}

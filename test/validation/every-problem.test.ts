import { expect } from 'chai';
import { parseOverride } from '../../src/core/override.ts';
import { parseTrigger } from '../../src/core/trigger.ts';
import { everyProblem } from '../../src/validation/every-problem.ts';

const keysOf = (record: unknown): unknown[] =>
  everyProblem(parseOverride, record).map(({ key }) => key);

describe('everyProblem', () => {
  it('finds none where the parser is content', () => {
    expect(keysOf({ licensed: true })).to.deep.equal([]);
  });

  it('goes on behind the first problem', () => {
    expect(keysOf({ licensed: 1, reason: 1, replicas: 1.5, until: 1 })).to.deep.equal([
      'licensed',
      'reason',
      'replicas',
      'until',
    ]);
  });

  it('does not tell what is missing only because it was taken out', () => {
    expect(keysOf({ licensed: 3 })).to.deep.equal(['licensed']);
  });

  it('tells a problem of the whole once', () => {
    expect(keysOf({})).to.deep.equal([undefined]);
    expect(keysOf(null)).to.deep.equal([undefined]);
  });

  it('finds keys that are quoted', () => {
    const metadata = { 'odd key': 'x', replicas: '0' };
    const parse = (given: Record<string, string>) =>
      parseTrigger({ name: 'n', namespace: 'ns', metadata: given });
    const keys = everyProblem(parse, metadata).map(({ key }) => key);
    expect(keys).to.deep.equal(['odd key', 'replicas']);
  });
});

import { expect } from 'chai';
import { pino } from 'pino';
import { LimitedLog } from '../../src/observability/limited-log.ts';

/** A log of at most 2 lines of a kind at a time, and what ends the time. */
function twoAtATime(level = 'info') {
  const lines: string[] = [];
  const ends: (() => void)[] = [];
  const sink = {
    write: (line: string) => {
      lines.push((JSON.parse(line) as { msg: string }).msg);
    },
  };
  const log = new LimitedLog(pino({ level }, sink), {
    burst: 2,
    later: (run) => {
      ends.push(run);
    },
  });
  const write = (kind: string, ...messages: string[]): void => {
    for (const message of messages) log.write('info', kind, {}, message);
  };
  const end = (): void => {
    for (const run of ends.splice(0)) run();
  };
  return { lines, write, end, ends };
}

describe('LimitedLog', () => {
  it('writes the first few, and at the end how many more there were', () => {
    const { lines, write, end } = twoAtATime();
    write('hold', ...Array.from({ length: 1_206 }, (_, n) => `t${n} is held`));
    expect(lines).to.deep.equal(['t0 is held', 't1 is held']);
    end();
    expect(lines.slice(2)).to.deep.equal(['and 1,204 more, the last: t1205 is held']);
  });

  it('begins anew after that, and says nothing where there were no more', () => {
    const { lines, write, end } = twoAtATime();
    write('hold', 'a', 'b');
    end();
    write('hold', 'c');
    end();
    expect(lines).to.deep.equal(['a', 'b', 'c']);
  });

  it('counts each kind by itself', () => {
    const { lines, write, end } = twoAtATime();
    write('hold', 'a', 'b', 'c');
    write('refused', 'x');
    end();
    expect(lines).to.deep.equal(['a', 'b', 'x', 'and 1 more, the last: c']);
  });

  it('does nothing for a level that is not written', () => {
    const { lines, write, ends } = twoAtATime('warn');
    write('hold', 'a', 'b', 'c');
    expect([lines, ends]).to.deep.equal([[], []]);
  });
});

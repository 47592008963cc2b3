import { expect } from 'chai';
import { LogOutput } from '../../src/observability/log-output.ts';
import { createLogger } from '../../src/observability/logger.ts';

/** A reader that takes so many bytes, and answers with an error from then on. */
class Reader {
  read = '';
  room = 0;
  error = 'EAGAIN';
  readonly timers: (() => void)[] = [];
  readonly output = new LogOutput({
    write: (bytes) => {
      const taken = Math.min(this.room, bytes.length);
      if (taken === 0) throw Object.assign(new Error('write'), { code: this.error });
      this.room -= taken;
      this.read += Buffer.from(bytes.subarray(0, taken)).toString();
      return taken;
    },
    later: (run) => {
      this.timers.push(run);
    },
  });

  constructor() {
    this.output.onRecovery = (lines, cause) => {
      this.output.write(`lost ${lines} ${cause}\n`);
    };
  }

  write(...lines: string[]): void {
    for (const line of lines) this.output.write(`${line}\n`);
  }

  /** It takes so many bytes more, and the output tries again. */
  resume(room = Infinity): void {
    this.room = room;
    for (const run of this.timers.splice(0)) run();
  }
}

describe('LogOutput', () => {
  it('writes each line at once', () => {
    const reader = new Reader();
    reader.resume();
    reader.write('a', 'b');
    expect([reader.read, reader.timers, reader.output.dropped]).to.deep.equal(['a\nb\n', [], 0]);
  });

  it('keeps lines in order for a reader that is slow, however little it takes at a time', () => {
    const reader = new Reader();
    reader.write('abc', 'def', 'ghi');
    reader.resume(2);
    reader.write('jkl');
    for (const room of [1, 3, 5]) reader.resume(room);
    reader.resume();
    expect(reader.read).to.equal('abc\ndef\nghi\njkl\n');
    expect(reader.output.dropped).to.equal(0);
  });

  it('drops what is too much, counts it, and says so once', () => {
    const reader = new Reader();
    const long = 'x'.repeat(400_000);
    reader.write(long, long, long, long);
    expect(reader.output.dropped).to.equal(2);
    reader.resume();
    reader.write('next');
    const told = reader.read.split('\n').filter((line) => !line.startsWith('x'));
    expect(told).to.deep.equal(['lost 2 EAGAIN', 'next', '']);
    expect(reader.output.dropped).to.equal(2);
  });

  it('drops lines while there is an error, and says how many as soon as there is none', () => {
    const reader = new Reader();
    reader.error = 'ENOSPC';
    reader.write('a', 'b', 'c');
    expect(reader.output.dropped).to.equal(3);
    reader.resume(0);
    expect(reader.output.dropped).to.equal(3);
    reader.resume();
    reader.write('d');
    expect(reader.read).to.equal('lost 3 ENOSPC\nd\n');
  });

  it('ends a line that was begun before the error, so that none runs into another', () => {
    const reader = new Reader();
    reader.error = 'ENOSPC';
    reader.room = 2;
    reader.write('abc', 'def');
    expect(reader.output.dropped).to.equal(1);
    reader.resume();
    expect(reader.read).to.equal('abc\nlost 1 ENOSPC\n');
  });

  it('makes its report again where that could not be written either', () => {
    const reader = new Reader();
    reader.error = 'ENOSPC';
    reader.write('a');
    for (let times = 0; times < 3; times++) reader.resume(0);
    reader.resume();
    reader.resume();
    expect(reader.read).to.equal('lost 1 ENOSPC\n');
  });

  it('tries once more at the end', async () => {
    const reader = new Reader();
    reader.write('last');
    reader.room = Infinity;
    await reader.output.end();
    expect(reader.read).to.equal('last\n');
  });
});

describe('the log', () => {
  it('tells in one line of its own what was lost', () => {
    const reader = new Reader();
    const logger = createLogger({ level: 'info', format: 'json' }, reader.output);
    reader.error = 'ENOSPC';
    for (let n = 0; n < 1_200; n++) logger.info('a');
    reader.resume();
    const { level, msg, dropped, cause } = JSON.parse(reader.read) as Record<string, unknown>;
    expect({ level, msg, dropped, cause }).to.deep.equal({
      level: 'warn',
      msg: 'the log could not be written (ENOSPC): 1,200 lines are lost',
      dropped: 1_200,
      cause: 'ENOSPC',
    });
  });

  it('is for people where that is asked for', () => {
    const reader = new Reader();
    reader.resume();
    createLogger({ level: 'info', format: 'pretty' }, reader.output).info({ a: 1 }, 'hello');
    expect(reader.read).to.match(/INFO.*: hello\n.*a: 1\n/);
  });
});

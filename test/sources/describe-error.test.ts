import { expect } from 'chai';
import { describeError } from '../../src/sources/http/describe-error.ts';

describe('describeError', () => {
  for (const [what, error, text] of [
    ['an error', new Error('other side closed'), 'other side closed'],
    ['what wraps another', new TypeError('fetch failed', { cause: new Error('x') }), 'x'],
    [
      'several, each once',
      new AggregateError([new Error('connect a'), new Error('connect b'), new Error('connect a')]),
      'connect a and connect b',
    ],
    ['none of several', new AggregateError([], 'all failed'), 'all failed'],
    ['one without words', Object.assign(new Error(), { code: 'ECONNRESET' }), 'ECONNRESET'],
    ['one without words or code', new RangeError(), 'RangeError'],
    [
      'OpenSSL',
      Object.assign(new Error('80:error:0A:SSL routines:ssl/x.c:1'), {
        library: 'SSL routines',
        reason: 'wrong version number',
      }),
      'TLS: wrong version number',
    ],
    [
      'the file system',
      new Error("ENOENT: no such file or directory, stat '/x/y'"),
      'ENOENT: no such file or directory',
    ],
    ['lines', new Error('a\n  b\r\nc'), 'a b c'],
    ['no error', 'x', 'x'],
  ] as const) {
    it(`describes ${what}`, () => {
      expect(describeError(error)).to.equal(text);
    });
  }

  it('cuts what is too long for a log line', () => {
    expect(describeError(new Error('x'.repeat(1000))))
      .to.have.length(200)
      .and.match(/\.\.\.$/);
  });
});

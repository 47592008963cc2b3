import { expect } from 'chai';
import { createLines } from '../../src/config/lines.ts';

const TEXT = `# a comment
grpc:
  listen: :6000
  "tls":
    {
      certFile: /a,
      keyFile: /b }
push:
  repeats:
    - 2s
    - *shared
    - [1s,
       2s]
http: { listen: &shared ":8080" }
empty:
last: |
  text
  text
`;

describe('createLines', () => {
  const lineOf = createLines(TEXT);

  for (const [path, line] of [
    [['grpc'], 2],
    [['grpc', 'listen'], 3],
    [['grpc', 'tls'], 4],
    [['grpc', 'tls', 'certFile'], 6],
    [['grpc', 'tls', 'keyFile'], 7],
    [['push', 'repeats', 0], 10],
    [['push', 'repeats', 1], 11],
    [['push', 'repeats', 2], 12],
    [['push', 'repeats', 2, 1], 13],
    [['http', 'listen'], 14],
    [['empty'], 15],
    [['last'], 16],
  ] as const) {
    it(`finds ${path.join('.')} on line ${line}`, () => {
      expect(lineOf(path)).to.equal(line);
    });
  }

  it('answers with the section for a key that is not there', () => {
    expect(lineOf(['grpc', 'tls', 'clientCaFile'])).to.equal(4);
    expect(lineOf(['http', 'x', 'y'])).to.equal(14);
  });

  it('has no line for the whole, for a section that is not there and in an empty text', () => {
    expect(lineOf([])).to.equal(undefined);
    expect(lineOf(['log', 'level'])).to.equal(undefined);
    expect(createLines('# nothing')(['log'])).to.equal(undefined);
  });
});

import { expect } from 'chai';
import type { TlsCertificate, TlsMaterial } from '../../src/grpc/tls-material.ts';
import { refusal } from '../../src/grpc/tls-validity.ts';

const FILES = { certFile: '/tls/tls.crt', keyFile: '/tls/tls.key', clientCaFile: '/tls/ca.crt' };
const NOW = Date.parse('2027-01-31T00:00:00Z');
const DAY = 86_400_000;

function certificate(
  file: TlsCertificate['file'],
  [from, to]: readonly [number, number],
): TlsCertificate {
  const [notBefore, notAfter] = [NOW + from * DAY, NOW + to * DAY];
  return { file, subject: `CN=${from}..${to}`, notBefore, notAfter, fingerprint: `${from}${to}` };
}

type Days = readonly [number, number];

/** Days from now on, or back from it. */
const [VALID, ENDED, FUTURE]: Days[] = [
  [-30, 60],
  [-60, -1],
  [2, 90],
];

/** @param own of the server and its chain */
function material(own: readonly Days[], authorities: readonly Days[] = []): TlsMaterial {
  return {
    context: {},
    certificates: [
      ...own.map((days) => certificate('certFile', days)),
      ...authorities.map((days) => certificate('clientCaFile', days)),
    ],
  };
}

describe('refusal', () => {
  const good = material([VALID!], [VALID!]);

  for (const [what, next, problem] of [
    ['takes what is valid', good, undefined],
    ['refuses a certificate that has ended', material([ENDED!]), 'CN=-60..-1 ended 2027-01-30'],
    ['refuses one that has not begun', material([FUTURE!]), 'CN=2..90 begins only 2027-02-02'],
    ['refuses a chain of which a later part has ended', material([VALID!, ENDED!]), 'ended'],
    ['refuses authorities that have all ended', material([VALID!], [ENDED!, ENDED!]), 'ended'],
    ['takes authorities of which one is valid', material([VALID!], [ENDED!, VALID!]), undefined],
    ['takes a certificate in its last millisecond', material([[-1, 0]]), undefined],
    ['takes a certificate in its first millisecond', material([[0, 1]]), undefined],
  ] as const) {
    it(what, () => {
      const found = refusal(FILES, good, next, NOW);
      if (problem === undefined) expect(found).to.equal(undefined);
      else expect(found).to.include(problem);
    });
  }

  it('names the file, the certificate and the date', () => {
    expect(refusal(FILES, good, material([VALID!], [ENDED!]), NOW)).to.equal(
      'grpc.tls.clientCaFile /tls/ca.crt: CN=-60..-1 ended 2027-01-30T00:00:00Z, and what is in use is valid',
    );
  });

  it('takes anything where what is in use is no better', () => {
    for (const next of [material([ENDED!]), material([FUTURE!])]) {
      expect(refusal(FILES, material([ENDED!]), next, NOW)).to.equal(undefined);
      expect(refusal(FILES, material([VALID!], [ENDED!]), next, NOW)).to.equal(undefined);
    }
  });
});

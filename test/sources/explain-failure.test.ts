import { expect } from 'chai';
import { explainFailure, type Circumstances } from '../../src/sources/http/explain-failure.ts';

const PLAIN: Circumstances = {
  isTls: false,
  hasCertificate: false,
  hasAnswered: false,
  proxy: undefined,
};
const TLS = { ...PLAIN, isTls: true };

function failing(message: string, code: string, over: object = {}): Error {
  return Object.assign(new Error(message), { code, ...over });
}

const CLOSED = failing('other side closed', 'UND_ERR_SOCKET');
const RESET = failing('read ECONNRESET', 'ECONNRESET');
const WRONG = failing('x', 'ERR_SSL', { library: 'SSL', reason: 'wrong version number' });
const ALERT = failing('x', 'ERR_SSL', {
  library: 'SSL',
  reason: 'tlsv13 alert certificate required',
});

describe('explainFailure', () => {
  for (const [what, error, circumstances, expected] of [
    ['a port that speaks TLS, to http', CLOSED, PLAIN, /^other side closed \(.*begin with https:/],
    ['the same by a reset', RESET, PLAIN, /^read ECONNRESET \(.*begin with https:/],
    ['no HTTP at all', failing('Expected HTTP/', 'HPE_INVALID_CONSTANT'), PLAIN, /speak TLS/],
    ['a port that does not speak TLS, to https', WRONG, TLS, /^TLS: wrong .*begin with http:/],
    ['who closes an encrypted connection', CLOSED, TLS, /^other side closed \(.*certFile and key/],
    ['who resets an encrypted connection', RESET, TLS, /certFile and keyFile\)$/],
    ['who asks for a certificate', ALERT, { ...TLS, hasAnswered: true }, /certFile and keyFile\)$/],
    [
      'who refuses the certificate',
      ALERT,
      { ...TLS, hasCertificate: true },
      /may refuse the certificate of licenseService\.certFile/,
    ],
    [
      'who closes on seeing it',
      CLOSED,
      { ...TLS, hasCertificate: true },
      /may refuse the certificate of licenseService\.certFile/,
    ],
    [
      'a certificate that nobody vouches for',
      failing('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
      TLS,
      /caFile names the CAs/,
    ],
    ['who answered before and now closes', CLOSED, { ...PLAIN, hasAnswered: true }, /closed$/],
    ['the same, encrypted', CLOSED, { ...TLS, hasAnswered: true }, /closed$/],
    ['a refused connection', failing('connect ECONNREFUSED', 'ECONNREFUSED'), PLAIN, /REFUSED$/],
    [
      'a proxy on the way',
      failing('connect ECONNREFUSED', 'ECONNREFUSED'),
      { ...PLAIN, proxy: 'http://p:1' },
      /^by way of proxy http:\/\/p:1: connect ECONNREFUSED$/,
    ],
  ] as const) {
    it(`tells of ${what}`, () => {
      expect(explainFailure(error, circumstances)).to.match(expected);
    });
  }

  it('looks into errors that wrap others', () => {
    const wrapped = new TypeError('failed', { cause: CLOSED });
    expect(explainFailure(wrapped, PLAIN)).to.match(/^other side closed \(.*https:/);
  });
});

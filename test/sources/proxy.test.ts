import { expect } from 'chai';
import { proxyFor } from '../../src/sources/http/proxy.ts';

const HTTP = 'http://licenses.default.svc.cluster.local:8080/api';
const HTTPS = 'https://licenses.example.com';

describe('proxyFor', () => {
  for (const [what, url, setting, environment, origin] of [
    ['none where nothing is said', HTTP, undefined, {}, undefined],
    ['that for http', HTTP, undefined, { HTTP_PROXY: 'http://p:1' }, 'http://p:1'],
    ['that for https', HTTPS, undefined, { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    ['not that for https', HTTP, undefined, { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['not that for http', HTTPS, undefined, { HTTP_PROXY: 'http://p:1' }, undefined],
    [
      'the one in lower case first',
      HTTP,
      undefined,
      { HTTP_PROXY: 'http://p:1', http_proxy: 'http://q:2' },
      'http://q:2',
    ],
    ['one without a scheme', HTTP, undefined, { HTTP_PROXY: 'p:3128' }, 'http://p:3128'],
    ['one of https', HTTP, undefined, { HTTP_PROXY: 'https://p' }, 'https://p'],
    ['none where it is empty', HTTP, undefined, { HTTP_PROXY: ' ' }, undefined],
    ['the configured one', HTTP, 'http://own:1', { HTTP_PROXY: 'http://p:1' }, 'http://own:1'],
    [
      'the configured one, whatever the exceptions',
      HTTP,
      'http://own:1',
      { NO_PROXY: '*' },
      'http://own:1',
    ],
    ['none where none is configured', HTTP, 'none', { HTTP_PROXY: 'http://p:1' }, undefined],
  ] as const) {
    it(`takes ${what}`, () => {
      const proxy = proxyFor(url, setting, environment);
      expect(proxy.ok && proxy.value?.origin).to.equal(origin);
    });
  }

  for (const [list, url, isExempt] of [
    ['licenses.example.com', HTTPS, true],
    ['LICENSES.example.com', HTTPS, true],
    ['example.com', HTTPS, true],
    ['.example.com', HTTPS, true],
    ['*.example.com', HTTPS, true],
    ['a.b, example.com', HTTPS, true],
    ['a.b example.com', HTTPS, true],
    ['*', HTTPS, true],
    ['a,*', HTTPS, true],
    ['ample.com', HTTPS, false],
    ['example.com.', HTTPS, false],
    ['', HTTPS, false],
    [',', HTTPS, false],
    ['.', HTTPS, false],
    ['example.com:443', HTTPS, true],
    ['example.com:8443', HTTPS, false],
    ['.svc,.cluster.local', HTTP, true],
    ['licenses.default.svc.cluster.local:8080', HTTP, true],
    ['.svc', HTTP, false],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.0.0.0/8', HTTPS, false],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['10.1.2.3:444', 'https://10.1.2.3', false],
    ['fd00::/8', 'https://[fd00::1]', true],
    ['[fd00::1]', 'https://[fd00::1]', true],
    ['[fd00::1]:443', 'https://[fd00::1]', true],
    ['fd00::/8', 'https://10.1.2.3', false],
  ] as const) {
    it(`reaches ${url} ${isExempt ? 'directly' : 'by way of the proxy'} where NO_PROXY is "${list}"`, () => {
      const environment = { HTTP_PROXY: 'p:1', HTTPS_PROXY: 'p:1', no_proxy: list };
      const proxy = proxyFor(url, undefined, environment);
      expect(proxy.ok && proxy.value === undefined).to.equal(isExempt);
    });
  }

  it('keeps the password to itself', () => {
    const proxy = proxyFor(HTTPS, undefined, { HTTPS_PROXY: 'http://me:s%40cret@p:1' });
    const authorization = `Basic ${Buffer.from('me:s@cret').toString('base64')}`;
    expect(proxy).to.deep.equal({ ok: true, value: { origin: 'http://p:1', authorization } });
  });

  for (const text of ['socks5://me:secret@p:1', 'http://me:secret@', 'http://me:secret@p:port']) {
    it(`tells of ${text.replace('secret', '...')} without quoting it`, () => {
      const proxy = proxyFor(HTTPS, undefined, { HTTPS_PROXY: text });
      const problem = proxy.ok ? '' : proxy.problem;
      expect(problem).to.match(/^HTTPS_PROXY is a text that is not shown, allowed is an http/);
      expect(problem).not.to.contain('secret');
    });
  }
});

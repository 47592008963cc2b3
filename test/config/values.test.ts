import { expect } from 'chai';
import fc from 'fast-check';
import { formatAddress, isSamePort, parseAddress } from '../../src/config/address.ts';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';
import { parseProxyUrl } from '../../src/config/proxy-url.ts';
import { parseServicePath, parseServiceUrl } from '../../src/config/service-url.ts';
import { formatSize, parseSize } from '../../src/config/size.ts';
import type { Parsed } from '../../src/core/parsed.ts';

describe('parseProxyUrl', () => {
  for (const [text, url] of [
    ['http://proxy:3128', 'http://proxy:3128'],
    ['https://proxy.example.com/', 'https://proxy.example.com'],
    ['none', 'none'],
  ] as const) {
    it(`reads ${text}`, () => {
      expect(parseProxyUrl(text)).to.deep.equal({ ok: true, value: url });
    });
  }

  for (const [text, told] of [
    ['proxy:3128', /^is "proxy:3128", allowed is an http or https URL .* or none/],
    ['socks5://proxy:1080', /^is "socks5/],
    ['http://proxy:3128/path', /^is "http/],
    ['http://proxy?secret', /^is a text that is not shown/],
    ['', /^is "", allowed/],
    ['http://me:secret@proxy:3128', /^holds credentials, .* HTTPS_PROXY/],
    ['me:secret@proxy:3128', /^holds credentials/],
  ] as const) {
    it(`refuses ${text === '' ? 'nothing' : text}`, () => {
      const refused = problem(parseProxyUrl(text));
      expect(refused).to.match(told);
      expect(refused).not.to.contain('secret');
    });
  }
});

describe('parseDuration', () => {
  for (const [text, millis] of [
    ['500ms', 500],
    ['0s', 0],
    ['10s', 10_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['010s', 10_000],
  ] as const) {
    it(`reads ${text} as ${millis} ms`, () => {
      expect(parseDuration(text)).to.deep.equal({ ok: true, value: millis });
    });
  }

  for (const text of ['10', '-5s', '1.5s', '10 s', '10S', '1h30m', 's', '', '1w', '99999999999d']) {
    it(`refuses "${text}" and says what is allowed`, () => {
      expect(problem(parseDuration(text))).to.equal(
        `is "${text}", allowed is a duration such as 500ms, 10s, 5m, 1h or 1d`,
      );
    });
  }

  it('reads what formatDuration writes', () => {
    fc.assert(
      fc.property(fc.nat(400_000_000), fc.constantFrom(1, 1000, 60_000), (number, unit) => {
        expect(value(parseDuration(formatDuration(number * unit)))).to.equal(number * unit);
      }),
    );
  });
});

describe('formatDuration', () => {
  for (const [millis, text] of [
    [0, '0s'],
    [1_500, '1500ms'],
    [90_000, '90s'],
    [60_000, '1m'],
    [7_200_000, '2h'],
    [172_800_000, '2d'],
  ] as const) {
    it(`writes ${millis} ms as ${text}`, () => {
      expect(formatDuration(millis)).to.equal(text);
    });
  }
});

describe('parseAddress', () => {
  for (const [text, host, port] of [
    ['0.0.0.0:6000', '0.0.0.0', 6000],
    [':6000', '::', 6000],
    ['[::]:6000', '::', 6000],
    ['[fe80::1]:0', 'fe80::1', 0],
    ['localhost:65535', 'localhost', 65_535],
    ['my-host.example:1', 'my-host.example', 1],
  ] as const) {
    it(`reads ${text}`, () => {
      expect(parseAddress(text)).to.deep.equal({ ok: true, value: { host, port } });
    });
  }

  for (const text of [
    '6000',
    'localhost',
    'localhost:',
    '::1:6000',
    '[::1]',
    '[localhost]:6000',
    '[::g]:6000',
    'host:65536',
    'host:-1',
    'http://host:80',
    '*:6000',
    'a b:1',
    '',
  ]) {
    it(`refuses "${text}" and says what is allowed`, () => {
      expect(problem(parseAddress(text))).to.equal(
        `is "${text}", allowed is host:port such as [::]:6000, :6000 or 0.0.0.0:6000`,
      );
    });
  }

  for (const text of ['0.0.0.0:6000', '[::]:6000', 'localhost:0']) {
    it(`is the inverse of formatAddress for ${text}`, () => {
      expect(formatAddress(value(parseAddress(text)))).to.equal(text);
    });
  }
});

describe('isSamePort', () => {
  for (const [a, b, is] of [
    ['[::]:6000', '[::]:6000', true],
    ['[::]:6000', '0.0.0.0:6000', true],
    ['127.0.0.1:6000', '[::]:6000', true],
    ['0.0.0.0:6000', '127.0.0.1:6000', true],
    ['127.0.0.1:6000', '127.0.0.1:6000', true],
    ['127.0.0.1:6000', '127.0.0.2:6000', false],
    ['[::]:6000', '[::]:8080', false],
    ['[::]:0', '[::]:0', false],
  ] as const) {
    it(`says that ${a} and ${b} ${is ? 'are in the way of each other' : 'go together'}`, () => {
      expect(isSamePort(value(parseAddress(a)), value(parseAddress(b)))).to.equal(is);
    });
  }
});

describe('parseSize', () => {
  for (const [given, bytes] of [
    [1024, 1024],
    ['1024', 1024],
    ['512B', 512],
    ['8KiB', 8192],
    ['64MiB', 67_108_864],
    ['1GiB', 1_073_741_824],
  ] as const) {
    it(`reads ${JSON.stringify(given)} as ${bytes} bytes`, () => {
      expect(parseSize(given)).to.deep.equal({ ok: true, value: bytes });
    });
  }

  for (const text of ['64MB', '64 MiB', '-1', '1.5MiB', 'MiB', '64mib', '']) {
    it(`refuses "${text}" and says what is allowed`, () => {
      expect(problem(parseSize(text))).to.match(/^is "(.*)", allowed is a size such as 64MiB/);
    });
  }

  it('reads what formatSize writes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1, 1024, 1_048_576), (number, unit) => {
        expect(value(parseSize(formatSize(number * unit)))).to.equal(number * unit);
      }),
    );
  });
});

describe('parseServiceUrl', () => {
  for (const [text, url] of [
    ['http://licenses:8080', 'http://licenses:8080'],
    ['https://licenses.example/', 'https://licenses.example'],
    ['https://Licenses.example:443/api/v1/', 'https://licenses.example/api/v1'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ] as const) {
    it(`reads ${text}`, () => {
      expect(parseServiceUrl(text)).to.deep.equal({ ok: true, value: url });
    });
  }

  for (const text of ['licenses:8080', 'ftp://licenses', '/licenses', 'http://', '']) {
    it(`refuses "${text}" and says what is allowed`, () => {
      expect(problem(parseServiceUrl(text))).to.include(
        `is "${text}", allowed is an http or https`,
      );
    });
  }

  for (const text of ['http://me:hunter2@host', 'http://hunter2@host', 'https://:hunter2@host/x']) {
    it(`refuses credentials without quoting them and says where they belong: ${text}`, () => {
      expect(problem(parseServiceUrl(text)))
        .to.match(/^holds credentials.*licenseService\.bearerTokenFile$/)
        .and.not.include('hunter2');
    });
  }

  for (const text of [
    'me:hunter2@host:80',
    'host?key=hunter2',
    'http://h/?k=hunter2',
    'http://h#hunter2',
  ]) {
    it(`does not quote what may be a secret: ${text}`, () => {
      expect(problem(parseServiceUrl(text)))
        .to.match(/^(is a text|has a query)/)
        .and.not.include('hunter2');
    });
  }
});

describe('parseServicePath', () => {
  for (const text of ['/', '/licenses', '/licenses/{tenantId}', '/v1/{tenantId}/license?full=1']) {
    it(`reads ${text}`, () => {
      expect(parseServicePath(text)).to.deep.equal({ ok: true, value: text });
    });
  }

  for (const text of ['', 'licenses', '/a b', '/a\nb', '/{tenantID}', '/{tenantId', '/x#y', '/é']) {
    it(`refuses ${JSON.stringify(text)} and says what is allowed`, () => {
      expect(problem(parseServicePath(text))).to.include('allowed is a path that starts with /');
    });
  }
});

function value<T>(result: Parsed<T>): T {
  if (!result.ok) throw new Error(result.problem);
  return result.value;
}

function problem(result: Parsed<unknown>): string {
  if (result.ok) throw new Error(`was taken: ${JSON.stringify(result.value)}`);
  return result.problem;
}

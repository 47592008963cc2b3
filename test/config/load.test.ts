import { expect } from 'chai';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problem.ts';
import { OperatorError } from '../../src/core/operator-error.ts';
import { LEAST, inDirectory, loadText, problemsIn, problemsOf } from './load-text.ts';

const SERVICE = 'licenseService: { url: "http://licenses:8080" }\n';

describe('loadConfig', () => {
  it('fills in every default', async () => {
    expect(await loadText(SERVICE)).to.deep.equal({
      grpc: { listen: { host: '::', port: 6000 } },
      http: { listen: { host: '::', port: 8080 }, api: true },
      licenseService: {
        url: 'http://licenses:8080',
        mode: 'per-tenant',
        path: '/licenses/{tenantId}',
        interval: 10_000,
        absence: {
          proof: [
            { status: 404, contentType: 'text/plain', body: 'Tenant not found', json: undefined },
          ],
          confirmFor: 300_000,
        },
        statuses: { active: [], inactive: [] },
        requireEnd: false,
        ignoreKeys: [],
        timeout: 3_000,
        maxConcurrency: 16,
        maxConnectionAge: 300_000,
        maxBytes: 64 * 1024 * 1024,
        headers: {},
      },
      tenants: { require: [] },
      replicas: { default: 2 },
      hold: { maxStaleness: 3_600_000 },
      push: { repeats: [2_000, 10_000] },
      suspension: { mode: 'poll', maxPerSecond: 20, burst: 120 },
      reinstatement: 'push',
      kubernetes: {},
      shutdown: { delay: 5_000, deadline: 25_000 },
      log: { level: 'info', format: 'auto' },
    });
  });

  it('asks for /licenses in mode list', async () => {
    const { licenseService } = await loadText(
      'licenseService: { url: "http://licenses", mode: list }',
    );
    expect(licenseService?.path).to.equal('/licenses');
  });

  it('reads what an absence looks like, and tells all that is wrong with it', async () => {
    const proof = '[{ status: 410 }, { json: { error.code: none, n: 1 } }]';
    const { licenseService } = await loadText(
      `licenseService: { url: "http://l", absence: { proof: ${proof} } }`,
    );
    expect(licenseService?.absence.proof.map(({ status, json }) => [status, json])).to.deep.equal([
      [410, undefined],
      [404, { 'error.code': 'none', n: 1 }],
    ]);
    const wrong = '[{ status: 503 }, { status: 200 }, { status: 410, body: x }, { stats: 404 }, 7]';
    expect(
      await problemsIn(`licenseService: { url: "http://l", absence: { proof: ${wrong} } }`),
    ).to.deep.equal([
      'config.yaml:1: licenseService.absence.proof[0] has status 503, allowed are 200 and 4xx, but for 401, 403, 407, 408, 429',
      'config.yaml:1: licenseService.absence.proof[1] has status 200, which needs body or json',
      'config.yaml:1: licenseService.absence.proof[2] has status 410, allowed with body or json are 200 and 404',
      'config.yaml:1: licenseService.absence.proof[3] has the key "stats", allowed are status, contentType, body, json',
      'config.yaml:1: licenseService.absence.proof[4] is 7, allowed is a mapping with status (404 if it is left out), contentType, body and json, such as {status: 404, json: {error.code: no_such_tenant}}',
    ]);
  });

  it('refuses a status that is both active and inactive', async () => {
    const statuses = '{ active: [x, y], inactive: [z, y] }';
    expect(
      await problemsIn(`licenseService: { url: "http://l", statuses: ${statuses} }`),
    ).to.deep.equal([
      'config.yaml:1: licenseService.statuses.inactive[1] is "y", which is in licenseService.statuses.active too: leave it in one of them',
    ]);
  });

  it('takes a path that fits its mode', async () => {
    const perTenant = await loadText('licenseService: { url: "http://l", path: "/t/{tenantId}" }');
    const list = await loadText('licenseService: { url: "http://l", mode: list, path: /all }');
    expect(perTenant.licenseService?.path).to.equal('/t/{tenantId}');
    expect(list.licenseService?.path).to.equal('/all');
  });

  it('freezes the whole of it', async () => {
    const config = await loadText(SERVICE);
    const parts = [config, config.grpc.listen, config.push.repeats, config.licenseService?.headers];
    expect(parts.map((part) => Object.isFrozen(part))).to.deep.equal([true, true, true, true]);
  });

  it('takes a section with nothing in it for an empty one', async () => {
    const config = await loadText(`http:\ngrpc:\n  # listen: :6000\n${LEAST}`);
    expect(config.http.listen.port).to.equal(8080);
    expect(config.grpc.listen.port).to.equal(6000);
  });

  it('does not take a source with nothing in it for no source', async () => {
    expect(await problemsIn(`${LEAST}overridesFile:\n`)).to.deep.equal([
      'config.yaml:2: overridesFile.path is missing, allowed is the path of a file',
    ]);
  });

  it('reads JSON as well', async () => {
    const config = await loadText('{"licenseFile": {"path": "/x"}, "replicas": {"default": 3}}');
    expect(config.replicas.default).to.equal(3);
  });

  it('needs no file where the environment gives a source', async () => {
    const env = { LICENSE_SCALER_OVERRIDES_FILE_PATH: '/overrides.yaml' };
    expect((await loadConfig({ env })).overridesFile).to.deep.equal({ path: '/overrides.yaml' });
  });

  it('lets the system choose both ports', async () => {
    const config = await loadText(
      `${LEAST}grpc: { listen: "127.0.0.1:0" }\nhttp: { listen: "127.0.0.1:0" }\n`,
    );
    expect([config.grpc.listen.port, config.http.listen.port]).to.deep.equal([0, 0]);
  });

  it('does not take what two sections share for one section', async () => {
    const config = await loadText(
      `grpc: &shared { listen: "127.0.0.1:0" }\nhttp: *shared\n${LEAST}`,
      { LICENSE_SCALER_HTTP_LISTEN: '127.0.0.1:9000' },
    );
    expect([config.grpc.listen.port, config.http.listen.port]).to.deep.equal([0, 9000]);
  });

  for (const text of ['', '# nothing\n', '---\n', '{}']) {
    it(`says that there is no source in ${JSON.stringify(text)}`, async () => {
      expect(await problemsIn(text)).to.deep.equal([
        'config.yaml: there is no source of licenses: give licenseService.url, licenseFile.path or overridesFile.path',
      ]);
    });
  }
});

describe('a ConfigError', () => {
  it('tells every problem at once, each with its place, key, value and what is allowed', async () => {
    const text = `grpc:
  listen: 6000
  tls: { certFile: /tls.crt }
http: { listen: "localhost" }
licenseService:
  url: ftp://licenses
  mode: lists
  interval: 10
  timeout: -3s
  maxConcurrency: 0
  maxBytes: 64MB
  caFile:
  headers: { X-Retries: 3, "bad name": x }
  keyFile: /client.key
licenseFile: /etc/licenses.json
replicas: { default: 1.5 }
hold: { maxStaleness: 0s }
push:
  repeats:
    - 10s
    - 2s
    - soon
shutdown: { delay: 30s }
log: { level: loud, format: [] }
licenses: {}
`;
    expect(await problemsIn(text, { LICENSE_SCALER_LOG_LEVEL: 'silent' })).to.have.members([
      'config.yaml:2: grpc.listen is 6000, allowed is host:port such as [::]:6000, :6000 or 0.0.0.0:6000',
      'config.yaml:3: grpc.tls.keyFile is missing, allowed is the path of a file',
      'config.yaml:4: http.listen is "localhost", allowed is host:port such as [::]:6000, :6000 or 0.0.0.0:6000',
      'config.yaml:6: licenseService.url is "ftp://licenses", allowed is an http or https URL such as http://licenses.default.svc.cluster.local:8080, without credentials, query or fragment',
      'config.yaml:7: licenseService.mode is "lists", allowed is one of per-tenant, list',
      'config.yaml:8: licenseService.interval is 10, allowed is a duration such as 500ms, 10s, 5m, 1h or 1d, from 1ms to 24d',
      'config.yaml:9: licenseService.timeout is "-3s", allowed is a duration such as 500ms, 10s, 5m, 1h or 1d',
      'config.yaml:10: licenseService.maxConcurrency is 0, allowed is a whole number from 1 to 1000',
      'config.yaml:11: licenseService.maxBytes is "64MB", allowed is a size such as 64MiB (units B, KiB, MiB, GiB; a bare number is bytes)',
      'config.yaml:12: licenseService.caFile is empty, allowed is the path of a file',
      'config.yaml:13: licenseService.headers.X-Retries is a number, allowed is a text (a number needs quotes)',
      'config.yaml:13: licenseService.headers.bad name is no name of an HTTP header',
      'config.yaml:5: licenseService.certFile is missing: keyFile is given, and a client certificate needs both',
      'config.yaml:15: licenseFile is a text, allowed is a mapping with the keys path',
      'config.yaml:16: replicas.default is 1.5, allowed is a whole number from 1 to 2147483647',
      'config.yaml:17: hold.maxStaleness is "0s", allowed is a duration such as 500ms, 10s, 5m, 1h or 1d, from 1ms to 3650d',
      'config.yaml:21: push.repeats[1] is 2s, allowed is more than the one before it (10s)',
      'config.yaml:22: push.repeats[2] is "soon", allowed is a duration such as 500ms, 10s, 5m, 1h or 1d',
      'config.yaml:23: shutdown.delay is 30s, allowed is less than shutdown.deadline (25s)',
      'LICENSE_SCALER_LOG_LEVEL: log.level is "silent", allowed is one of trace, debug, info, warn, error, fatal',
      'config.yaml:24: log.format is a list of 0, allowed is one of auto, json, pretty',
      'config.yaml:25: licenses is not known, the nearest known is licenseFile; allowed here are grpc, http, licenseService, licenseFile, overridesFile, tenants, replicas, hold, push, suspension, reinstatement, kubernetes, shutdown, log',
    ]);
  });

  it('is an OperatorError whose message has one line a problem and a hint', async () => {
    const error = await loadText('log: { level: loud }').catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(OperatorError).and.instanceOf(ConfigError);
    const lines = (error as ConfigError).message.split('\n');
    expect(lines).to.have.length(4);
    expect(lines[0]).to.equal('the configuration has 2 problems:');
    expect(lines[3]).to.include('license-scaler config schema');
    expect((error as ConfigError).problems.map(({ path }) => path)).to.deep.equal([
      'log.level',
      '',
    ]);
  });

  for (const [text, problem] of [
    [
      'shutdown: { delay: 25s }',
      'shutdown.delay is 25s, allowed is less than shutdown.deadline (25s)',
    ],
    ['shutdown: { deadline: 0s }', 'shutdown.deadline is "0s", allowed is a duration such as'],
    ['push: { repeats: [1s, 1s] }', 'push.repeats[1] is 1s, allowed is more than the one before'],
    [
      'push: { repeats: [1s, 2s, 3s, 4s, 5s, 6s] }',
      'push.repeats is a list of 6, allowed is a list',
    ],
    ['push: { repeats: 2s }', 'push.repeats is "2s", allowed is a list of up to 5 durations'],
    ['push: { repeats: [5] }', 'push.repeats[0] is 5, allowed is a duration such as'],
    ['push: { repeats: [0s] }', 'push.repeats[0] is "0s", allowed is a duration such as'],
    [
      'hold: { maxStaleness: 3651d }',
      'hold.maxStaleness is "3651d", allowed is a duration such as',
    ],
    [
      'replicas: { default: 2147483648 }',
      'replicas.default is 2147483648, allowed is a whole number',
    ],
    ['suspension: { mode: push }', 'suspension.mode is "push", allowed is one of poll, scale'],
    ['suspension: { maxPerSecond: 0 }', 'suspension.maxPerSecond is 0, allowed is a whole number'],
    ['suspension: { burst: 0 }', 'suspension.burst is 0, allowed is a whole number'],
    ['reinstatement: scale', 'reinstatement is "scale", allowed is one of push, push+scale'],
    [
      'http: { listen: 0.0.0.0:6000 }',
      'http.listen is 0.0.0.0:6000, the same port as that of grpc.listen, [::]:6000',
    ],
    ['http: { listen: 127.0.0.1:6000 }', 'http.listen is 127.0.0.1:6000, the same port'],
    ['replicas: 2', 'replicas is a number, allowed is a mapping with the keys default'],
    [
      'grpc: { tls: { certFile: [x], keyFile: /k } }',
      'grpc.tls.certFile is a list of 1, allowed is',
    ],
  ] as const) {
    it(`refuses ${text}`, async () => {
      const [first, ...others] = await problemsIn(`${LEAST}${text}`);
      expect(first).to.include(`config.yaml:2: ${problem}`);
      expect(others).to.deep.equal([]);
    });
  }

  for (const [keys, problem] of [
    ['path: /all', 'path is "/all", allowed in mode per-tenant is a path with {tenantId}'],
    [
      'mode: list, path: "/{tenantId}"',
      'path is "/{tenantId}", allowed in mode list is a path without {tenantId}',
    ],
    ['certFile: /c', 'keyFile is missing: certFile is given, and a client certificate needs both'],
    ['interval: 25d', 'interval is "25d", allowed is a duration such as'],
    ['maxBytes: 1023', 'maxBytes is 1023, allowed is a size such as'],
    ['maxBytes: 2GiB', 'maxBytes is "2GiB", allowed is a size such as'],
    ['headers: x', 'headers is a text, allowed is a mapping of header names to texts'],
    ['headers: { connection: close }', 'headers.connection is set by license-scaler itself'],
  ] as const) {
    it(`refuses ${keys} of a license service`, async () => {
      const [first, ...others] = await problemsIn(`licenseService: { url: "http://l", ${keys} }`);
      expect(first).to.include(`licenseService.${problem}`);
      expect(others).to.deep.equal([]);
    });
  }

  it('tells of two keys that do not fit each other although others are wrong', async () => {
    const service =
      'url: "http://l", mode: list, path: "/{tenantId}", keyFile: /k, timeout: 5, extra: 1';
    const text = `licenseService: { ${service} }\nshutdown: { delay: 30s, extra: 1 }\n`;
    const problems = await problemsIn(text);
    expect(problems.map((line) => line.split(' ')[1])).to.have.members([
      'licenseService.timeout',
      'licenseService.extra',
      'licenseService.certFile',
      'licenseService.path',
      'shutdown.extra',
      'shutdown.delay',
    ]);
  });

  it('does not compare a key that is wrong itself', async () => {
    const text = `licenseService: { url: "http://l", path: 5, keyFile: /k, certFile: 5 }\nshutdown: { delay: 90 }`;
    const problems = await problemsIn(text);
    expect(problems.map((line) => line.split(',')[0])).to.deep.equal([
      'config.yaml:1: licenseService.path is 5',
      'config.yaml:1: licenseService.certFile is 5',
      'config.yaml:2: shutdown.delay is 90',
    ]);
  });

  it('suggests the key that was meant, also in another section', async () => {
    const text = `${LEAST}hold: { maxstaleness: 1h }\ninterval: 5s\nlog: { levle: info }\n`;
    const problems = await problemsIn(text);
    expect(problems.map((line) => line.split(';')[0])).to.deep.equal([
      'config.yaml:2: hold.maxstaleness is not known, the nearest known is hold.maxStaleness',
      'config.yaml:4: log.levle is not known, the nearest known is log.level',
      'config.yaml:3: interval is not known, the nearest known is licenseService.interval',
    ]);
  });

  it('suggests a key whatever its case, and of two alike the one in the same section', async () => {
    const text = 'licenseService: { url: "http://l", TIMEOUT: 3s, certFil: /c }';
    const problems = await problemsIn(text);
    expect(problems.map((line) => line.split(';')[0])).to.deep.equal([
      'config.yaml:1: licenseService.TIMEOUT is not known, the nearest known is licenseService.timeout',
      'config.yaml:1: licenseService.certFil is not known, the nearest known is licenseService.certFile',
    ]);
  });

  it('refuses a key that JavaScript gives a meaning to', async () => {
    const problems = await problemsIn(`${LEAST}__proto__: { grpc: { listen: x } }\n`);
    expect(problems).to.have.length(1);
    expect(problems[0]).to.include('config.yaml:2: __proto__ is not known');
  });

  it('says that the configuration is no mapping', async () => {
    expect(await problemsIn('- a\n- b\n')).to.satisfy(
      ([line]: string[]) =>
        line?.startsWith('config.yaml: the configuration is a list of 2, allowed is') === true,
    );
  });

  it('names line and column of a slip in the YAML', async () => {
    expect(await problemsIn(`${LEAST}grpc:\n  listen: [::]:6000\n`)).to.deep.equal([
      'config.yaml:3:15: the file is no YAML: bad indentation of a mapping entry',
    ]);
    expect(await problemsIn(`${LEAST}log: {}\nlog: {}\n`)).to.deep.equal([
      'config.yaml:3:1: the file is no YAML: duplicated mapping key',
    ]);
  });

  it('refuses a file of two documents', async () => {
    expect(await problemsIn(`${LEAST}---\n${LEAST}`)).to.deep.equal([
      'config.yaml: the file holds more than one document, allowed is one',
    ]);
  });

  it('says that a file is not there, and what else is wrong outside of it', async () => {
    await inDirectory(async (directory) => {
      const file = `${directory}/none.yaml`;
      const env = { LICENSE_SCALER_LOG_LEVEL: 'loud', LICENSE_SCALER_LOG_LEVLE: 'info' };
      const [first, ...others] = await problemsOf(loadConfig({ file, env }));
      expect(first).to.include(`${file}: the file can't be read: ENOENT`);
      expect(others).to.deep.equal([
        'LICENSE_SCALER_LOG_LEVEL: log.level is "loud", allowed is one of trace, debug, info, warn, error, fatal',
        'LICENSE_SCALER_LOG_LEVLE: is no variable of license-scaler, the nearest is LICENSE_SCALER_LOG_LEVEL',
      ]);
    });
  });
});

describe('a secret in the wrong place', () => {
  const token = 'hunter2';
  for (const [where, text] of [
    ['the credentials of the URL', `licenseService: { url: "https://me:${token}@host" }`],
    ['the query of the URL', `licenseService: { url: "https://host/?key=${token}" }`],
    [
      'an Authorization header',
      `licenseService: { url: "http://l", headers: { authorization: Bearer ${token} } }`,
    ],
    [
      'a header with a line break',
      `licenseService: { url: "http://l", headers: { X-Key: "${token}\\r\\n" } }`,
    ],
    [
      'a header that is a list',
      `licenseService: { url: "http://l", headers: { X-Key: [${token}] } }`,
    ],
    [
      'a token instead of the path of its file',
      `licenseService: { url: "http://l", bearerTokenFile: "${token}\\n" }`,
    ],
    [
      'a key instead of the path of its file',
      `grpc: { tls: { certFile: /c, keyFile: "${token}\\n" } }`,
    ],
    ['a key that is not known', `licenseService: { url: "http://l", bearerToken: ${token} }`],
    ['a text instead of a section', `licenseService: "https://me:${token}@host"`],
    ['a slip in the YAML', `licenseService: { url: "http://l", headers: { X-Key: *${token} } }`],
    ['a tag in the YAML', `licenseService: { url: "http://l", headers: { X-Key: !${token} x } }`],
  ] as const) {
    it(`is not shown: ${where}`, async () => {
      const problems = await problemsIn(text);
      expect(problems).to.not.be.empty;
      expect(problems.join('\n')).to.not.include(token);
    });
  }

  it('is not shown: a variable that is not known', async () => {
    const env = { LICENSE_SCALER_LICENSE_SERVICE_BEARER_TOKEN: token };
    expect((await problemsIn(LEAST, env)).join('\n'))
      .to.include('the nearest is LICENSE_SCALER_LICENSE_SERVICE_BEARER_TOKEN_FILE')
      .and.not.include(token);
  });

  it('comes with a hint to the file that it belongs in', async () => {
    const [url] = await problemsIn('licenseService: { url: "http://a:b@l" }');
    const [header] = await problemsIn(
      'licenseService: { url: "http://l", headers: { Authorization: x } }',
    );
    expect(url).to.include('give licenseService.bearerTokenFile');
    expect(header).to.include('give licenseService.bearerTokenFile');
  });
});

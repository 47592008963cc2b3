import { expect } from 'chai';
import { SETTINGS } from '../../src/config/settings.ts';
import { LEAST, loadText, problemsIn } from './load-text.ts';

describe('the environment', () => {
  it('overrides the file', async () => {
    const config = await loadText(`${LEAST}grpc: { listen: ":1" }\nreplicas: { default: 3 }\n`, {
      LICENSE_SCALER_GRPC_LISTEN: '[::1]:7000',
      LICENSE_SCALER_REPLICAS_DEFAULT: '5',
    });
    expect(config.grpc.listen).to.deep.equal({ host: '::1', port: 7000 });
    expect(config.replicas.default).to.equal(5);
  });

  it('overrides even what is wrong in the file', async () => {
    const config = await loadText(`${LEAST}replicas: { default: none }\n`, {
      LICENSE_SCALER_REPLICAS_DEFAULT: '5',
    });
    expect(config.replicas.default).to.equal(5);
  });

  it('opens sections that the file does not have', async () => {
    const { grpc, licenseService } = await loadText(LEAST, {
      LICENSE_SCALER_GRPC_TLS_CERT_FILE: '/tls.crt',
      LICENSE_SCALER_GRPC_TLS_KEY_FILE: '/tls.key',
      LICENSE_SCALER_LICENSE_SERVICE_URL: 'http://licenses:8080',
      LICENSE_SCALER_LICENSE_SERVICE_MAX_CONCURRENCY: '4',
      LICENSE_SCALER_LICENSE_SERVICE_BEARER_TOKEN_FILE: '/token',
      LICENSE_SCALER_LICENSE_SERVICE_MAX_BYTES: '1048576',
    });
    expect(grpc.tls).to.deep.equal({ certFile: '/tls.crt', keyFile: '/tls.key' });
    expect(licenseService).to.include({
      maxConcurrency: 4,
      bearerTokenFile: '/token',
      maxBytes: 1_048_576,
    });
  });

  it('writes lists with commas, and none as nothing', async () => {
    const some = await loadText(LEAST, { LICENSE_SCALER_PUSH_REPEATS: '1s, 5s' });
    const none = await loadText(LEAST, { LICENSE_SCALER_PUSH_REPEATS: '' });
    expect(some.push.repeats).to.deep.equal([1_000, 5_000]);
    expect(none.push.repeats).to.deep.equal([]);
  });

  it('is named as the place of what is wrong in it', async () => {
    const env = {
      LICENSE_SCALER_PUSH_REPEATS: '1s,x',
      LICENSE_SCALER_REPLICAS_DEFAULT: '1e3',
      LICENSE_SCALER_LOG_LEVEL: '',
    };
    const problems = await problemsIn(LEAST, env);
    expect(problems).to.deep.equal([
      'LICENSE_SCALER_REPLICAS_DEFAULT: replicas.default is "1e3", allowed is a whole number from 1 to 2147483647',
      'LICENSE_SCALER_PUSH_REPEATS: push.repeats[1] is "x", allowed is a duration such as 500ms, 10s, 5m, 1h or 1d',
      'LICENSE_SCALER_LOG_LEVEL: log.level is empty, allowed is one of trace, debug, info, warn, error, fatal',
    ]);
  });

  it('does not hide that the section is something else in the file', async () => {
    const env = { LICENSE_SCALER_REPLICAS_DEFAULT: '5' };
    expect(await problemsIn(`${LEAST}replicas: 3`, env)).to.deep.equal([
      'config.yaml:2: replicas is a number, allowed is a mapping with the keys default',
    ]);
  });

  it('has a variable of its own for every scalar and list', () => {
    const given = SETTINGS.filter(({ kind }) => !['section', 'map', 'records'].includes(kind));
    const names = given.map(({ variable }) => variable);
    expect(given).to.have.length(40);
    expect(new Set(names).size).to.equal(names.length);
    expect(names).to.include.members([
      'LICENSE_SCALER_GRPC_LISTEN',
      'LICENSE_SCALER_LICENSE_SERVICE_MAX_CONCURRENCY',
      'LICENSE_SCALER_LICENSE_SERVICE_BEARER_TOKEN_FILE',
      'LICENSE_SCALER_PUSH_REPEATS',
    ]);
  });
});

describe('a variable that is not known', () => {
  for (const [name, nearest] of [
    ['LICENSE_SCALER_GRPC_LISTN', 'LICENSE_SCALER_GRPC_LISTEN'],
    ['LICENSE_SCALER_LICENSESERVICE_URL', 'LICENSE_SCALER_LICENSE_SERVICE_URL'],
    ['LICENSE_SCALER_LOGLEVEL', 'LICENSE_SCALER_LOG_LEVEL'],
    ['LICENSE_SCALER_LICENSE_SERVICE_HEADERS', 'LICENSE_SCALER_LICENSE_SERVICE_MODE'],
  ] as const) {
    it(`is refused: ${name}, the nearest is named`, async () => {
      expect(await problemsIn(LEAST, { [name]: 'x' })).to.deep.equal([
        `${name}: is no variable of license-scaler, the nearest is ${nearest}`,
      ]);
    });
  }

  it('is refused where it only looks as if Kubernetes had set it', async () => {
    const env = {
      LICENSE_SCALER_GRPC_PORT: '6000',
      LICENSE_SCALER_LICENSE_SERVICE_HOST: 'licenses',
    };
    expect(await problemsIn(LEAST, env)).to.have.length(2);
  });

  it('is passed over without our prefix', async () => {
    const env = { LICENSE_SCALERS: 'x', LICENSE_SCALER: 'x', PATH: '/bin', GRPC_LISTEN: 'x' };
    expect(await loadText(LEAST, env)).to.have.nested.property('grpc.listen.port', 6000);
  });

  it('is passed over where Kubernetes sets it for a Service called license-scaler', async () => {
    const env = {
      LICENSE_SCALER_SERVICE_HOST: '10.96.0.10',
      LICENSE_SCALER_SERVICE_PORT: '6000',
      LICENSE_SCALER_SERVICE_PORT_GRPC: '6000',
      LICENSE_SCALER_SERVICE_PORT_HTTP_METRICS: '8080',
      LICENSE_SCALER_PORT: 'tcp://10.96.0.10:6000',
      LICENSE_SCALER_PORT_6000_TCP: 'tcp://10.96.0.10:6000',
      LICENSE_SCALER_PORT_6000_TCP_PROTO: 'tcp',
      LICENSE_SCALER_PORT_6000_TCP_PORT: '6000',
      LICENSE_SCALER_PORT_6000_TCP_ADDR: '10.96.0.10',
    };
    for (const [name, value] of Object.entries(env)) {
      await loadText(LEAST, { [name]: value });
    }
    expect(await loadText(LEAST, env)).to.have.nested.property('grpc.listen.port', 6000);
  });

  it('is passed over where Kubernetes sets it for a Service whose name begins like ours', async () => {
    const env = {
      LICENSE_SCALER_LICENSE_SERVICE_HOST: '10.96.0.11',
      LICENSE_SCALER_LICENSE_SERVICE_PORT: '80',
      LICENSE_SCALER_LICENSE_SERVICE_PORT_HTTP: '80',
      LICENSE_SCALER_LICENSE_PORT: 'udp://10.96.0.11:80',
      LICENSE_SCALER_LICENSE_PORT_80_UDP_ADDR: '10.96.0.11',
    };
    expect(await loadText(LEAST, env)).to.have.nested.property('grpc.listen.port', 6000);
  });
});

describe('a variable that is yes or no', () => {
  it('is true or false', async () => {
    const env = { LICENSE_SCALER_HTTP_API: 'false' };
    const { http } = await loadText(LEAST, env);
    expect(http.api).to.equal(false);
  });

  it('is refused where it is anything else', async () => {
    expect(await problemsIn(LEAST, { LICENSE_SCALER_HTTP_API: 'no' })).to.deep.equal([
      'LICENSE_SCALER_HTTP_API: http.api is "no", allowed is true or false',
    ]);
  });
});

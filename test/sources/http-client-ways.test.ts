/** The ways on which a request goes: connections that age, are cut off or lead through a proxy. */
import { expect } from 'chai';
import { createServer, request as requestBy, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createHttpClient } from '../../src/sources/http/http-client.ts';
import { createAuthority } from '../helpers/certificates.ts';
import { createConfigMap } from '../helpers/config-map.ts';
import { NOBODY, OPTIONS, answering, bodyOf, reasonOf, withServer } from './http-client-stage.ts';

describe('createHttpClient, on its way', () => {
  it('makes new connections when the old ones have become old', async () => {
    const setting = { maxConnectionAge: 0, connections: 1 };
    await withServer(answering(200, 'x'), setting, async (server, client) => {
      for (let count = 1; count <= 3; count++) {
        await client.get('/', {}, NOBODY);
        expect(server.accepted()).to.equal(count);
      }
      await server.until(() => server.connections() === 1);
    });
  });

  it('lets a request under way end on a connection that has become old', async () => {
    const held: (() => void)[] = [];
    const answer: RequestListener = (request, response) => {
      if (request.url === '/slow') held.push(() => response.end('slow'));
      else response.end('quick');
    };
    await withServer(answer, { maxConnectionAge: 0 }, async (server, client) => {
      const slow = client.get('/slow', {}, NOBODY);
      await server.until(() => held.length === 1);
      expect(bodyOf(await client.get('/', {}, NOBODY))).to.equal('quick');
      held[0]?.();
      expect(bodyOf(await slow)).to.equal('slow');
      await server.until(() => server.connections() === 1);
    });
  });

  for (const how of ['reset', 'closed'] as const) {
    it(`asks once more where a connection that was idle is ${how}, and nobody hears of it`, async () => {
      await withServer(cuttingOff(how, 1), { connections: 1 }, async (server, client) => {
        for (let count = 0; count < 4; count++) {
          expect(bodyOf(await client.get('/', {}, NOBODY))).to.equal('x');
        }
        // Every second request on a connection is cut off.
        expect(server.requests).to.have.length(7);
        expect(server.accepted()).to.equal(4);
      });
    });
  }

  it('asks once more for each of many requests whose connections are all cut off', async () => {
    await withServer(cuttingOff('reset', 1), async (server, client) => {
      const paths = ['/a', '/b', '/c', '/d'];
      const ask = () => Promise.all(paths.map((path) => client.get(path, {}, NOBODY)));
      for (let count = 0; count < 3; count++) {
        expect((await ask()).map(bodyOf)).to.deep.equal(['x', 'x', 'x', 'x']);
      }
      expect(server.inFlight()).to.equal(0);
    });
  });

  it('does not ask once more where it never worked, nor in the middle of an answer', async () => {
    await withServer(cuttingOff('reset', 0), async (server, client) => {
      expect(reasonOf(await client.get('/', {}, NOBODY))).to.match(/ECONNRESET|closed/);
      expect(server.requests).to.have.length(1);
    });
    let isHalf = false;
    const half: RequestListener = (_, response) => {
      if (!isHalf) response.end('x');
      else {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('x', () => response.destroy());
      }
      isHalf = true;
    };
    await withServer(half, async (server, client) => {
      await client.get('/', {}, NOBODY);
      expect(reasonOf(await client.get('/', {}, NOBODY))).to.match(/closed|terminated/);
      expect(server.requests).to.have.length(2);
    });
  });

  it('says nothing on standard error with many requests in flight', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): number => warnings.push(warning.message);
    process.on('warning', note);
    const held: (() => void)[] = [];
    const answer: RequestListener = (_, response) => {
      held.push(() => response.end('x'));
    };
    await withServer(answer, { connections: 30 }, async (server, client) => {
      const asked = Array.from({ length: 30 }, () => client.get('/', {}, NOBODY_AT_ALL()));
      await server.until(() => held.length === 30);
      for (const end of held) end();
      await Promise.all(asked);
    });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).to.deep.equal([]);
  });

  describe('by way of a proxy', () => {
    it('has a request for http forwarded', async () => {
      await withProxy(async (proxy) => {
        await withServer(answering(200, 'x'), { proxy: proxy.url }, async (server, client) => {
          expect(bodyOf(await client.get('/licenses/a', {}, NOBODY))).to.equal('x');
          expect(proxy.seen).to.deep.equal([`GET ${server.url}/licenses/a`]);
          expect(server.requests[0]!.headers.host).to.equal(new URL(server.url).host);
        });
      });
    });

    it('reaches https through a tunnel, and checks the certificate of the server', async () => {
      const authority = createAuthority('here');
      const { cert, key } = authority.issue({ commonName: 'licenses', ip: ['127.0.0.1'] });
      const secret = await createConfigMap({ 'ca.crt': authority.cert });
      try {
        await withProxy(async (proxy) => {
          const setting = { tls: { cert, key }, proxy: proxy.url, caFile: secret.path('ca.crt') };
          await withServer(answering(200, 'x'), setting, async (server, client) => {
            expect(bodyOf(await client.get('/', {}, NOBODY))).to.equal('x');
            expect(proxy.seen).to.deep.equal([`CONNECT ${new URL(server.url).host}`]);
            const { caFile, ...untrusting } = setting;
            const other = createHttpClient({ ...OPTIONS, ...untrusting, url: server.url });
            expect(caFile).to.be.a('string');
            expect(reasonOf(await other.get('/', {}, NOBODY))).to.match(/certificate/);
            await other.close();
          });
        });
      } finally {
        await secret.remove();
      }
    });

    it('goes by the environment, shows its password to the proxy, and to nobody else', async () => {
      await withProxy(async (proxy) => {
        await withEnvironment(
          { HTTP_PROXY: proxy.url.replace('//', '//me:secret@'), NO_PROXY: '' },
          () =>
            withServer(answering(200, 'x'), async (server, client) => {
              expect(bodyOf(await client.get('/', {}, NOBODY))).to.equal('x');
              const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
              expect(proxy.authorizations).to.deep.equal([basic]);
              await proxy.close();
              const reason = reasonOf(await client.get('/', {}, NOBODY));
              expect(reason).to.match(/^by way of proxy http:\/\/127\.0\.0\.1:\d+: /);
              expect(reason).not.to.contain('secret');
              expect(server.requests).to.have.length(1);
            }),
        );
      });
    });

    for (const [how, setting, environment] of [
      ['by the configuration', { proxy: 'none' }, {}],
      ['by the environment', {}, { NO_PROXY: '127.0.0.1' }],
    ] as const) {
      it(`is not used where it is excluded ${how}`, async () => {
        await withProxy(async (proxy) => {
          await withEnvironment({ HTTP_PROXY: proxy.url, ...environment }, () =>
            withServer(answering(200, 'x'), setting, async (_, client) => {
              expect(bodyOf(await client.get('/', {}, NOBODY))).to.equal('x');
              expect(proxy.seen).to.deep.equal([]);
            }),
          );
        });
      });
    }

    it('tells of a proxy that wants to know who asks', async () => {
      await withProxy(async (proxy) => {
        proxy.refuse();
        await withServer(answering(200, 'x'), { proxy: proxy.url }, async (_, client) => {
          const exchange = await client.get('/', {}, NOBODY);
          const told = exchange.kind === 'answer' ? String(exchange.status) : exchange.reason;
          expect(told).to.match(/407/);
        });
      });
    });

    it('asks nothing where what is given is no proxy', async () => {
      await withEnvironment({ HTTP_PROXY: 'socks5://me:secret@p:1' }, () =>
        withServer(answering(200, 'x'), async (server, client) => {
          const reason = reasonOf(await client.get('/', {}, NOBODY));
          expect(reason).to.match(/^HTTP_PROXY is a text that is not shown/);
          expect(server.requests).to.have.length(0);
        }),
      );
    });
  });
});

/** A signal of its own for each request: one that many listen to is the caller's matter. */
function NOBODY_AT_ALL(): AbortSignal {
  return new AbortController().signal;
}

/** Answers so many requests of each connection, and cuts it off at the next one. */
function cuttingOff(how: 'reset' | 'closed', answered: number): RequestListener {
  const counts = new WeakMap<Socket, number>();
  return ({ socket }, response) => {
    const count = counts.get(socket) ?? 0;
    counts.set(socket, count + 1);
    if (count < answered) response.end('x');
    else if (how === 'reset') socket.resetAndDestroy();
    else socket.destroy();
  };
}

interface TestProxy {
  readonly url: string;
  /** What it was asked for, in order. */
  readonly seen: string[];
  readonly authorizations: (string | undefined)[];
  refuse(): void;
  close(): Promise<void>;
}

async function withProxy(play: (proxy: TestProxy) => Promise<void>): Promise<void> {
  const seen: string[] = [];
  const authorizations: (string | undefined)[] = [];
  let isRefusing = false;
  const server = createServer(({ method, url = '', headers }, response) => {
    seen.push(`${method ?? ''} ${url}`);
    const { 'proxy-authorization': authorization, ...others } = headers;
    authorizations.push(authorization);
    if (isRefusing) response.writeHead(407).end();
    else {
      requestBy(url, { headers: others }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }).end();
    }
  });
  server.on('connect', ({ url = '' }, socket: Socket) => {
    seen.push(`CONNECT ${url}`);
    const [host, port] = url.split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const each of [upstream, socket]) each.on('error', () => each.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  const refuse = (): void => {
    isRefusing = true;
  };
  try {
    await play({ url: `http://127.0.0.1:${port}`, seen, authorizations, refuse, close });
  } finally {
    await close();
  }
}

async function withEnvironment(
  values: Readonly<Record<string, string>>,
  play: () => Promise<void>,
): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, values);
  try {
    await play();
  } finally {
    for (const name of Object.keys(values)) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  }
}

import { expect } from 'chai';
import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createHttpClient } from '../../src/sources/http/http-client.ts';
import { createConfigMap, type ConfigMap } from '../helpers/config-map.ts';
import { startHttpServer } from '../helpers/http-server.ts';
import { NOBODY, OPTIONS, answering, bodyOf, reasonOf, withServer } from './http-client-stage.ts';

describe('createHttpClient', () => {
  it('gives the answer as it came', async () => {
    await withServer(answering(200, '{"id":"a"}', { etag: '"1"' }), async (server, client) => {
      const exchange = await client.get('/licenses/a', { 'if-none-match': '"0"' }, NOBODY);
      expect(exchange).to.include({ kind: 'answer', status: 200, redirectedTo: undefined });
      expect(bodyOf(exchange)).to.equal('{"id":"a"}');
      expect(exchange.kind === 'answer' && exchange.headers.etag).to.equal('"1"');
      expect(server.requests[0]).to.include({ url: '/licenses/a', method: 'GET' });
      expect(server.requests[0]!.headers).to.include({
        'accept-encoding': 'gzip',
        'if-none-match': '"0"',
      });
      expect(server.requests[0]!.headers).not.to.have.property('authorization');
    });
  });

  it('opens nothing before the first request', async () => {
    await withServer(answering(200, 'x'), (server) => {
      expect(server.accepted()).to.equal(0);
      return Promise.resolve();
    });
  });

  it('puts what stands before every path first', async () => {
    const options = { suffix: '/api/v1/' };
    await withServer(answering(200, 'x'), options, async (server, client) => {
      await client.get('/licenses/a', {}, NOBODY);
      expect(server.requests[0]!.url).to.equal('/api/v1/licenses/a');
    });
  });

  it('sends the headers of the operator, but not in the place of its own', async () => {
    const headers = { 'X-Team': 'scaling', 'User-Agent': 'us', 'Accept-Encoding': 'br' };
    await withServer(answering(200, 'x'), { headers }, async (server, client) => {
      await client.get('/', {}, NOBODY);
      expect(server.requests[0]!.headers).to.include({
        'x-team': 'scaling',
        'user-agent': 'us',
        'accept-encoding': 'gzip',
      });
    });
  });

  it('keeps its connection for the next request', async () => {
    const answer = answering(503, 'x'.repeat(5000));
    await withServer(answer, { connections: 1 }, async (server, client) => {
      for (let count = 0; count < 5; count++) await client.get('/', {}, NOBODY);
      expect(server.requests).to.have.length(5);
      expect(server.accepted()).to.equal(1);
    });
  });

  it('unzips', async () => {
    const zipped = gzipSync('{"id":"a"}');
    const answer = answering(200, zipped, { 'content-encoding': 'gzip' });
    await withServer(answer, async (_, client) => {
      expect(bodyOf(await client.get('/', {}, NOBODY))).to.equal('{"id":"a"}');
    });
  });

  it('leaves nothing open when it is closed, whatever is under way', async () => {
    const never: RequestListener = () => undefined;
    await withServer(never, async (server, client) => {
      const asked = ['/a', '/b', '/c'].map((path) => client.get(path, {}, NOBODY));
      await server.until(() => server.inFlight() === 3);
      await client.close();
      for (const exchange of await Promise.all(asked)) expect(exchange.kind).to.equal('none');
      await server.until(() => server.connections() === 0);
      expect(reasonOf(await client.get('/', {}, NOBODY))).to.match(/closed|destroyed/);
    });
  });

  it('opens nothing any more when it was closed in the meantime', async () => {
    await withServer(answering(200, 'x'), async (server, client) => {
      const asked = client.get('/', {}, NOBODY);
      await client.close();
      expect(reasonOf(await asked)).to.match(/closed|destroyed/);
      expect(server.accepted()).to.equal(0);
    });
  });

  it('drops a request that is not waited for any more', async () => {
    const never: RequestListener = () => undefined;
    await withServer(never, async (server, client) => {
      const controller = new AbortController();
      const asked = client.get('/', {}, controller.signal);
      await server.until(() => server.inFlight() === 1);
      controller.abort();
      expect((await asked).kind).to.equal('none');
      await server.until(() => server.connections() === 0);
    });
  });

  describe('in trouble', () => {
    it('tells of a connection that is refused', async () => {
      const server = await startHttpServer(answering(200, 'x'));
      await server.close();
      const client = createHttpClient({ ...OPTIONS, url: server.url });
      const reason = reasonOf(await client.get('/', {}, NOBODY));
      expect(reason).to.equal(`connect ECONNREFUSED 127.0.0.1:${server.port}`);
      await client.close();
    });

    it('tells of every address of a host that refused', async () => {
      const server = await startHttpServer(answering(200, 'x'));
      await server.close();
      const client = createHttpClient({ ...OPTIONS, url: `http://localhost:${server.port}` });
      const reason = reasonOf(await client.get('/', {}, NOBODY));
      expect(reason).to.match(/^(connect ECONNREFUSED \S+( and |$))+/);
      await client.close();
    });

    it('does not wait longer than the time-out for an answer', async () => {
      const never: RequestListener = () => undefined;
      await withServer(never, { timeout: 30 }, async (server, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal('no answer within 0.03 s');
        await server.until(() => server.connections() === 0);
      });
    });

    it('does not wait longer than the time-out for the end of the answer', async () => {
      const slow: RequestListener = (_, response) => {
        response.write('{"tenants":[');
      };
      await withServer(slow, { timeout: 30 }, async (server, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal('no answer within 0.03 s');
        await server.until(() => server.connections() === 0);
      });
    });

    it('does not wait longer than the time-out for the end of a zip', async () => {
      const slow: RequestListener = (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.write(gzipSync('x'.repeat(1000)).subarray(0, 20));
      };
      await withServer(slow, { timeout: 30 }, async (server, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal('no answer within 0.03 s');
        await server.until(() => server.connections() === 0);
      });
    });

    it('does not wait longer than the time-out for what it does not read', async () => {
      const slow: RequestListener = (_, response) => {
        response.writeHead(503).write('<html>');
      };
      await withServer(slow, { timeout: 30 }, async (server, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal('no answer within 0.03 s');
        await server.until(() => server.connections() === 0);
      });
    });

    it('tells of an answer that breaks off', async () => {
      const cut: RequestListener = (_, response) => {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('[', () => response.destroy());
      };
      await withServer(cut, async (_, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.match(/closed|terminated/);
      });
    });

    it('tells of an answer that is not HTTP', async () => {
      const garbage: RequestListener = (_, response) => {
        response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n');
      };
      await withServer(garbage, async (_, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.match(/HTTP/);
      });
    });

    it('tells of a broken zip', async () => {
      const broken = answering(200, gzipSync('x'.repeat(1000)).subarray(0, 20), {
        'content-encoding': 'gzip',
      });
      await withServer(broken, async (_, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal('unexpected end of file');
      });
    });

    it('tells of a body that is not zipped although it is said to be', async () => {
      const plain = answering(200, '{"id":"a"}', { 'content-encoding': 'gzip' });
      await withServer(plain, async (_, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal(
          'answer says that it is gzip, and it is not',
        );
      });
    });

    for (const words of [
      'Client sent an HTTP request to an HTTPS server.',
      '<html>400 The plain HTTP request was sent to HTTPS port</html>',
      "Reason: You're speaking plain HTTP to an SSL-enabled server port.",
    ]) {
      it(`tells of a port that speaks TLS, which says "${words}"`, async () => {
        await withServer(answering(400, words), async (_, client) => {
          expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal(
            'the port speaks TLS: licenseService.url has to begin with https://',
          );
        });
      });
    }

    it('gives a 400 about anything else as it is', async () => {
      await withServer(answering(400, 'no such id'), async (_, client) => {
        expect(await client.get('/', {}, NOBODY)).to.include({ kind: 'answer', status: 400 });
      });
    });

    it('tells of an encoding that it did not ask for', async () => {
      await withServer(answering(200, 'x', { 'content-encoding': 'br' }), async (_, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal(
          'answer has a content-encoding that was not asked for, allowed is gzip',
        );
      });
    });

    it('takes an answer of exactly the allowed size and none above it', async () => {
      const answer: RequestListener = ({ url = '' }, response) => {
        response.end('x'.repeat(Number(url.slice(1))));
      };
      await withServer(answer, { maxBytes: 2048 }, async (_, client) => {
        expect(bodyOf(await client.get('/2048', {}, NOBODY))).to.have.length(2048);
        const reason = reasonOf(await client.get('/2049', {}, NOBODY));
        expect(reason).to.equal('answer larger than 2 KiB');
      });
    });

    it('drops an answer that does not end', async () => {
      await withServer(endlessly(200), { maxBytes: 1_048_576 }, async (server, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal('answer larger than 1 MiB');
        await server.until(() => server.connections() === 0);
      });
    });

    it('does not unfold a zip that is larger than allowed', async () => {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
      const before = process.memoryUsage().external;
      const options = { maxBytes: 1_048_576 };
      await withServer(
        answering(200, bomb, { 'content-encoding': 'gzip' }),
        options,
        async (_, client) => {
          const reason = reasonOf(await client.get('/', {}, NOBODY));
          expect(reason).to.equal('answer larger than 1 MiB');
          expect(process.memoryUsage().external - before).to.be.lessThan(32 * 1024 * 1024);
        },
      );
    });

    it('drops a page that nobody reads', async () => {
      await withServer(endlessly(502), async (server, client) => {
        expect(await client.get('/', {}, NOBODY)).to.include({ kind: 'answer', status: 502 });
        await server.until(() => server.connections() === 0);
      });
    });

    it('does not take a page for an answer about a tenant', async () => {
      await withServer(endlessly(404), async (server, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal('answer larger than 64 KiB');
        await server.until(() => server.connections() === 0);
      });
    });

    it('tells of headers that can not be sent, without their value', async () => {
      const headers = { 'x-key': 'secret\nvalue' };
      await withServer(answering(200, 'x'), { headers }, async (_, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal('invalid x-key header');
      });
    });
  });

  describe('redirected', () => {
    it('follows within the same origin', async () => {
      const answer: RequestListener = ({ url }, response) => {
        if (url === '/a') response.writeHead(302, { location: '/b?c=1' }).end('moved');
        else response.end('here');
      };
      await withServer(answer, async (server, client) => {
        const exchange = await client.get('/a', {}, NOBODY);
        expect(bodyOf(exchange)).to.equal('here');
        expect(exchange).to.include({ redirectedTo: '/b?c=1' });
        expect(server.requests).to.have.length(2);
      });
    });

    it('follows three times and no more', async () => {
      const answer: RequestListener = ({ url = '' }, response) => {
        const left = Number(url.slice(1));
        if (left === 0) response.end('here');
        else response.writeHead(307, { location: `/${left - 1}` }).end();
      };
      await withServer(answer, async (server, client) => {
        expect(bodyOf(await client.get('/3', {}, NOBODY))).to.equal('here');
        const reason = reasonOf(await client.get('/4', {}, NOBODY));
        expect(reason).to.equal('redirected more than 3 times');
        expect(server.requests).to.have.length(8);
      });
    });

    it('goes to no other host, and names it', async () => {
      await withServer(answering(200, 'x'), async (other) => {
        const away = answering(301, '', { location: `${other.url}/licenses?token=secret` });
        await withServer(away, async (_, client) => {
          const reason = reasonOf(await client.get('/', {}, NOBODY));
          expect(reason).to.equal(
            `redirected to ${other.url}, which is another host: if the license service is there, give its address as licenseService.url`,
          );
          expect(other.requests).to.have.length(0);
        });
      });
    });

    it('advises to go where the same path is', async () => {
      const moved = answering(301, '', { location: 'http://new.example/licenses/a?x=secret' });
      await withServer(moved, async (_, client) => {
        expect(reasonOf(await client.get('/licenses/a', {}, NOBODY))).to.equal(
          'redirected to http://new.example, which is another host: set licenseService.url to it',
        );
      });
    });

    for (const location of [
      'https://login.example.com/?next=%2Flicenses',
      'https://example.com/login',
      'https://example.com/users/sign_in',
      'https://example.com/oauth2/authorize?client_id=x&redirect_uri=y',
      'https://sso.example.com/',
      'https://example.com/saml/acs',
      'https://keycloak.example.com/realms/a/protocol/openid-connect/auth?response_type=code',
      'https://accounts.example.com/',
      'https://example.com/cas/start?service=x',
      'https://example.com/welcome?returnUrl=%2F',
      'https://auth.example.com/',
      'https://example.com/start?RelayState=abc',
    ]) {
      it(`does not advise to go to ${location}`, async () => {
        await withServer(answering(302, '', { location }), async (_, client) => {
          const reason = reasonOf(await client.get('/licenses/a', {}, NOBODY));
          expect(reason).to.match(/which is another host: that is where people log in, .*bearerT/);
        });
      });
    }

    it('takes a page for people that it was led to for no answer', async () => {
      const answer: RequestListener = ({ url }, response) => {
        if (url === '/login?next=secret') {
          response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>');
        } else response.writeHead(302, { location: '/login?next=secret' }).end();
      };
      await withServer(answer, async (_, client) => {
        const reason = reasonOf(await client.get('/licenses/a', {}, NOBODY));
        expect(reason).to.match(/^redirected to a page for people, \/login: .*bearerTokenFile$/);
      });
    });

    it('changes no scheme', async () => {
      const away: RequestListener = ({ headers: { host } }, response) => {
        response.writeHead(308, { location: `https://${host ?? ''}/` }).end();
      };
      await withServer(away, async (_, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.match(/which is another scheme/);
      });
    });

    it('tells of an address that is none', async () => {
      await withServer(answering(302, '', { location: 'http://[' }), async (_, client) => {
        const reason = reasonOf(await client.get('/', {}, NOBODY));
        expect(reason).to.equal('redirected to an address that is no URL');
      });
    });

    it('gives a redirect to nowhere as it is', async () => {
      await withServer(answering(302, ''), async (_, client) => {
        expect(await client.get('/', {}, NOBODY)).to.include({ kind: 'answer', status: 302 });
      });
    });
  });

  describe('with a token', () => {
    it('sends it, and the next one when the file was replaced', async () => {
      await withToken('first\n', async (secret, bearerTokenFile) => {
        await withServer(answering(200, 'x'), { bearerTokenFile }, async (server, client) => {
          await client.get('/', {}, NOBODY);
          await client.get('/', {}, NOBODY);
          await secret.swap({ token: 'other\n' });
          await client.get('/', {}, NOBODY);
          expect(server.requests.map(({ headers }) => headers.authorization)).to.deep.equal([
            'Bearer first',
            'Bearer first',
            'Bearer other',
          ]);
        });
      });
    });

    for (const [what, content, problem] of [
      ['empty', ' \n', /^licenseService\.bearerTokenFile \S+token is empty$/],
      ['no token', 'secret secret', /holds more than a token/],
      ['several lines', 'secret\nsecret', /holds more than a token/],
    ] as const) {
      it(`asks nothing where the file is ${what}`, async () => {
        await withToken(content, async (_, bearerTokenFile) => {
          await withServer(answering(200, 'x'), { bearerTokenFile }, async (server, client) => {
            const reason = reasonOf(await client.get('/', {}, NOBODY));
            expect(reason).to.match(problem);
            expect(reason).not.to.contain('secret');
            expect(server.requests).to.have.length(0);
          });
        });
      });
    }

    it('asks nothing where the file is missing, and goes on when it appears', async () => {
      await withToken('x', async (secret, bearerTokenFile) => {
        await secret.swap({});
        await withServer(answering(200, 'x'), { bearerTokenFile }, async (server, client) => {
          expect(reasonOf(await client.get('/', {}, NOBODY))).to.equal(
            `licenseService.bearerTokenFile ${bearerTokenFile} can't be read: ENOENT: no such file or directory`,
          );
          expect(server.requests).to.have.length(0);
          await secret.swap({ token: 'secret' });
          expect(bodyOf(await client.get('/', {}, NOBODY))).to.equal('x');
        });
      });
    });

    it('keeps it to itself where the answer leads to another host', async () => {
      await withToken('secret', async (_, bearerTokenFile) => {
        await withServer(answering(200, 'x'), async (other) => {
          const away = answering(302, '', { location: other.url });
          await withServer(away, { bearerTokenFile }, async (server, client) => {
            expect(reasonOf(await client.get('/', {}, NOBODY))).to.match(/which is another host/);
            expect(server.requests[0]!.headers.authorization).to.equal('Bearer secret');
            expect(other.requests).to.have.length(0);
          });
        });
      });
    });
  });
});

/** Answers for as long as somebody reads. */
function endlessly(status: number): RequestListener {
  return (_, response) => {
    response.writeHead(status);
    const more = (): void => {
      while (response.write('x'.repeat(10_000)));
      response.once('drain', more);
    };
    more();
  };
}

async function withToken(
  token: string,
  play: (secret: ConfigMap, path: string) => Promise<void>,
): Promise<void> {
  const secret = await createConfigMap({ token });
  try {
    await play(secret, secret.path('token'));
  } finally {
    await secret.remove();
  }
}

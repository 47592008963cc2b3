import { expect } from 'chai';
import type { RequestListener } from 'node:http';
import { TLSSocket } from 'node:tls';
import { createHttpClient, type HttpClient } from '../../src/sources/http/http-client.ts';
import { createAuthority, type Issued } from '../helpers/certificates.ts';
import { createConfigMap, type ConfigMap, type Keys } from '../helpers/config-map.ts';
import { NOBODY, OPTIONS, answering, bodyOf, reasonOf, withServer } from './http-client-stage.ts';

const authority = createAuthority('here');
const { cert, key } = authority.issue({ commonName: 'licenses', ip: ['127.0.0.1'] });
const mutual = { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: true };

describe('createHttpClient over TLS', () => {
  it('trusts the given authority and no other', async () => {
    await withServer(answering(200, 'x'), { tls: { cert, key } }, async (server, client) => {
      expect(reasonOf(await client.get('/', {}, NOBODY))).to.match(/certificate/);
      for (const [name, outcome] of [
        ['here', /^x$/],
        ['there', /certificate/],
      ] as const) {
        const ca = name === 'here' ? authority.cert : createAuthority('there').cert;
        await withSecret({ 'ca.crt': ca }, async (secret) => {
          const options = { ...OPTIONS, url: server.url, caFile: secret.path('ca.crt') };
          const other = createHttpClient(options);
          expect(bodyOf(await other.get('/', {}, NOBODY))).to.match(outcome);
          await other.close();
        });
      }
    });
  });

  it('shows its certificate where one is demanded', async () => {
    await withSecret(keysOf(clientOf('scaler')), async (secret) => {
      const setting = { tls: mutual, ...pathsIn(secret) };
      await withServer(answering(200, 'x'), setting, async (server, client) => {
        expect(bodyOf(await client.get('/', {}, NOBODY))).to.equal('x');
        const { caFile } = pathsIn(secret);
        const without = createHttpClient({ ...OPTIONS, url: server.url, caFile });
        expect(reasonOf(await without.get('/', {}, NOBODY))).to.match(
          /\(it may want a client certificate: licenseService\.certFile and keyFile\)$/,
        );
        await without.close();
      });
    });
  });

  it('tells of a certificate that is refused', async () => {
    const stranger = createAuthority('stranger').issue({ commonName: 'x', client: true });
    const keys = { ...keysOf(stranger), 'ca.crt': authority.cert };
    await withSecret(keys, async (secret) => {
      await withServer(
        answering(200, 'x'),
        { tls: mutual, ...pathsIn(secret) },
        async (_, client) => {
          expect(reasonOf(await client.get('/', {}, NOBODY))).to.match(
            /\(it may refuse the certificate of licenseService\.certFile\)$/,
          );
        },
      );
    });
  });

  it('tells of a port that speaks TLS, and of one that does not', async () => {
    await withServer(answering(200, 'x'), { tls: { cert, key } }, async (server) => {
      const url = server.url.replace('https:', 'http:');
      const plain = createHttpClient({ ...OPTIONS, url });
      expect(reasonOf(await plain.get('/', {}, NOBODY))).to.match(/begin with https:\/\/\)$/);
      await plain.close();
    });
    await withServer(answering(200, 'x'), async (server) => {
      const encrypted = createHttpClient({
        ...OPTIONS,
        url: server.url.replace('http:', 'https:'),
      });
      expect(reasonOf(await encrypted.get('/', {}, NOBODY))).to.match(/begin with http:\/\/\)$/);
      await encrypted.close();
    });
  });

  it('makes new connections with new files', async () => {
    await withSecret(keysOf(clientOf('first')), async (secret) => {
      const setting = { tls: mutual, ...pathsIn(secret), connections: 1 };
      await withServer(namingThePeer, setting, async (server, client) => {
        const names = [await askWith(client), await askWith(client)];
        await secret.swap(keysOf(clientOf('second')));
        names.push(await askWith(client), await askWith(client));
        expect(names).to.deep.equal(['first', 'first', 'second', 'second']);
        await server.until(() => server.connections() === 1);
        expect(server.accepted()).to.equal(2);
      });
    });
  });

  it('lets a request under way end on the connection that it began on', async () => {
    const held: (() => void)[] = [];
    const answer: RequestListener = (request, response) => {
      if (request.url === '/slow')
        held.push(() => {
          namingThePeer(request, response);
        });
      else namingThePeer(request, response);
    };
    await withSecret(keysOf(clientOf('first')), async (secret) => {
      const setting = { tls: mutual, ...pathsIn(secret) };
      await withServer(answer, setting, async (server, client) => {
        const slow = client.get('/slow', {}, NOBODY);
        await server.until(() => held.length === 1);
        await secret.swap(keysOf(clientOf('second')));
        expect(await askWith(client)).to.equal('second');
        for (const answerNow of held) answerNow();
        expect(bodyOf(await slow)).to.equal('first');
        await server.until(() => server.connections() === 1);
      });
    });
  });

  it('leaves nothing open when it is closed while an old connection is still in use', async () => {
    const answer: RequestListener = (request, response) => {
      if (request.url !== '/slow') namingThePeer(request, response);
    };
    await withSecret(keysOf(clientOf('first')), async (secret) => {
      const setting = { tls: mutual, ...pathsIn(secret) };
      await withServer(answer, setting, async (server, client) => {
        const slow = client.get('/slow', {}, NOBODY);
        await server.until(() => server.inFlight() === 1);
        await secret.swap(keysOf(clientOf('second')));
        expect(await askWith(client)).to.equal('second');
        await client.close();
        expect((await slow).kind).to.equal('none');
        await server.until(() => server.connections() === 0);
      });
    });
  });

  it('keeps the old files in use while the new ones are broken, and says so once', async () => {
    const first = keysOf(clientOf('first'));
    const problems: string[] = [];
    const onProblem = (problem: string): number => problems.push(problem);
    await withSecret(first, async (secret) => {
      const setting = { tls: mutual, ...pathsIn(secret), onProblem };
      await withServer(namingThePeer, setting, async (_, client) => {
        for (const broken of [
          first,
          { ...first, 'tls.key': clientOf('second').key },
          { ...first, 'ca.crt': 'nonsense' },
          { 'tls.crt': first['tls.crt']!, 'tls.key': first['tls.key']! },
        ]) {
          await secret.swap(broken);
          expect(await askWith(client)).to.equal('first');
          expect(await askWith(client)).to.equal('first');
        }
        expect(problems.map((problem) => problem.replace(/\/\S+/, 'FILE'))).to.deep.equal([
          "licenseService.certFile FILE and keyFile can't be used together: TLS: key values mismatch",
          'licenseService.caFile FILE holds no certificate: TLS: no start line',
          "licenseService.caFile FILE can't be read: ENOENT: no such file or directory",
        ]);
        await secret.swap(keysOf(clientOf('third')));
        expect(await askWith(client)).to.equal('third');
        expect(problems).to.have.length(3);
      });
    });
  });

  it('asks nothing while its files were never good', async () => {
    await withSecret({ 'ca.crt': 'nonsense' }, async (secret) => {
      const setting = { tls: { cert, key }, caFile: secret.path('ca.crt') };
      await withServer(answering(200, 'x'), setting, async (server, client) => {
        expect(reasonOf(await client.get('/', {}, NOBODY))).to.match(/caFile \S+ holds no certif/);
        expect(server.connections()).to.equal(0);
        await secret.swap({ 'ca.crt': authority.cert });
        expect(bodyOf(await client.get('/', {}, NOBODY))).to.equal('x');
      });
    });
  });

  it('makes one pool of connections for requests that begin together', async () => {
    await withSecret(keysOf(clientOf('scaler')), async (secret) => {
      const setting = { tls: mutual, ...pathsIn(secret), connections: 1 };
      await withServer(answering(200, 'x'), setting, async (server, client) => {
        await Promise.all(['/a', '/b', '/c'].map((path) => client.get(path, {}, NOBODY)));
        expect(server.accepted()).to.equal(1);
      });
    });
  });
});

function clientOf(commonName: string): Issued {
  return authority.issue({ commonName, client: true });
}

function keysOf(issued: Issued): Keys {
  return { 'ca.crt': issued.ca, 'tls.crt': issued.cert, 'tls.key': issued.key };
}

function pathsIn(secret: ConfigMap) {
  return {
    caFile: secret.path('ca.crt'),
    certFile: secret.path('tls.crt'),
    keyFile: secret.path('tls.key'),
  };
}

/** Answers with the name in the client's certificate. */
function namingThePeer(...[{ socket }, response]: Parameters<RequestListener>): void {
  response.end(socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : 'nobody');
}

async function askWith(client: HttpClient): Promise<string> {
  return bodyOf(await client.get('/', {}, NOBODY));
}

async function withSecret(keys: Keys, play: (secret: ConfigMap) => Promise<void>): Promise<void> {
  const secret = await createConfigMap(keys);
  try {
    await play(secret);
  } finally {
    await secret.remove();
  }
}

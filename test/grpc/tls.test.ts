import { credentials, status, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { expect } from 'chai';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { ReplaySubject, filter, firstValueFrom, tap, timeout, toArray } from 'rxjs';
import {
  HealthCheckResponse_ServingStatus as ServingStatus,
  HealthClient,
  type HealthCheckResponse,
} from '../../generated/grpc/health/v1/health.ts';
import { OperatorError } from '../../src/core/operator-error.ts';
import { formatInstant } from '../../src/core/time.ts';
import type { FileReading } from '../../src/files/read-file.ts';
import { watchFile } from '../../src/files/watch-file.ts';
import { addHealth, type Health } from '../../src/grpc/health.ts';
import {
  createServerCredentials,
  type ServerTlsOptions,
  type TlsReload,
} from '../../src/grpc/tls.ts';
import { parseTlsMaterial, type TlsFiles } from '../../src/grpc/tls-material.ts';
import { createAuthority, type Authority, type Issued } from '../helpers/certificates.ts';
import { createConfigMap, type ConfigMap } from '../helpers/config-map.ts';
import { serving } from '../helpers/serve.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

const SERVER = { commonName: 'license-scaler' };
const KEDA = { commonName: 'keda-operator', client: true };
/** A connection of its own for each client, to an address that stands for the name in the certificate. */
const CLIENT_OPTIONS = {
  'grpc.use_local_subchannel_pool': 1,
  'grpc.ssl_target_name_override': 'localhost',
};
const OUTDATED: ConnectionOptions = {
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1.1',
  ciphers: 'DEFAULT@SECLEVEL=0',
};

const YESTERDAY = { notAfter: new Date(Math.floor(Date.now() / 1000) * 1000 - 86_400_000) };

/** What a Secret of cert-manager holds. */
function secret({ cert, key, ca }: Issued): Record<string, string> {
  return { 'tls.crt': cert, 'tls.key': key, 'ca.crt': ca };
}

interface Running {
  readonly address: string;
  readonly health: Health;
  /** Waits for the first report of the kind. */
  readonly reported: (
    predicate: (reload: TlsReload, index: number) => boolean,
  ) => Promise<TlsReload>;
  /** What was reported until now. */
  readonly kinds: () => string[];
}

type Options = ServerTlsOptions;

/** Serves gRPC health by the files. */
async function withFiles(
  files: TlsFiles,
  options: Options,
  body: (running: Running) => Promise<void>,
): Promise<void> {
  const tls = await createServerCredentials(files, options);
  const reports: TlsReload[] = [];
  const reload$ = new ReplaySubject<TlsReload>(Infinity);
  const run = async (address: string, health: Health): Promise<void> => {
    const watching = tls.reloads$.pipe(tap((reload) => reports.push(reload))).subscribe(reload$);
    try {
      await body({
        address,
        health,
        reported: (predicate) =>
          firstValueFrom(reload$.pipe(filter(predicate), timeout({ first: PATIENCE_MS }))),
        kinds: () => reports.map(({ kind }) => kind),
      });
    } finally {
      watching.unsubscribe();
    }
  };
  await serving(addHealth, run, tls.credentials);
}

/** The same by the files of a mounted Secret, which the body may swap. */
async function withTls(
  keys: Record<string, string>,
  { mutual, ...options }: Options & { readonly mutual: boolean },
  body: (running: Running, mount: ConfigMap) => Promise<void>,
): Promise<void> {
  const mount = await createConfigMap(keys);
  try {
    await withFiles(filesIn(mount.directory, mutual), options, (running) => body(running, mount));
  } finally {
    await mount.remove();
  }
}

function filesIn(directory: string, mutual: boolean): TlsFiles {
  return {
    certFile: join(directory, 'tls.crt'),
    keyFile: join(directory, 'tls.key'),
    clientCaFile: mutual ? join(directory, 'ca.crt') : undefined,
  };
}

/** One call on a connection of its own: its status code. */
async function call(address: string, channel: ChannelCredentials): Promise<status> {
  const client = new HealthClient(address, channel, CLIENT_OPTIONS);
  try {
    return await new Promise((resolve) => {
      client.check({ service: '' }, (error: ServiceError | null) => {
        resolve(error?.code ?? status.OK);
      });
    });
  } finally {
    client.close();
  }
}

function channel(ca: string, client?: Issued): ChannelCredentials {
  if (client === undefined) return credentials.createSsl(Buffer.from(ca));
  const { cert, key } = client;
  return credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert));
}

/** A bare TLS connection, to look at what was agreed on. */
async function handshake(address: string, options: ConnectionOptions): Promise<TLSSocket> {
  const [host = '', port] = address.split(':');
  const socket = connect({ host, port: Number(port), servername: 'localhost', ...options });
  await once(socket, 'secureConnect');
  return socket;
}

async function certificateShown(address: string, ca: string): Promise<string> {
  const socket = await handshake(address, { ca });
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

function fingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

function isLoadedWith(pem: string): (reload: TlsReload) => boolean {
  const wanted = fingerprint(pem).replaceAll(':', '').toLowerCase();
  return (reload) =>
    reload.kind === 'loaded' && reload.certificates.some((each) => each.fingerprint === wanted);
}

/** Resolves when whoever watches the file can have seen this content. */
async function contentOf(path: string, content: string): Promise<void> {
  const isThere = (reading: FileReading): boolean =>
    reading.kind === 'content' && reading.bytes.toString() === content;
  await firstValueFrom(watchFile(path).pipe(filter(isThere)));
}

const isBroken = (reload: TlsReload): boolean => reload.kind === 'broken';

describe('createServerCredentials', () => {
  it('serves in plaintext where no files are configured, and has nothing to reload', async () => {
    const tls = await createServerCredentials(undefined);
    expect(await firstValueFrom(tls.reloads$.pipe(toArray()))).to.deep.equal([]);
    await serving(
      addHealth,
      async (address) => {
        expect(await call(address, credentials.createInsecure())).to.equal(status.OK);
      },
      tls.credentials,
    );
  });

  it('serves clients that trust its authority, and no others', async () => {
    const authority = createAuthority('cluster');
    await withTls(secret(authority.issue(SERVER)), { mutual: false }, async ({ address }) => {
      const { cert: other } = createAuthority('cluster');
      expect(await call(address, channel(authority.cert))).to.equal(status.OK);
      expect(await call(address, channel(other))).to.equal(status.UNAVAILABLE);
      expect(await call(address, credentials.createInsecure())).to.equal(status.UNAVAILABLE);
    });
  });

  it('agrees on HTTP/2 by ALPN and on TLS 1.3, and on nothing older than TLS 1.2', async () => {
    const authority = createAuthority('cluster');
    await withTls(secret(authority.issue(SERVER)), { mutual: false }, async ({ address }) => {
      const socket = await handshake(address, {
        ca: authority.cert,
        ALPNProtocols: ['h2', 'http/1.1'],
      });
      expect([socket.alpnProtocol, socket.getProtocol()]).to.deep.equal(['h2', 'TLSv1.3']);
      socket.destroy();
      const old = await handshake(address, { ca: authority.cert, ...OUTDATED }).catch(
        (error: unknown) => error,
      );
      expect(old).to.have.property('code', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    });
  });

  it('demands a client certificate of the configured authority where there is one', async () => {
    const authority = createAuthority('cluster');
    await withTls(secret(authority.issue(SERVER)), { mutual: true }, async ({ address }) => {
      const { cert: ca } = authority;
      const answers = await Promise.all([
        call(address, channel(ca, authority.issue(KEDA))),
        call(address, channel(ca)),
        call(address, channel(ca, createAuthority('cluster').issue(KEDA))),
        call(address, channel(ca, authority.issue({ ...KEDA, notAfter: new Date(0) }))),
        call(address, channel(ca, authority.issue(SERVER))),
      ]);
      const [right, missing, foreign, expired, notForClients] = answers;
      expect(right).to.equal(status.OK);
      expect([missing, foreign, expired, notForClients]).to.deep.equal([
        ...[status.UNAVAILABLE, status.UNAVAILABLE, status.UNAVAILABLE, status.UNAVAILABLE],
      ]);
    });
  });

  it('reports first what it serves with: every certificate, by file, and when it ends', async () => {
    const authority = createAuthority('cluster');
    const notAfter = new Date('2049-01-31T00:00:00Z');
    const issued = authority.issue({ ...SERVER, notAfter });
    await withTls(secret(issued), { mutual: true }, async ({ reported }) => {
      const first = await reported(() => true);
      if (first.kind !== 'loaded') expect.fail(first.reason);
      const [server, ca] = first.certificates;
      expect(first.certificates).to.have.length(2);
      expect(server).to.deep.equal({
        file: 'certFile',
        subject: 'CN=license-scaler',
        notBefore: Date.parse(new X509Certificate(issued.cert).validFrom),
        notAfter: notAfter.getTime(),
        fingerprint: fingerprint(issued.cert).replaceAll(':', '').toLowerCase(),
      });
      expect(ca).to.include({ file: 'clientCaFile', subject: 'CN=cluster' });
    });
  });

  it('shows new connections the new certificate, while an open stream goes on', async () => {
    const authority = createAuthority('cluster');
    const [before, after] = [authority.issue(SERVER), authority.issue(SERVER)];
    await withTls(secret(before), { mutual: false }, async (running, mount) => {
      const { address, health, reported, kinds } = running;
      const client = new HealthClient(address, channel(authority.cert), CLIENT_OPTIONS);
      const stream = client.watch({ service: '' }, { deadline: Date.now() + PATIENCE_MS });
      await once(stream, 'data');
      expect(await certificateShown(address, authority.cert)).to.equal(fingerprint(before.cert));

      await mount.swap(secret(after));
      await reported(isLoadedWith(after.cert));
      expect(await certificateShown(address, authority.cert)).to.equal(fingerprint(after.cert));

      const told = once(stream, 'data') as Promise<[HealthCheckResponse]>;
      health.setServing(true);
      expect((await told)[0].status).to.equal(ServingStatus.SERVING);
      client.close();
      stream.cancel();
      stream.on('error', () => undefined);
      expect(kinds()).to.deep.equal(['loaded', 'loaded']);
    });
  });

  it('lets in the clients of a new authority, and no longer those of the old one', async () => {
    const [before, after] = [createAuthority('cluster'), createAuthority('cluster')];
    const server = before.issue(SERVER);
    const secretOf = (authority: Authority): Record<string, string> => ({
      ...secret(server),
      'ca.crt': authority.cert,
    });
    await withTls(secretOf(before), { mutual: true }, async ({ address, reported }, mount) => {
      const [old, young] = [before, after].map((ca) => channel(before.cert, ca.issue(KEDA)));
      expect(await call(address, old!)).to.equal(status.OK);
      expect(await call(address, young!)).to.equal(status.UNAVAILABLE);
      await mount.swap(secretOf(after));
      await reported(isLoadedWith(after.cert));
      expect(await call(address, old!)).to.equal(status.UNAVAILABLE);
      expect(await call(address, young!)).to.equal(status.OK);
    });
  });

  it('still demands TLS 1.2 and a client certificate after a reload', async () => {
    const authority = createAuthority('cluster');
    const after = authority.issue(SERVER);
    const keys = secret(authority.issue(SERVER));
    await withTls(keys, { mutual: true }, async ({ address, reported }, mount) => {
      await mount.swap(secret(after));
      await reported(isLoadedWith(after.cert));
      expect(await call(address, channel(authority.cert))).to.equal(status.UNAVAILABLE);
      const { cert, key } = authority.issue(KEDA);
      const old = await handshake(address, { ca: authority.cert, cert, key, ...OUTDATED }).catch(
        (error: unknown) => error,
      );
      expect(old).to.have.property('code', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    });
  });

  it('keeps the old files while the new ones are broken, says why, and takes mended ones', async () => {
    const authority = createAuthority('cluster');
    const [before, other, after] = [1, 2, 3].map(() => authority.issue(SERVER)) as [
      ...[Issued, Issued, Issued],
    ];
    const keys = secret(before);
    await withTls(keys, { mutual: true, settling: 1 }, async (running, mount) => {
      const { address, reported, kinds } = running;
      const keda = channel(authority.cert, authority.issue(KEDA));

      await mount.swap({ ...keys, 'tls.key': other.key });
      const report = await reported(isBroken);
      expect(report).to.deep.equal({
        kind: 'broken',
        reason:
          `grpc.tls.keyFile ${mount.path('tls.key')} is not the key of ` +
          `grpc.tls.certFile ${mount.path('tls.crt')}`,
      });
      expect(await call(address, keda)).to.equal(status.OK);

      await mount.swap(secret(after));
      await reported(isLoadedWith(after.cert));
      expect(await call(address, keda)).to.equal(status.OK);
      expect(kinds()).to.deep.equal(['loaded', 'broken', 'loaded']);
    });
  });

  it('keeps the old files while one is missing, and reports when they are back', async () => {
    const authority = createAuthority('cluster');
    const keys = secret(authority.issue(SERVER));
    await withTls(keys, { mutual: false, settling: 1 }, async ({ address, reported }, mount) => {
      const { 'tls.crt': cert = '', ...rest } = keys;
      await mount.swap(rest);
      const report = await reported(isBroken);
      expect(report)
        .to.have.property('reason')
        .that.matches(/^grpc\.tls\.certFile .*tls\.crt can't be read: ENOENT/);
      expect(await certificateShown(address, authority.cert)).to.equal(fingerprint(cert));
      await mount.swap(keys);
      await reported(({ kind }, index) => index === 2 && kind === 'loaded');
    });
  });

  it('keeps a valid certificate in place of one that has ended, until the clock is set right', async () => {
    const authority = createAuthority('cluster');
    const [before, ended] = [authority.issue(SERVER), authority.issue({ ...SERVER, ...YESTERDAY })];
    let now = Date.now();
    const options = { mutual: false, recheck: 1, now: () => now };
    await withTls(secret(before), options, async ({ address, reported, kinds }, mount) => {
      await mount.swap(secret(ended));
      expect(await reported(isBroken)).to.deep.equal({
        kind: 'broken',
        reason:
          `grpc.tls.certFile ${mount.path('tls.crt')}: CN=license-scaler ended ` +
          `${formatInstant(YESTERDAY.notAfter.getTime())}, and what is in use is valid`,
      });
      expect(await call(address, channel(authority.cert))).to.equal(status.OK);
      now = YESTERDAY.notAfter.getTime() - 1;
      await reported(isLoadedWith(ended.cert));
      expect(kinds()).to.deep.equal(['loaded', 'broken', 'loaded']);
    });
  });

  it('begins with a certificate that has ended, reports its end, and takes the next one', async () => {
    const authority = createAuthority('cluster');
    const [ended, after] = [authority.issue({ ...SERVER, ...YESTERDAY }), authority.issue(SERVER)];
    await withTls(secret(ended), { mutual: false }, async (running, mount) => {
      const first = await running.reported(() => true);
      expect(first)
        .to.have.nested.property('certificates[0].notAfter')
        .that.equals(YESTERDAY.notAfter.getTime());
      await mount.swap(secret(after));
      await running.reported(isLoadedWith(after.cert));
      expect(await call(running.address, channel(authority.cert))).to.equal(status.OK);
    });
  });

  it('takes certificate and key that are replaced one after the other for no fault', async () => {
    const authority = createAuthority('cluster');
    const [before, after] = [authority.issue(SERVER), authority.issue(SERVER)];
    const directory = await mkdtemp(join(tmpdir(), 'tls-'));
    const files = filesIn(directory, false);
    await writeFile(files.certFile, before.cert);
    await writeFile(files.keyFile, before.key);
    await withFiles(files, {}, async ({ reported, kinds }) => {
      await writeFile(files.certFile, after.cert);
      await contentOf(files.certFile, after.cert);
      await writeFile(files.keyFile, after.key);
      await reported(isLoadedWith(after.cert));
      expect(kinds()).to.deep.equal(['loaded', 'loaded']);
    });
    await rm(directory, { recursive: true });
  });

  it('refuses to begin with files that can not be used, and names the file', async () => {
    const authority = createAuthority('cluster');
    const mount = await createConfigMap(secret(authority.issue(SERVER)));
    const missing = { ...filesIn(mount.directory, false), keyFile: mount.path('none.key') };
    const crossed = { ...filesIn(mount.directory, false), keyFile: mount.path('tls.crt') };
    for (const [files, message] of [
      [missing, `grpc.tls.keyFile ${missing.keyFile} can't be read: ENOENT`],
      [crossed, `grpc.tls.keyFile ${crossed.keyFile} holds no private key`],
    ] as const) {
      const error = await createServerCredentials(files).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(OperatorError);
      expect(error).to.have.property('message').that.contains(message);
    }
    await mount.remove();
  });
});

describe('parseTlsMaterial', () => {
  const files = { certFile: '/tls/tls.crt', keyFile: '/tls/tls.key', clientCaFile: '/tls/ca.crt' };
  const authority = createAuthority('cluster');
  const { cert, key, ca } = authority.issue(SERVER);
  const broken = cert.replace(/MII.{60}/, (line) => line.replaceAll('A', 'B'));

  function problemWith(changed: { certFile?: string; keyFile?: string; clientCaFile?: string }) {
    const contents = { certFile: cert, keyFile: key, clientCaFile: ca, ...changed };
    const result = parseTlsMaterial(files, {
      certFile: Buffer.from(contents.certFile),
      keyFile: Buffer.from(contents.keyFile),
      clientCaFile: Buffer.from(contents.clientCaFile),
    });
    return result.ok ? undefined : result.problem;
  }

  it('takes a chain and several authorities, with text between them', () => {
    const bundle = `# ours\n${ca}# theirs\n${createAuthority('other').cert}`;
    expect(problemWith({ certFile: cert + ca, clientCaFile: bundle })).to.equal(undefined);
  });

  it('takes a certificate without a subject, and calls it by its names', () => {
    const nameless = authority.issue({ commonName: '', dns: ['a.example', 'b.example'] });
    const result = parseTlsMaterial(
      { certFile: '/c', keyFile: '/k' },
      { certFile: Buffer.from(nameless.cert), keyFile: Buffer.from(nameless.key) },
    );
    const [own] = result.ok ? result.value.certificates : [];
    expect(own?.subject).to.match(/^DNS:a\.example, DNS:b\.example$/);
  });

  for (const [what, changed, problem] of [
    ['an empty certificate', { certFile: '' }, 'certFile /tls/tls.crt holds no certificate in PEM'],
    [
      'half a certificate',
      { certFile: cert.slice(0, 300) },
      'certFile /tls/tls.crt is cut off in the middle of a certificate',
    ],
    [
      'a chain of which the second half is missing',
      { certFile: cert + ca.slice(0, 100) },
      'certFile /tls/tls.crt is cut off in the middle of a certificate',
    ],
    ['a damaged certificate', { certFile: broken }, 'certFile /tls/tls.crt holds a broken'],
    ['an empty key', { keyFile: '' }, 'keyFile /tls/tls.key holds no private key in PEM'],
    ['half a key', { keyFile: key.slice(0, 100) }, 'keyFile /tls/tls.key holds no private key'],
    [
      'the key of another certificate',
      { keyFile: authority.issue(SERVER).key },
      'keyFile /tls/tls.key is not the key of grpc.tls.certFile /tls/tls.crt',
    ],
    ['no authorities', { clientCaFile: '\n' }, 'clientCaFile /tls/ca.crt holds no certificate'],
    ['half an authority', { clientCaFile: ca.slice(0, 99) }, 'clientCaFile /tls/ca.crt is cut off'],
  ] as const) {
    it(`names the file and what is wrong with ${what}`, () => {
      expect(problemWith(changed)).to.contain(`grpc.tls.${problem}`);
    });
  }
});

/** What reaches the wire: TLS, reflection, the bound on how long a call may wait, GOAWAY. */
import { credentials } from '@grpc/grpc-js';
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAuthority } from '../helpers/certificates.ts';
import { createConfigMap } from '../helpers/config-map.ts';
import { scaledObject } from '../helpers/keda.ts';
import { inWorld } from './in-world.ts';
import { licensed, World } from './world.ts';

const LICENSES = [licensed('tenant-a')];

describe('on the wire', () => {
  it('demands a client certificate, and takes new certificates while streams stay open', async () => {
    const [authority, stranger] = [createAuthority('ours'), createAuthority('theirs')];
    const server = (): Record<string, string> => {
      const { cert, key } = authority.issue({ commonName: 'scaler', dns: ['localhost'] });
      return { 'tls.crt': cert, 'tls.key': key, 'ca.crt': authority.cert };
    };
    const mount = await createConfigMap(server());
    const file = (name: string): string => `${mount.directory}/${name}`;
    const tls = {
      certFile: file('tls.crt'),
      keyFile: file('tls.key'),
      clientCaFile: file('ca.crt'),
    };
    const channel = (from: ReturnType<typeof createAuthority>) => {
      const { cert, key } = from.issue({ commonName: 'keda', client: true });
      return credentials.createSsl(
        Buffer.from(authority.cert),
        Buffer.from(key),
        Buffer.from(cert),
      );
    };
    const keda = { channelCredentials: channel(authority) };
    const world = await World.start({ licenses: LICENSES, keda, config: { grpc: { tls } } });
    try {
      const stream = world.keda.push(scaledObject('tenant-a'));
      expect(await stream.received(1)).to.deep.equal([true]);
      const without = { channelCredentials: credentials.createSsl(Buffer.from(authority.cert)) };
      for (const wrong of [without, { channelCredentials: channel(stranger) }]) {
        const refused = world.connect(world.app, wrong);
        const answer = await refused
          .poll(scaledObject('tenant-a'))
          .catch((error: unknown) => error);
        expect(answer).to.have.property('code', 14);
      }
      await mount.swap(server());
      await world.logged('CN=scaler of certFile is in use', 2);
      const later = world.connect(world.app, { channelCredentials: channel(authority) });
      expect(await later.poll(scaledObject('tenant-a'))).to.include({ active: true });
      await mount.swap({ ...server(), 'tls.key': 'half a key' });
      await world.logged('the old ones stay in use');
      world.service.tenants.delete('tenant-a');
      expect(await stream.received(2)).to.deep.equal([true, false]);
      expect(stream.ends).to.deep.equal([]);
      const { body } = await world.get('/metrics');
      expect(body).to.match(
        /license_scaler_certificate_expiry_timestamp_seconds\{file="certFile",subject="[^"]*scaler"\} \d{10}/,
      );
    } finally {
      await world.close();
      await mount.remove();
    }
  });

  it(
    'is listed and called by a client that knows it from reflection alone',
    inWorld({ licenses: LICENSES }, async ({ app, keda }) => {
      await keda.answered(scaledObject('tenant-a'));
      const address = `http://127.0.0.1:${app.grpcPort}`;
      for (const version of ['grpc-v1', 'grpc-v1alpha']) {
        const bufCurl = (...args: string[]) => reflecting(version, ...args);
        const methods = await bufCurl('--list-methods', address);
        for (const method of [
          ...['IsActive', 'StreamIsActive', 'GetMetricSpec', 'GetMetrics', 'StreamMetricSpec'],
        ]) {
          expect(methods).to.include(`externalscaler.ExternalScaler/${method}\n`);
        }
        const ref = {
          name: 'scaled-service',
          namespace: 'tenant-a',
          scalerMetadata: { replicas: '3' },
        };
        const call = async (method: string, data: unknown): Promise<unknown> => {
          const url = `${address}/externalscaler.ExternalScaler/${method}`;
          return JSON.parse(await bufCurl('--data', JSON.stringify(data), url));
        };
        const metricValue = {
          metricName: 'license-replicas',
          metricValue: '3',
          metricValueFloat: 3,
        };
        expect(await call('IsActive', ref)).to.deep.equal({ result: true });
        expect(await call('GetMetrics', { scaledObjectRef: ref })).to.deep.equal({
          metricValues: [metricValue],
        });
        expect(await call('GetMetricSpec', ref)).to.have.property('metricSpecs');
      }
    }),
  );

  it(
    'answers UNAVAILABLE when the first answer about a tenant does not come, and does not wait for it',
    inWorld({ config: { licenseService: { timeout: '30s' } } }, async (world) => {
      world.service.handler = () => undefined;
      const answer = await world.keda.poll(scaledObject('tenant-a'));
      expect(answer).to.have.property('error', 'UNAVAILABLE');
      expect(answer).to.have.property('details').that.includes('has not answered yet');
      expect(world.service.requests).to.equal(1);
    }),
  );

  it('says GOAWAY before it ends the streams, so that KEDA comes back on another connection', async () => {
    const world = await World.start({ licenses: LICENSES });
    const order: string[] = [];
    const session = connect(`http://127.0.0.1:${world.app.grpcPort}`);
    session.on('goaway', () => order.push('GOAWAY'));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/externalscaler.ExternalScaler/StreamMetricSpec',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.end(Buffer.alloc(5));
    stream.on('trailers', ({ 'grpc-status': status }) => order.push(`status ${String(status)}`));
    stream.resume();
    await once(stream, 'data');
    const closed = once(stream, 'close');
    await world.close();
    await closed;
    session.destroy();
    expect(order.slice(0, 2)).to.deep.equal(['GOAWAY', 'status 0']);
  });
});

/** buf's own gRPC client, given one version of the reflection protocol. */
async function reflecting(version: string, ...args: string[]): Promise<string> {
  const launcher = new URL('../../node_modules/@bufbuild/buf/bin/buf', import.meta.url);
  const plain = ['curl', '--protocol', 'grpc', '--http2-prior-knowledge'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...[fileURLToPath(launcher), ...plain, '--reflect-protocol', version],
    ...args,
  ]);
  return stdout;
}

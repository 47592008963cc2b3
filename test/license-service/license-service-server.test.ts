import { expect } from 'chai';
import { once } from 'node:events';
import { request as send, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { OperatorError } from '../../src/core/operator-error.ts';
import {
  createLicenseServiceServer,
  type LicenseServiceServer,
} from '../../src/license-service/license-service-server.ts';
import { createConfigMap, type ConfigMap } from '../helpers/config-map.ts';
import { createSource } from '../sources/license-service-stage.ts';
import { Watcher } from '../sources/watcher.ts';

const A = { id: 'tenant-a', name: 'Tenant A', services: ['scaled-service'] };
const B = { id: 'tenant b/\u00fc', period_end: '2022-09-27T00:00:00Z' };

describe('createLicenseServiceServer', () => {
  it(
    'answers a ping',
    serving([A], async ({ get }) => {
      expect(await get('/ping')).to.deep.include({ status: 200, body: '{"message":"pong"}' });
    }),
  );

  it(
    'answers with the record of a tenant',
    serving([A, B], async ({ get }) => {
      const answer = await get('/licenses/tenant-a');
      expect(answer.status).to.equal(200);
      expect(answer.headers['content-type']).to.equal('application/json');
      expect(JSON.parse(answer.body)).to.deep.equal({ tenant: A });
      const other = await get(`/licenses/${encodeURIComponent(B.id)}?verbose`);
      expect(JSON.parse(other.body)).to.deep.equal({ tenant: B });
    }),
  );

  it(
    'does not know a tenant that is not in its file',
    serving([A], async ({ get }) => {
      const answer = await get('/licenses/tenant-x');
      expect(answer).to.deep.include({ status: 404, body: 'Tenant not found' });
      expect(answer.headers['content-type']).to.match(/^text\/plain/);
    }),
  );

  it(
    'says of a path that it does not serve something else than of a tenant that it does not know',
    serving([A], async ({ get }) => {
      for (const path of ['/', '/license/tenant-a', '/licenses/tenant-a/x', '/pings']) {
        expect(await get(path), path).to.deep.include({ status: 404, body: '404 page not found' });
      }
      expect(await get('/licenses/%ff')).to.include({ status: 400 });
    }),
  );

  it(
    'lists all licenses, and says where the list is still the same',
    serving([A, B], async ({ get, file }) => {
      const list = await get('/licenses');
      expect(JSON.parse(list.body)).to.deep.equal({ tenants: [A, B] });
      const { etag = '' } = list.headers;
      for (const tag of [etag, `"x", ${etag}`, etag.replace('W/', ''), '*']) {
        const same = await get('/licenses', { headers: { 'if-none-match': tag } });
        expect(same, tag).to.deep.include({ status: 304, body: '' });
        expect(same.headers).to.include({ etag });
      }
      await file.swap({ 'tenants.json': JSON.stringify([A]) });
      const other = await get('/licenses', { headers: { 'if-none-match': etag } });
      expect(other.status).to.equal(200);
      expect(other.headers.etag).not.to.equal(etag);
    }),
  );

  it(
    'zips the list for whoever takes it so',
    serving([A, B], async ({ get }) => {
      for (const accepted of ['gzip', 'br, gzip;q=0.5', 'GZIP ; q=1']) {
        const zipped = await get('/licenses', { headers: { 'accept-encoding': accepted } });
        expect(zipped.headers['content-encoding'], accepted).to.equal('gzip');
        expect(JSON.parse(gunzipSync(zipped.bytes).toString())).to.deep.equal({ tenants: [A, B] });
      }
      for (const accepted of ['', 'br', 'gzip;q=0', 'gzip;q=0.000']) {
        const plain = await get('/licenses', { headers: { 'accept-encoding': accepted } });
        expect(plain.headers, accepted).not.to.have.property('content-encoding');
        expect(JSON.parse(plain.body)).to.deep.equal({ tenants: [A, B] });
      }
    }),
  );

  it(
    'answers HEAD without a body and refuses to be written to',
    serving([A], async ({ get }) => {
      const head = await get('/licenses/tenant-a', { method: 'HEAD' });
      expect(head).to.include({ status: 200, body: '' });
      expect(Number(head.headers['content-length'])).to.equal(JSON.stringify({ tenant: A }).length);
      const put = await get('/licenses/tenant-a', { method: 'PUT' });
      expect(put.status).to.equal(405);
      expect(put.headers.allow).to.equal('GET, HEAD');
    }),
  );

  it(
    'serves what is in the file now',
    serving([A], async ({ get, file }) => {
      expect(await get('/licenses/tenant-a')).to.include({ status: 200 });
      await file.swap({ 'tenants.json': 'tenants:\n  - id: tenant-x\n' });
      expect(await get('/licenses/tenant-a')).to.include({ status: 404 });
      expect(await get('/licenses/tenant-x')).to.include({ status: 200 });
    }),
  );

  it(
    'serves what it read last while the file is broken or gone, and says so once',
    serving([A], async ({ get, file, problems }) => {
      for (const broken of ['[{"id":', '[{"name":"no id"}]', undefined]) {
        await file.swap(broken === undefined ? {} : { 'tenants.json': broken });
        for (let count = 0; count < 2; count++) {
          expect(await get('/licenses/tenant-a')).to.include({ status: 200 });
          expect(await get('/licenses/tenant-x')).to.include({ status: 404 });
        }
      }
      expect(problems.map((problem) => problem.replace(/^\S+\//, ''))).to.have.length(3);
      expect(problems[0]).to.match(/tenants\.json: can't be read: /);
      expect(problems[1]).to.match(/tenants\.json: id of tenant 1 of the list is undefined/);
      expect(problems[2]).to.match(/tenants\.json: can't be read: ENOENT/);
      await file.swap({ 'tenants.json': JSON.stringify([B]) });
      expect(await get('/licenses/tenant-a')).to.include({ status: 404 });
    }),
  );

  it(
    'knows nothing rather than nobody before it has read a file, and answers when there is one',
    serving(undefined, async ({ get, file, problems }) => {
      expect(problems).to.have.length(1);
      for (const path of ['/licenses/tenant-a', '/licenses']) {
        expect(await get(path)).to.deep.include({ status: 503, body: 'there is no license data' });
      }
      expect(await get('/ping')).to.include({ status: 200 });
      await file.swap({ 'tenants.json': JSON.stringify([A]) });
      expect(await get('/licenses/tenant-a')).to.include({ status: 200 });
    }),
  );

  for (const mode of ['per-tenant', 'list'] as const) {
    it(
      `tells the scaler in mode ${mode} who is licensed, and of every change`,
      serving([A], async ({ port, file }) => {
        const source = createSource(`http://127.0.0.1:${port}`, mode);
        const watcher = new Watcher(source, A.id, B.id);
        await watcher.until(({ kinds }) => Object.keys(kinds).length === 2);
        expect(watcher.kinds[A.id]?.[0]).to.equal('license');
        expect(watcher.kinds[B.id]?.[0]).to.equal('absent');
        await file.swap({ 'tenants.json': JSON.stringify([B]) });
        await watcher.until(({ kinds }) => kinds[A.id]?.at(-1) === 'absent');
        await watcher.until(({ kinds }) => kinds[B.id]?.at(-1) === 'license');
        expect(watcher.failures).to.deep.equal([]);
        watcher.leave();
      }),
    );
  }

  it(
    'tells an operator of a port that is in use',
    serving([A], async ({ port, file }) => {
      const second = createLicenseServiceServer({ file: file.path('tenants.json') });
      const error: unknown = await second
        .start({ host: '127.0.0.1', port })
        .catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(OperatorError);
      expect((error as Error).message).to.match(
        new RegExp(`can't listen on 127\\.0\\.0\\.1:${port}: it is in use by another program`),
      );
      await second.stop();
    }),
  );

  it(
    'answers what it was asked before it was stopped, and nothing more',
    serving([A], async ({ server, port }) => {
      const socket = connect(port, '127.0.0.1');
      let received = '';
      socket.on('data', (data: Buffer) => (received += data.toString()));
      // The beginning of the second request comes with the first, so it is there when that is answered.
      socket.write(`GET /ping HTTP/1.1\r\nhost: x\r\n\r\nGET /licenses/${A.id} HTTP/1.1\r\n`);
      await once(socket, 'data');
      const stopped = server.stop();
      socket.write('host: x\r\n\r\n');
      await once(socket, 'close');
      await stopped;
      expect(received)
        .to.contain('{"message":"pong"}')
        .and.contain(JSON.stringify({ tenant: A }));
      expect(received).to.match(/connection: close/i);
    }),
  );

  it(
    'stops while a connection is open, and listens no more',
    serving([A], async ({ get, server, port }) => {
      const idle = connect(port, '127.0.0.1');
      await once(idle, 'connect');
      idle.write('GET /ping HTTP/1.1\r\nhost: x\r\n\r\n');
      await once(idle, 'data');
      const ended = once(idle, 'close');
      await server.stop();
      await ended;
      const error: unknown = await get('/ping').catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'ECONNREFUSED');
    }),
  );
});

interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly body: string;
}

interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Stage {
  readonly server: LicenseServiceServer;
  readonly port: number;
  readonly file: ConfigMap;
  readonly problems: readonly string[];
  readonly get: (path: string, sending?: Sending) => Promise<Received>;
}

/** @param records the content of the file; undefined: there is none */
function serving(
  records: readonly unknown[] | undefined,
  play: (stage: Stage) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const keys = records === undefined ? {} : { 'tenants.json': JSON.stringify(records) };
    const file = await createConfigMap(keys);
    const problems: string[] = [];
    const server = createLicenseServiceServer({
      file: file.path('tenants.json'),
      onProblem: (problem) => problems.push(problem),
    });
    try {
      const port = await server.start({ host: '127.0.0.1', port: 0 });
      const get: Stage['get'] = (path, sending) => receive(port, path, sending);
      await play({ server, port, file, problems, get });
    } finally {
      await server.stop();
      await file.remove();
    }
  };
}

async function receive(port: number, path: string, sending: Sending = {}): Promise<Received> {
  const request = send({ host: '127.0.0.1', port, path, agent: false, ...sending });
  request.end();
  const [response] = (await once(request, 'response')) as [
    AsyncIterable<Buffer> & { statusCode?: number; headers: IncomingHttpHeaders },
  ];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { status: response.statusCode, headers: response.headers, bytes, body: bytes.toString() };
}

import { expect } from 'chai';
import { Command } from 'commander';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { registerProbeCommand } from '../../src/cli/probe.ts';
import { OperatorError } from '../../src/core/operator-error.ts';
import { inWorld } from '../e2e/in-world.ts';
import { licensed, World } from '../e2e/world.ts';
import { createAuthority } from '../helpers/certificates.ts';
import { createConfigMap } from '../helpers/config-map.ts';
import { untilServing } from '../helpers/health.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

/** With a time-out that no test sees, unless it gives its own. @returns what is printed; @throws what is reported */
async function probe(...args: string[]): Promise<string> {
  let output = '';
  const program = new Command('license-scaler').exitOverride().configureOutput({
    writeOut: (text) => {
      output += text;
    },
    writeErr: () => undefined,
  });
  registerProbeCommand(program);
  const long = ['--timeout', `${PATIENCE_MS}ms`];
  await program.parseAsync(['probe', ...long, ...args], { from: 'user' });
  return output;
}

/** @returns what a person is told */
async function complaint(...args: string[]): Promise<string> {
  const error = await probe(...args).catch((reason: unknown) => reason);
  expect(error).to.be.instanceOf(OperatorError);
  return (error as OperatorError).message;
}

function at({ app }: World): { grpc: string; http: string } {
  return { grpc: `127.0.0.1:${app.grpcPort}`, http: `http://127.0.0.1:${app.httpPort}` };
}

/** A port that nobody listens on, for this is where somebody did. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('license-scaler probe', () => {
  it(
    'says that a scaler is ready, by gRPC, by HTTP and by both',
    inWorld({ licenses: [licensed('tenant-a')] }, async (world) => {
      const { grpc, http } = at(world);
      await untilServing(grpc);
      const both = `ready: gRPC ${grpc}, ${http}/readyz\n`;
      expect(await probe('--grpc', grpc, '--http', http)).to.equal(both);
      expect(await probe('--grpc', grpc)).to.equal(`ready: gRPC ${grpc}\n`);
      expect(await probe('--http', `${http}/livez`)).to.equal(`ready: ${http}/livez\n`);
      const service = ['--service', 'externalscaler.ExternalScaler'];
      expect(await probe('--grpc', grpc, ...service)).to.equal(`ready: gRPC ${grpc}\n`);
      expect(await complaint('--grpc', grpc, '--service', 'nobody')).to.equal(
        `gRPC ${grpc} answered NOT_FOUND: no service nobody here`,
      );
    }),
  );

  it(
    'says of a scaler that is not ready yet why it is not',
    inWorld({ config: { licenseService: { mode: 'list', timeout: '30s' } } }, async (world) => {
      world.service.handler = () => undefined;
      const { grpc, http } = at(world);
      expect(await complaint('--grpc', grpc, '--http', http)).to.match(
        /^gRPC \S+ says NOT_SERVING; http:\S+\/readyz answered 503: not tried yet: license service/,
      );
    }),
  );

  it('says which of them nobody listens at', async () => {
    const [grpc, http] = [await closedPort(), await closedPort()];
    const args = ['--grpc', `127.0.0.1:${grpc}`, '--http', `http://127.0.0.1:${http}`];
    expect(await complaint(...args)).to.equal(
      `gRPC 127.0.0.1:${grpc} can't be reached: connect ECONNREFUSED 127.0.0.1:${grpc}; ` +
        `http://127.0.0.1:${http}/readyz can't be reached: connect ECONNREFUSED 127.0.0.1:${http}`,
    );
  });

  it('waits for an answer no longer than it is told to', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
    await once(silent, 'listening');
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const args = ['--timeout', '50ms', '--grpc', address, '--http', `http://${address}`];
    expect(await complaint(...args)).to.equal(
      `gRPC ${address} did not answer within 50ms; http://${address}/readyz did not answer within 50ms`,
    );
    silent.close();
    for (const socket of sockets) socket.destroy();
  });

  it('speaks TLS, shows its certificate, and says what is wrong with theirs', async () => {
    const [authority, stranger] = [createAuthority('ours'), createAuthority('theirs')];
    const server = authority.issue({ commonName: 'scaler', dns: ['license-scaler'] });
    const client = authority.issue({ commonName: 'probe', client: true });
    const mount = await createConfigMap({
      ...{ 'tls.crt': server.cert, 'tls.key': server.key, 'ca.crt': authority.cert },
      ...{ 'probe.crt': client.cert, 'probe.key': client.key, 'other.crt': stranger.cert },
    });
    const file = (name: string): string => join(mount.directory, name);
    const tls = {
      certFile: file('tls.crt'),
      keyFile: file('tls.key'),
      clientCaFile: file('ca.crt'),
    };
    const world = await World.start({ licenses: [licensed('a')], config: { grpc: { tls } } });
    try {
      const to = ['--grpc', at(world).grpc];
      const name = ['--server-name', 'license-scaler'];
      const own = ['--cert-file', file('probe.crt'), '--key-file', file('probe.key')];
      expect(await probe(...to, ...name, ...own, '--ca-file', file('ca.crt'))).to.match(/^ready: /);
      const told = {
        'does it speak TLS?': to,
        'certificate required': [...to, ...name, '--ca-file', file('ca.crt')],
        'self-signed certificate': [...to, ...name, ...own, '--ca-file', file('other.crt')],
        "does not match certificate's altnames": [
          ...[...to, ...own, '--ca-file', file('ca.crt')],
          ...['--server-name', 'another'],
        ],
        "can't read /no/ca.crt: ENOENT": [...to, '--ca-file', '/no/ca.crt'],
        'belong together': [...to, '--cert-file', file('probe.crt')],
      };
      for (const [text, args] of Object.entries(told)) {
        expect(await complaint(...args)).to.include(text);
      }
    } finally {
      await world.close();
      await mount.remove();
    }
  });

  it(
    'says of a scaler without TLS that it has none',
    inWorld({}, async (world) => {
      const { grpc } = at(world);
      expect(await complaint('--grpc', grpc, '--server-name', 'localhost')).to.equal(
        `gRPC ${grpc} can't be reached: it does not speak TLS`,
      );
    }),
  );

  it('refuses options that it can not understand', async () => {
    for (const args of [
      ['--grpc', 'nowhere'],
      ['--http', 'nowhere'],
      ['--timeout', '5'],
      ['--timeout', '0s'],
    ]) {
      const error = await probe(...args).catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'commander.invalidArgument');
    }
  });
});

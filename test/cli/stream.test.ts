import { expect } from 'chai';
import { join } from 'node:path';
import { registerStreamCommand } from '../../src/cli/stream.ts';
import { inWorld } from '../e2e/in-world.ts';
import { expired, licensed, World } from '../e2e/world.ts';
import { createAuthority } from '../helpers/certificates.ts';
import { createConfigMap } from '../helpers/config-map.ts';
import { complaintOf, Printed } from './run-command.ts';

function stream(...args: string[]) {
  const printed = new Printed();
  const program = printed.program();
  let stop: (signal: NodeJS.Signals) => void = () => undefined;
  const stopSignal = new Promise<NodeJS.Signals>((resolve) => {
    stop = resolve;
  });
  registerStreamCommand(program, stopSignal);
  const ended = program.parseAsync(['stream', ...args], { from: 'user' });
  const end = async (): Promise<void> => {
    stop('SIGINT');
    await ended;
  };
  return { printed, ended, end };
}

describe('license-scaler stream', () => {
  it(
    'prints each state as it is pushed, for the tenant that the metadata names',
    inWorld({ licenses: [expired('tenant-b')] }, async (world) => {
      const address = ['--address', `127.0.0.1:${world.app.grpcPort}`];
      const { printed, end } = stream('a/app', '--meta', 'tenantId=tenant-b', ...address);
      await printed.until(({ out }) => out.endsWith('a/app false (scale to zero)\n'));
      await world.override({ 'tenant-b': { licensed: true } });
      await printed.until(({ out }) => out.endsWith('a/app true (run)\n'));
      await end();
    }),
  );

  it('holds the certificate to an address, and sends none as a name', async () => {
    const authority = createAuthority('ours');
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    for (const ip of ['127.0.0.1', '127.0.0.2']) {
      const server = authority.issue({ commonName: 'scaler', ip: [ip], dns: ['localhost'] });
      const mount = await createConfigMap({
        ...{ 'tls.crt': server.cert, 'tls.key': server.key, 'ca.crt': authority.cert },
      });
      const file = (name: string): string => join(mount.directory, name);
      const tls = { certFile: file('tls.crt'), keyFile: file('tls.key') };
      const world = await World.start({ licenses: [licensed('a')], config: { grpc: { tls } } });
      try {
        const to = ['a/app', '--address', `127.0.0.1:${world.app.grpcPort}`];
        const { printed, ended, end } = stream(...to, '--ca-file', file('ca.crt'));
        if (ip === '127.0.0.1') {
          await printed.until(({ out }) => out.includes('a/app true'));
          await end();
        } else {
          expect(await complaintOf(ended)).to.include('127.0.0.1');
        }
      } finally {
        await world.close();
        await mount.remove();
      }
    }
    process.off('warning', onWarning);
    expect(
      warnings.filter((warning) => 'code' in warning && warning.code === 'DEP0123'),
    ).to.deep.equal([]);
  });

  it('speaks TLS where it is given any of the options', async () => {
    const authority = createAuthority('ours');
    const server = authority.issue({ commonName: 'scaler', dns: ['license-scaler'] });
    const client = authority.issue({ commonName: 'person', client: true });
    const mount = await createConfigMap({
      ...{ 'tls.crt': server.cert, 'tls.key': server.key, 'ca.crt': authority.cert },
      ...{ 'own.crt': client.cert, 'own.key': client.key },
    });
    const file = (name: string): string => join(mount.directory, name);
    const clientCaFile = file('ca.crt');
    const tls = { certFile: file('tls.crt'), keyFile: file('tls.key'), clientCaFile };
    const world = await World.start({ licenses: [licensed('a')], config: { grpc: { tls } } });
    try {
      const to = ['a/app', '--address', `127.0.0.1:${world.app.grpcPort}`];
      const own = ['--cert-file', file('own.crt'), '--key-file', file('own.key')];
      const options = ['--ca-file', clientCaFile, '--server-name', 'license-scaler', ...own];
      const { printed, end } = stream(...to, ...options);
      await printed.until(({ out }) => out.includes('a/app true'));
      await end();
      for (const [given, complaint] of [
        [[], 'the connection was closed; does it speak TLS?'],
        [options.slice(0, 4), 'certificate required: give --cert-file and --key-file'],
      ] as const) {
        expect(await complaintOf(stream(...to, ...given).ended)).to.equal(
          `${to[2]} can't be reached: ${complaint}`,
        );
      }
      const another = ['--ca-file', clientCaFile, '--server-name', 'another', ...own];
      expect(await complaintOf(stream(...to, ...another).ended)).to.match(
        /altnames: Host: another\. is not in the cert's altnames: DNS:license-scaler \(--server-name/,
      );
    } finally {
      await world.close();
      await mount.remove();
    }
  });
});

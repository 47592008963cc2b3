import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { listenOn } from '../../src/app/listen.ts';
import type { Address } from '../../src/config/address.ts';
import { OperatorError } from '../../src/core/operator-error.ts';

const ANY = { host: '::', port: 6000 };

/** What node:net says, and what grpc-js says of the same. */
const REASONS = [
  'listen EAFNOSUPPORT: address family not supported :::6000',
  'No address added out of total 1 resolved errors: [listen EAFNOSUPPORT: address family not supported :::6000]',
  'listen EADDRNOTAVAIL: address not available :::6000',
];

/** Fails on these hosts, and writes down where it was to listen. */
function listening(failing: readonly string[], reason: string) {
  const tried: Address[] = [];
  const sentences: string[] = [];
  const listen = (address: Address): Promise<number> => {
    tried.push(address);
    return failing.includes(address.host)
      ? Promise.reject(new OperatorError('no', { cause: new Error(reason) }))
      : Promise.resolve(address.port);
  };
  const on = (address: Address): Promise<number> =>
    listenOn(listen, address, (sentence) => sentences.push(sentence));
  return { on, tried, sentences };
}

describe('listenOn', () => {
  it('listens where it is told, and says nothing', async () => {
    const { on, tried, sentences } = listening([], '');
    expect(await on(ANY)).to.equal(6000);
    expect([tried, sentences]).to.deep.equal([[ANY], []]);
  });

  for (const reason of REASONS) {
    it(`listens on every IPv4 address, and says so, at "${reason}"`, async () => {
      const { on, tried, sentences } = listening(['::'], reason);
      expect(await on(ANY)).to.equal(6000);
      expect(tried).to.deep.equal([ANY, { host: '0.0.0.0', port: 6000 }]);
      expect(sentences).to.deep.equal([
        'this machine has no IPv6, so 0.0.0.0:6000 is listened on in place of [::]:6000',
      ]);
    });
  }

  for (const [what, host, failing, reason] of [
    ['a port that is in use', '::', ['::'], 'listen EADDRINUSE: address already in use :::6000'],
    ['a port that it has no right to', '::', ['::'], 'listen EACCES: permission denied :::80'],
    ['one IPv6 address that is not to be had', 'fe80::1', ['fe80::1'], REASONS[0]],
    ['an IPv4 address that is not to be had', '10.0.0.1', ['10.0.0.1'], REASONS[2]],
  ] as const) {
    it(`does not fall back for ${what}`, async () => {
      const { on, tried } = listening(failing, reason ?? '');
      const error: unknown = await on({ host, port: 6000 }).catch((why: unknown) => why);
      expect(error).to.be.instanceOf(OperatorError);
      expect(tried).to.have.length(1);
    });
  }

  it('fails as the second attempt does where that fails as well', async () => {
    const { on, tried, sentences } = listening(['::', '0.0.0.0'], REASONS[0] ?? '');
    const error: unknown = await on(ANY).catch((why: unknown) => why);
    expect(error).to.be.instanceOf(OperatorError);
    expect([tried.length, sentences]).to.deep.equal([2, []]);
  });

  it('reaches IPv4 and, where the machine has it, IPv6 by every address', async () => {
    const server = createServer((socket) => socket.end());
    const listen = async ({ host, port }: Address): Promise<number> => {
      server.listen(port, host);
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    };
    const port = await listenOn(listen, { host: '::', port: 0 }, () => undefined);
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const loopback = addresses.filter(({ internal }) => internal).map(({ address }) => address);
    expect(loopback).to.include('127.0.0.1');
    for (const address of loopback) await once(connect(port, address), 'connect');
    server.close();
  });
});

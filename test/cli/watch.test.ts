import { expect } from 'chai';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { registerWatchCommand } from '../../src/cli/watch.ts';
import { inWorld } from '../e2e/in-world.ts';
import { expired, licensed } from '../e2e/world.ts';
import { scaledObject } from '../helpers/keda.ts';
import { complaintOf, Printed } from './run-command.ts';

interface Watching {
  readonly printed: Printed;
  stop(): Promise<void>;
  readonly ended: Promise<unknown>;
}

function watch(...args: string[]): Watching {
  const printed = new Printed();
  const program = printed.program();
  let stop: (signal: NodeJS.Signals) => void = () => undefined;
  const stopSignal = new Promise<NodeJS.Signals>((resolve) => {
    stop = resolve;
  });
  registerWatchCommand(program, stopSignal);
  const ended = program.parseAsync(['watch', ...args], { from: 'user' });
  return {
    printed,
    ended,
    stop: async () => {
      stop('SIGINT');
      await ended;
    },
  };
}

/** Resolves when the events begin to come: what has happened before is not told. */
function eventsOpened(): Promise<void> {
  return new Promise((resolve) => {
    const take = (message: unknown): void => {
      if ((message as { request: { path: string } }).request.path !== '/api/events') return;
      unsubscribe(ANSWERED, take);
      resolve();
    };
    subscribe(ANSWERED, take);
  });
}

/** Where undici tells of every answer that has begun. */
const ANSWERED = 'undici:request:headers';

const event = (id: number, tenant: string): string => {
  const data = {
    ...{ id, at: '2026-11-22T05:00:00.000Z', tenant, from: 'unlicensed', to: 'licensed' },
    ...{
      reason: 'valid',
      sentence: `${tenant} is licensed`,
      source: 'license-service',
      revision: id,
    },
  };
  return `id: ${id}\nevent: transition\ndata: ${JSON.stringify(data)}\n\n`;
};

describe('license-scaler watch', () => {
  it(
    'prints the transitions of the tenants asked for, as they happen',
    inWorld({ licenses: [licensed('tenant-a'), expired('tenant-b')] }, async (world) => {
      const streams = ['tenant-a', 'tenant-b'].map((each) => world.keda.push(scaledObject(each)));
      await Promise.all(streams.map((stream) => stream.received(1)));
      const opened = eventsOpened();
      const watching = watch('tenant-b', '--url', `http://127.0.0.1:${world.app.httpPort}`);
      await opened;
      await world.logged('tenant-b is unlicensed');
      await world.override({ 'tenant-a': { licensed: false }, 'tenant-b': { licensed: true } });
      await watching.printed.until(({ out }) => out.includes('-> licensed'));
      await watching.stop();
      expect(watching.printed.out).to.match(
        /unlicensed -> licensed {2}tenant-b is licensed: by an override/,
      );
      expect(watching.printed.out).not.to.include('tenant-a');
    }),
  );

  it('connects again where the connection is lost, after the last event that it had', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ headers }, response) => {
      asked.push(headers['last-event-id']?.toString());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (asked.length === 1) response.end(event(41, 'tenant-a'));
      else response.write(event(42, 'tenant-b'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const watching = watch('--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await watching.printed.until(({ out }) => out.includes('tenant-b'));
    await watching.stop();
    server.close();
    server.closeAllConnections();
    expect(asked).to.deep.equal([undefined, '41']);
    expect(watching.printed.err).to.equal(
      'not live, the connection is lost: the server ended it; trying again\nconnected again\n',
    );
  });

  it('says so at once where nobody answers', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { ended } = watch('--url', `http://127.0.0.1:${port}`);
    expect(await complaintOf(ended)).to.include(`127.0.0.1:${port}/api/events can't be reached`);
  });
});

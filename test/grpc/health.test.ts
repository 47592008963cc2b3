import { credentials, status, type ClientReadableStream, type ServiceError } from '@grpc/grpc-js';
import { expect } from 'chai';
import { once } from 'node:events';
import {
  HealthCheckResponse_ServingStatus as ServingStatus,
  HealthClient,
  type HealthCheckResponse,
  type HealthListResponse,
} from '../../generated/grpc/health/v1/health.ts';
import { addHealth, type Health } from '../../src/grpc/health.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';
import { serving } from '../helpers/serve.ts';

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = ServingStatus;
const SCALER = 'externalscaler.ExternalScaler';

type Body = (client: HealthClient, health: Health, stopped: () => Promise<void>) => Promise<void>;

async function withHealth(body: Body): Promise<void> {
  await serving(addHealth, async (address, health, server) => {
    const client = new HealthClient(address, credentials.createInsecure());
    const stopped = (): Promise<void> =>
      new Promise((resolve, reject) => {
        server.tryShutdown((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
      });
    try {
      await body(client, health, stopped);
    } finally {
      client.close();
    }
  });
}

function check(client: HealthClient, service: string): Promise<HealthCheckResponse> {
  return new Promise((resolve, reject) => {
    client.check({ service }, (error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

/** A Watch and everything that it was told. What is waited for in vain is cut off by the deadline. */
function watch(client: HealthClient, service: string) {
  const call: ClientReadableStream<HealthCheckResponse> = client.watch(
    { service },
    { deadline: Date.now() + PATIENCE_MS },
  );
  const told: ServingStatus[] = [];
  call.on('data', (response: HealthCheckResponse) => told.push(response.status));
  call.on('error', () => undefined);
  const ended = new Promise<status>((resolve) => {
    call.on('status', ({ code }) => {
      resolve(code);
    });
  });
  const received = async (count: number): Promise<ServingStatus[]> => {
    while (told.length < count) await once(call, 'data');
    return [...told];
  };
  return { told, received, ended };
}

describe('addHealth', () => {
  for (const service of ['', SCALER]) {
    it(`says of "${service}" what was last set, and not serving before`, async () => {
      await withHealth(async (client, health) => {
        expect(await check(client, service)).to.deep.equal({ status: NOT_SERVING });
        health.setServing(true);
        expect(await check(client, service)).to.deep.equal({ status: SERVING });
        health.setServing(false);
        expect(await check(client, service)).to.deep.equal({ status: NOT_SERVING });
      });
    });
  }

  it('answers NOT_FOUND for a service that is not here', async () => {
    await withHealth(async (client) => {
      const error = await check(client, 'nobody').catch((reason: unknown) => reason);
      expect((error as ServiceError).code).to.equal(status.NOT_FOUND);
      expect((error as ServiceError).details).to.contain('nobody');
    });
  });

  it('lists both names with their status', async () => {
    await withHealth(async (client, health) => {
      health.setServing(true);
      const { statuses } = await new Promise<HealthListResponse>((resolve, reject) => {
        client.list({}, (error, response) => {
          if (error === null) resolve(response);
          else reject(error);
        });
      });
      expect(statuses).to.deep.equal({ '': { status: SERVING }, [SCALER]: { status: SERVING } });
    });
  });

  it('tells a Watch the status at once, and each change once', async () => {
    await withHealth(async (client, health) => {
      const { received } = watch(client, SCALER);
      expect(await received(1)).to.deep.equal([NOT_SERVING]);
      health.setServing(true);
      health.setServing(true);
      expect(await received(2)).to.deep.equal([NOT_SERVING, SERVING]);
      health.setServing(false);
      expect(await received(3)).to.deep.equal([NOT_SERVING, SERVING, NOT_SERVING]);
    });
  });

  it('tells a Watch of a service that is not here so, and keeps it open', async () => {
    await withHealth(async (client, health) => {
      const unknown = watch(client, 'nobody');
      const known = watch(client, '');
      expect(await unknown.received(1)).to.deep.equal([SERVICE_UNKNOWN]);
      await known.received(1);
      health.setServing(true);
      await known.received(2);
      expect(unknown.told).to.deep.equal([SERVICE_UNKNOWN]);
      health.endStreams();
      expect(await unknown.ended).to.equal(status.OK);
    });
  });

  it('tells the latest status where it changes faster than it can be told', async () => {
    await withHealth(async (client, health) => {
      const { received, told, ended } = watch(client, '');
      await received(1);
      for (let flip = 1; flip <= 1000; flip++) health.setServing(flip % 2 === 1);
      await received(3);
      health.endStreams();
      await ended;
      expect(told).to.deep.equal([NOT_SERVING, SERVING, NOT_SERVING]);
    });
  });

  it('ends every Watch with status OK, so that a shutdown finishes', async () => {
    await withHealth(async (client, health, stopped) => {
      const watches = [watch(client, ''), watch(client, SCALER), watch(client, 'nobody')];
      await Promise.all(watches.map(({ received }) => received(1)));
      const done = stopped();
      health.endStreams();
      const codes = await Promise.all(watches.map(({ ended }) => ended));
      expect(codes).to.deep.equal([status.OK, status.OK, status.OK]);
      await done;
    });
  });
});

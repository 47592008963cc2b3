/**
 * KEDA 2.21 closes the connection to an address when the last scaler of it is closed, and closes the scalers of a
 * ScaledObject after each poll that fails: where every ScaledObject of an address is answered by errors, all streams end.
 */
import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { licensed } from '../e2e/world.ts';
import type { KedaVersion } from './build/go-programs.ts';
import { inKedaWorld, type KedaWorld } from './in-keda-world.ts';
import type { ScaledObject } from './scaled-object.ts';

const FLEET = [licensed('tenant-a'), licensed('tenant-b')];

/** What is known is soon too old, so that KEDA is answered UNAVAILABLE; the overrides file may still know a tenant. */
async function forgetful(folder: string) {
  const path = join(folder, 'overrides.yaml');
  await writeFile(path, 'overrides:\n  tenant-b: { licensed: true }\n');
  return { hold: { maxStaleness: '500ms' }, overridesFile: { path } };
}

/** The cooldown is longer than any test: the error is what is looked at, not what KEDA scales by mistake at one. */
const TARGET = { replicas: 2, cooldownPeriod: 3_600 };

/** In seconds: no poll, which has a connection for a moment, falls into one with KEDA's attempts 2, 6 and 14 s after the end. */
const BETWEEN_ATTEMPTS = 5;

/** In milliseconds: the one 14 s after the end may come before the first poll that succeeds, the next one is at 30 s. */
const FOURTH_ATTEMPT = 40_000;

/** What KEDA logs. */
const POLLED = 'Getting metrics and activity from scaler';
const NO_CONNECTION = 'unable to get connection from the pool';

function failedPolls(a: ScaledObject): number {
  const failures = a.logs(POLLED).filter(({ values }) => values.scalerError !== '<nil>');
  return failures.length;
}

function operating(
  version: KedaVersion,
  play: (
    operate: (tenant: string, pollingInterval?: number) => Promise<ScaledObject>,
    world: KedaWorld,
  ) => Promise<void>,
) {
  return inKedaWorld(version, { licenses: FLEET, config: forgetful }, async (world) => {
    const operate = async (tenant: string, pollingInterval = 1): Promise<ScaledObject> => {
      const a = world.operator.operate(tenant, { ...TARGET, pollingInterval });
      await a.until('the first poll', () => a.logs(POLLED).length > 0);
      return a;
    };
    await play(operate, world);
  });
}

describe('an address whose ScaledObjects are all answered by errors', () => {
  it(
    'has no stream left at KEDA 2.21.0, and none comes back until a poll succeeds',
    operating('2.21.0', async (operate, { service, scaler }) => {
      const a = await operate('tenant-a', BETWEEN_ATTEMPTS);
      await scaler.openStreams(1);
      service.handler = (_request, response) => response.writeHead(500).end();
      await a.until('two attempts in vain', () => a.logs(NO_CONNECTION).length >= 2);
      for (const { error } of a.logs(NO_CONNECTION)) {
        expect(error).to.match(
          /^no pooled connection for scaler address .*, the scaler is closed$/,
        );
      }
      await scaler.openStreams(0);
      service.handler = undefined;
      await scaler.openStreams(1, FOURTH_ATTEMPT);
      expect(a.scaled).to.deep.equal([]);
    }),
  );

  it(
    'keeps its streams at KEDA 2.21.0 as soon as one of them gets an answer',
    operating('2.21.0', async (operate, { service, scaler }) => {
      const [a, b] = [await operate('tenant-a'), await operate('tenant-b')];
      await scaler.openStreams(2);
      service.handler = (_request, response) => response.writeHead(500).end();
      await a.until('three polls that fail', () => failedPolls(a) >= 3);
      expect(failedPolls(b)).to.equal(0);
      expect([a.retries, b.retries]).to.deep.equal([[], []]);
      await scaler.openStreams(2);
    }),
  );

  it(
    'keeps its streams at KEDA 2.20.2',
    operating('2.20.2', async (operate, { service, scaler }) => {
      const a = await operate('tenant-a');
      await scaler.openStreams(1);
      service.handler = (_request, response) => response.writeHead(500).end();
      await a.until('three polls that fail', () => failedPolls(a) >= 3);
      expect(a.retries).to.deep.equal([]);
      await scaler.openStreams(1);
    }),
  );
});

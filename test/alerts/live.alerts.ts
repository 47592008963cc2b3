/**
 * Each alert on what the program really exposes: it is brought into the state, scraped, and promtool
 * evaluates the alert over that, as if Prometheus had read it for as long as the alert waits.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { pino } from 'pino';
import { LimitedLog } from '../../src/observability/limited-log.ts';
import { createGrpcObserver } from '../../src/observability/observers.ts';
import { createScaleObserver } from '../../src/observability/scale-observer.ts';
import { inWorld } from '../e2e/in-world.ts';
import { licensed, type World } from '../e2e/world.ts';
import { createAuthority } from '../helpers/certificates.ts';
import { failure, licensed as license, OVERRIDES, SERVICE, sighting } from '../helpers/facts.ts';
import { scaledObject } from '../helpers/keda.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { Stage } from '../observability/stage.ts';
import { alertNames, promtool, testRules, type Series } from './promtool.ts';
import { toSeries, type Scrape } from './scrapes.ts';

const tested = new Set<string>();
const LICENSES = Array.from({ length: 10 }, (_, n) => licensed(`tenant-${n}`));

/** The alert fires at the minute, and not over the same without what is wrong. */
async function expectAlert(
  alert: string,
  minute: number,
  bad: Series,
  good?: Series,
): Promise<void> {
  tested.add(alert);
  await inTemporaryDirectory(async (folder) => {
    const expectations = [{ alert, series: bad, minute, fires: true }];
    if (good !== undefined) expectations.push({ alert, series: good, minute, fires: false });
    expect(await testRules(folder, expectations)).to.include('SUCCESS');
  })();
}

async function scrape(world: World, minute = 0, port = world.app.httpPort): Promise<Scrape> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
    (answer) => answer.text(),
    () => undefined,
  );
  return { minute, text, at: Date.now() };
}

/** Scrapes with something done before each, every three minutes. */
async function scrapeBetween(world: World, act: () => Promise<unknown>): Promise<Series> {
  const scrapes = [await scrape(world)];
  for (let minute = 3; minute <= 45; minute += 3) {
    await act();
    scrapes.push(await scrape(world, minute));
  }
  return toSeries(scrapes);
}

/** What the stage exposes at its time. */
async function exposed({ metrics, now }: Stage, minute = 0): Promise<Scrape> {
  return { minute, text: (await metrics.expose()).body, at: now };
}

function linesOf(): LimitedLog {
  return new LimitedLog(pino({ level: 'silent' }), { later: () => undefined });
}

/** Looks at the metrics until this is in them. */
async function until(world: World, line: string): Promise<Scrape> {
  for (;;) {
    const seen = await scrape(world);
    if (seen.text?.includes(line) === true) return seen;
    await world.requests(1);
  }
}

describe('the alerts, on real metrics:', () => {
  it(
    'NoReplicaReady',
    inWorld({ licenses: LICENSES }, async (world) => {
      const good = toSeries([await scrape(world)]);
      await world.app.stop();
      await expectAlert('LicenseScalerNoReplicaReady', 5, toSeries([await scrape(world)]), good);
    }),
  );

  it(
    'SourceDown',
    inWorld({ licenses: LICENSES }, async (world) => {
      await world.keda.push(scaledObject('tenant-0')).received(1);
      const good = toSeries([await scrape(world)]);
      await world.service.stop();
      await world.logged('license service');
      await world.logged('fails:');
      await expectAlert('LicenseScalerSourceDown', 10, toSeries([await scrape(world)]), good);
    }),
  );

  it(
    'TenantsUnknown',
    inWorld({ isServiceUp: false }, async (world) => {
      const good = toSeries([await scrape(world)]);
      await world.keda.poll(scaledObject('tenant-x'));
      await expectAlert('LicenseScalerTenantsUnknown', 20, toSeries([await scrape(world)]), good);
    }),
  );

  it(
    'CallsFail, and EveryPollFails',
    inWorld({ isServiceUp: false, licenses: LICENSES }, async (world) => {
      const bad = await scrapeBetween(world, () => world.keda.poll(scaledObject('tenant-0')));
      await world.service.listen();
      await world.logged('tenant-0 is licensed');
      const good = await scrapeBetween(world, () => world.keda.poll(scaledObject('tenant-0')));
      await expectAlert('LicenseScalerCallsFail', 30, bad, good);
      await expectAlert('LicenseScalerEveryPollFails', 30, bad, good);
    }),
  );

  it(
    'NoStreams, and PolledWithoutStream',
    inWorld({ licenses: LICENSES }, async (world) => {
      const poll = () => world.keda.poll(scaledObject('tenant-0'));
      const none = await scrapeBetween(world, poll);
      await world.keda.push(scaledObject('tenant-1')).received(1);
      const one = await scrapeBetween(world, poll);
      await world.keda.push(scaledObject('tenant-0')).received(1);
      const all = await scrapeBetween(world, poll);
      await expectAlert('LicenseScalerNoStreams', 30, none, one);
      await expectAlert('LicenseScalerPolledWithoutStream', 30, one, all);
    }),
  );

  it(
    'StreamsRefused',
    inWorld({ licenses: LICENSES }, async (world) => {
      const streaming = (metadata: Record<string, string>) => async () => {
        const stream = world.keda.push(scaledObject('tenant-0', metadata));
        await ('x' in metadata ? stream.ended(1) : stream.received(1));
      };
      const good = await scrapeBetween(world, streaming({}));
      const bad = await scrapeBetween(world, streaming({ x: 'y' }));
      await expectAlert('LicenseScalerStreamsRefused', 40, bad, good);
    }),
  );

  it(
    'ManySuspended',
    inWorld({ licenses: LICENSES }, async (world) => {
      await Promise.all(LICENSES.map(({ id }) => world.keda.push(scaledObject(id)).received(1)));
      const before = await until(world, 'tenants{standing="licensed"} 10');
      const ids = LICENSES.slice(2).map(({ id }) => id);
      await world.override(Object.fromEntries(ids.map((id) => [id, { licensed: false }])));
      const after = await until(world, 'tenants{standing="unlicensed"} 8');
      const bad = toSeries([before, { ...after, minute: 20 }]);
      await expectAlert('LicenseScalerManySuspended', 25, bad, toSeries([before]));
    }),
  );

  it(
    'ConfigDiffers',
    inWorld({ licenses: LICENSES }, async (world) => {
      const first = await scrape(world);
      const { httpPort } = await world.startReplica({ replicas: { default: 7 } });
      const second = await scrape(world, 0, httpPort);
      const bad = { ...toSeries([first]), ...toSeries([second], 'pod-2') };
      const good = { ...toSeries([first]), ...toSeries([first], 'pod-2') };
      await expectAlert('LicenseScalerConfigDiffers', 40, bad, good);
    }),
  );

  it(
    'CertificateEndsSoon, and CertificateEndsNow',
    inTemporaryDirectory(async (folder) => {
      const certFile = join(folder, 'tls.crt');
      const keyFile = join(folder, 'tls.key');
      const scrapeWith = async (days: number): Promise<Series> => {
        const notAfter = new Date(Date.now() + days * 86_400_000);
        const { cert, key } = createAuthority('ours').issue({ commonName: 'x', notAfter });
        await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)]);
        let series: Series = {};
        const config = { grpc: { tls: { certFile, keyFile } } };
        await inWorld({ config }, async (world) => {
          series = toSeries([await scrape(world)]);
        })();
        return series;
      };
      const [now, soon, fine] = [await scrapeWith(1), await scrapeWith(10), await scrapeWith(30)];
      await expectAlert('LicenseScalerCertificateEndsNow', 1, now, soon);
      await expectAlert('LicenseScalerCertificateEndsSoon', 70, soon, fine);
    }),
  );

  it('TenantsWithheld', async () => {
    const stage = new Stage();
    stage.metrics.streams.open.inc({ method: 'StreamIsActive' });
    stage.see(
      sighting(OVERRIDES, 0),
      sighting(SERVICE, 1_000, { a: license({ end: 50_000 }) }, false),
      failure(SERVICE, 40_000),
    );
    const good = await exposed(stage);
    stage.pass(50_000);
    stage.now = 1_000_000;
    await expectAlert(
      'LicenseScalerTenantsWithheld',
      1,
      toSeries([await exposed(stage)]),
      toSeries([good]),
    );
  });

  it('DataTooOldSoon', async () => {
    const stage = new Stage();
    stage.metrics.streams.open.inc({ method: 'StreamIsActive' });
    stage.see(sighting(SERVICE, 0, { a: license({}) }, false), failure(SERVICE, 10_000));
    const good = await exposed(stage);
    stage.now = 6 * 86_400_000;
    const bad = toSeries([await exposed(stage)]);
    await expectAlert('LicenseScalerDataTooOldSoon', 1, bad, toSeries([good]));
  });

  it('BoundaryMissed', async () => {
    const stage = new Stage();
    stage.see(
      sighting(OVERRIDES, 0),
      sighting(SERVICE, 1_000, { a: license({ end: 60_000 }) }, false),
    );
    const missed = await exposed(stage);
    stage.pass(60_000);
    const acted = { ...(await exposed(stage)), minute: 1 };
    const bad = toSeries([{ ...missed, at: 0 }]);
    const good = toSeries([{ ...missed, at: 0 }, acted]);
    await expectAlert('LicenseScalerBoundaryMissed', 6, bad, good);
  });

  it('LogDropped', async () => {
    const stage = new Stage();
    const good = await exposed(stage);
    for (let line = 0; line < 3; line++) stage.output.write('a line');
    const bad = toSeries([good, await exposed(stage, 20)]);
    await expectAlert('LicenseScalerLogDropped', 22, bad, toSeries([good]));
  });

  it('PushesCoalesced, PushesSlow, and ScalingFails', async () => {
    const stage = new Stage();
    const observer = createGrpcObserver(stage.metrics, linesOf());
    const scaled = createScaleObserver(stage.metrics, linesOf());
    const scrapes = [await exposed(stage)];
    for (let minute = 1; minute <= 60; minute++) {
      stage.metrics.pushes.news(stage.now);
      stage.now += 60_000;
      observer.coalesced();
      observer.pushed({ active: true, cause: 'change' });
      scrapes.push(await exposed(stage, minute));
    }
    const trigger = { tenant: 'a' };
    const object = { namespace: 'a', name: 'a', trigger };
    const act = { scaledObject: object, direction: 'suspension', why: '403', took: 1 };
    scaled({ ...act, result: 'failed', unannounced: undefined });
    scrapes.push(await exposed(stage, 61));
    const bad = toSeries(scrapes);
    const good = toSeries(scrapes.slice(0, 1));
    await expectAlert('LicenseScalerPushesCoalesced', 60, bad, good);
    await expectAlert('LicenseScalerPushesSlow', 60, bad, good);
    await expectAlert('LicenseScalerScalingFails', 62, bad, toSeries(scrapes.slice(0, -1)));
  });

  it('and that is all of them', async () => {
    expect([...tested].sort()).to.deep.equal((await alertNames()).sort());
  });
});

describe('/metrics', () => {
  it(
    'is clean by `promtool check metrics`',
    inWorld({ licenses: LICENSES }, async (world) => {
      await world.keda.push(scaledObject('tenant-0')).received(1);
      await world.keda.poll(scaledObject('tenant-x'));
      const { body } = await world.get('/metrics');
      expect(await promtool(['check', 'metrics'], body)).to.equal('');
    }),
  );
});

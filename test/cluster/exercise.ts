/** The exercise that license-scaler was written for, on the repository's own manifests. */
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { expired, licensed } from '../e2e/world.ts';
import { VERSIONS, type KedaModule } from './build/versions.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { figuresOf } from './figures.ts';
import type { Section } from './report/document.ts';
import { Scaler } from './scaler.ts';
import { eventsOf, tenantObjects } from './tenants.ts';

const [A, B, C] = ['tenant-a', 'tenant-b', 'tenant-c'] as const;
const [a, b, c] = [`${A}/scaled-service`, `${B}/scaled-service`, `${C}/scaled-service`] as const;

/** KEDA's pollingInterval in the manifests, and a little. */
const POLL = 35_000;
const OUTAGE = 60_000;
/** The longest pause that the scaler makes between its attempts in an outage, and a little. */
const RETRY = 70_000;

/** KEDA's own words, on a ScaledObject. */
const [UP, DOWN] = ['KEDAScaleTargetActivated', 'KEDAScaleTargetDeactivated'] as const;

/** @param keda the release that plays */
export function describeExercise(section: Section, keda: KedaModule): void {
  describe(`the exercise, with KEDA ${VERSIONS[keda]}`, () => {
    const scene = inCluster(keda);
    const figures = figuresOf(section, keda);

    it('runs each tenant exactly while its license allows it, and changes nothing while nobody knows', async function () {
      this.timeout(6 * 60_000);
      const { stage, cluster, replicas } = scene();
      const service = await LicenseServiceProcess.start(stage, [
        licensed(A),
        expired(B),
        licensed(C),
      ]);
      const scaler = await Scaler.start(stage, {
        licenseService: { url: service.url, interval: '500ms', timeout: '500ms' },
      });

      const applied = Date.now();
      await cluster.apply(await tenantObjects(cluster, scaler.address));
      const first = await Promise.all([
        replicas.reached(a, 2),
        replicas.reached(b, 0),
        replicas.reached(c, 2),
      ]);
      figures.took(
        'three new tenants are where they belong',
        Math.max(...first.map(({ at }) => at)) - applied,
      );

      await service.write([licensed(A), licensed(B), licensed(C)]);
      const started = await replicas.reached(b, 2, { since: applied, within: 5_000 });
      figures.took(
        'reinstatement, from the answer of the license service',
        started.at - service.answered(B),
      );

      await service.write([expired(A), licensed(B), licensed(C)]);
      const stopped = await replicas.reached(a, 0, { since: applied, within: POLL });
      figures.took(
        'suspension by poll, from the answer of the license service',
        stopped.at - service.answered(A),
      );
      expect([replicas.now(a), replicas.now(b), replicas.now(c)]).to.deep.equal([0, 2, 2]);

      await service.stop();
      await service.write([licensed(A), licensed(B), expired(C)]);
      const before = replicas.changes.length;
      await pause(OUTAGE);
      expect(replicas.changes.slice(before)).to.deep.equal([]);

      const up = Date.now();
      await service.start();
      const restored = await replicas.reached(a, 2, { since: stopped.at, within: RETRY });
      figures.took(
        'the end of the outage, until the scaler has an answer',
        service.answered(A) - up,
      );
      figures.took(
        'reinstatement after an outage, from the answer',
        restored.at - service.answered(A),
      );
      const ended = await replicas.reached(c, 0, { within: POLL });
      figures.took(
        'suspension by poll after an outage, from the answer',
        ended.at - service.answered(C),
      );
      expect([replicas.now(a), replicas.now(b), replicas.now(c)]).to.deep.equal([2, 2, 0]);
      const told = await Promise.all([A, B, C].map((tenant) => eventsOf(cluster, tenant)));
      expect(told[0]).to.include.members([DOWN, UP]);
      expect(told[1]).to.include(UP);
      expect(told[2]).to.include(DOWN);
    });
  });
}

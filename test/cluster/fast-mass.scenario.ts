/** 200 tenants at once by the scale subresource, down and up, and what KEDA and the HPA make of it. */
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { licensed } from '../e2e/world.ts';
import { fastConfig, grant, Licenses } from './fast-world.ts';
import { figuresOf } from './figures.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { allStreams, fleet, quiet } from './many-tenants.ts';
import { Scaler } from './scaler.ts';
import { forTenants, tenantObjects, workloadOf } from './tenants.ts';

const TENANTS = fleet(200);
/** These are to have 4 replicas when they come back, which is for the HPA to see to. */
const LARGE = TENANTS.slice(0, 10);

/** In seconds: so rare that no poll has a part in it. */
const NO_POLL = 3600;
const LONG = { within: 4 * 60_000 };

describe('200 tenants, scaled from here', () => {
  const scene = inCluster();
  const figures = figuresOf('fast-mass');
  let service: LicenseServiceProcess;
  let licenses: Licenses;
  let scaler: Scaler;
  let kubeconfig: string;

  before(async function () {
    this.timeout(8 * 60_000);
    const { stage, cluster, replicas } = scene();
    await grant(scene());
    kubeconfig = await cluster.scalerKubeconfig();
    service = await LicenseServiceProcess.start(stage, []);
    licenses = new Licenses(service, TENANTS);
    await licenses.give();
    scaler = await Scaler.start(stage, fastConfig(service, { kubeconfig }));
    // Else it would take KEDA minutes to take note of so many.
    await cluster.stopOperator();
    await cluster.startOperator(['--kube-api-qps=500', '--kube-api-burst=1000']);
    const one = await tenantObjects(cluster, scaler.address, { pollingInterval: NO_POLL });
    await cluster.apply(forTenants(one, TENANTS));
    await Promise.all(TENANTS.map((each) => replicas.reached(workloadOf(each), 2, LONG)));
    await allStreams(scaler, TENANTS.length);
    await cluster.stopOperator();
    await cluster.startOperator();
    await allStreams(scaler, TENANTS.length);
    await quiet(replicas);
  });

  it('are all suspended within 5 s, and stay so', async function () {
    this.timeout(3 * 60_000);
    const { replicas } = scene();
    const began = Date.now();
    await licenses.end(...TENANTS);
    const stopped = await Promise.all(
      TENANTS.map((each) => replicas.reached(workloadOf(each), 0, { since: began })),
    );
    const latencies = stopped.map(({ at }) => at - service.answeredAll());
    figures.spread('suspended at once, with the default of `maxPerSecond` and `burst`', latencies);
    await quiet(replicas, 40_000);
    for (const each of TENANTS) {
      expect(replicas.course(workloadOf(each), began)).to.deep.equal([0]);
    }
    figures.found('of these changed again by KEDA or the HPA', 0);
    expect(Math.max(...latencies)).to.be.lessThan(5_000);
  });

  it('are all reinstated at once by push and scale, and nothing works against it for 10 minutes', async function () {
    this.timeout(15 * 60_000);
    const { replicas } = scene();
    await scaler.stop();
    await scaler.configure(fastConfig(service, { kubeconfig, reinstatement: 'push+scale' }));
    await scaler.start();
    await allStreams(scaler, TENANTS.length);
    await quiet(replicas);
    const began = Date.now();
    await service.write(
      TENANTS.map((each) => licensed(each, LARGE.includes(each) ? { replicas: 4 } : {})),
    );
    const started = await Promise.all(
      TENANTS.map((each) => replicas.reached(workloadOf(each), 2, { since: began })),
    );
    figures.spread(
      'reinstated at once by `push+scale`, with the default of `maxPerSecond` and `burst`',
      started.map(({ at }) => at - service.answeredAll()),
    );
    await pause(10 * 60_000);
    for (const each of TENANTS) {
      const course = LARGE.includes(each) ? [2, 4] : [2];
      expect(replicas.course(workloadOf(each), began)).to.deep.equal(course);
    }
    figures.found(
      'of these changed again within 10 minutes, but for the HPA that 10 have to go to 4',
      0,
    );
  });
});

/** The main job: licenses and overrides in, StreamIsActive out. */
import { expect } from 'chai';
import { scaledObject } from '../helpers/keda.ts';
import { inWorld } from './in-world.ts';
import { expired, licensed, period } from './world.ts';

const FLEET = [licensed('tenant-a'), expired('tenant-b'), licensed('tenant-c')];

describe('the main job', () => {
  it(
    'tells tenant-b false and the others true',
    inWorld({ licenses: FLEET }, async ({ keda }) => {
      const [a, b, c] = ['tenant-a', 'tenant-b', 'tenant-c'].map((tenant) =>
        keda.push(scaledObject(tenant)),
      );
      expect(await a?.received(1)).to.deep.equal([true]);
      expect(await b?.received(1)).to.deep.equal([false]);
      expect(await c?.received(1)).to.deep.equal([true]);
      expect(await keda.poll(scaledObject('tenant-a'))).to.deep.equal({
        active: true,
        replicas: 2,
      });
      expect(await keda.poll(scaledObject('tenant-b'))).to.deep.equal({
        active: false,
        replicas: 0,
      });
    }),
  );

  it(
    'tells a reinstatement by the license service to the streams of its tenant alone',
    inWorld({ licenses: FLEET }, async (world) => {
      const { keda, service } = world;
      const [a, b] = [keda.push(scaledObject('tenant-a')), keda.push(scaledObject('tenant-b'))];
      await Promise.all([a.received(1), b.received(1)]);
      service.tenants.set('tenant-b', licensed('tenant-b'));
      expect(await b.received(2)).to.deep.equal([false, true]);
      await world.requests(4);
      expect(a.states).to.deep.equal([true]);
      expect(b.states).to.deep.equal([false, true]);
    }),
  );

  it(
    'tells a reinstatement and a suspension by the overrides file, and the end of either',
    inWorld({ licenses: FLEET }, async (world) => {
      const { keda } = world;
      const [a, b] = [keda.push(scaledObject('tenant-a')), keda.push(scaledObject('tenant-b'))];
      await Promise.all([a.received(1), b.received(1)]);
      await world.override({
        'tenant-a': { licensed: false, reason: 'moved out' },
        'tenant-b': { licensed: true, replicas: 4 },
      });
      expect(await a.received(2)).to.deep.equal([true, false]);
      expect(await b.received(2)).to.deep.equal([false, true]);
      expect(await keda.poll(scaledObject('tenant-b'))).to.deep.equal({
        active: true,
        replicas: 4,
      });
      await world.override({});
      expect(await a.received(3)).to.deep.equal([true, false, true]);
      expect(await b.received(3)).to.deep.equal([false, true, false]);
    }),
  );

  it(
    'ends an override on time by itself',
    inWorld({ licenses: FLEET }, async (world) => {
      const b = world.keda.push(scaledObject('tenant-b'));
      await b.received(1);
      await world.override({ 'tenant-b': { licensed: true } });
      expect(await b.received(2)).to.deep.equal([false, true]);
      // Where it is read late its end is over, and acted on all the same.
      const until = new Date(Date.now() + 400).toISOString();
      await world.override({ 'tenant-b': { licensed: true, until } });
      expect(await b.received(3)).to.deep.equal([false, true, false]);
    }),
  );

  it(
    'repeats a true that is news, and nothing else',
    inWorld({ licenses: FLEET, config: { push: { repeats: ['10ms', '20ms'] } } }, async (world) => {
      const { keda, service } = world;
      const [a, b] = [keda.push(scaledObject('tenant-a')), keda.push(scaledObject('tenant-b'))];
      await Promise.all([a.received(1), b.received(1)]);
      service.tenants.set('tenant-b', licensed('tenant-b'));
      expect(await b.received(4)).to.deep.equal([false, true, true, true]);
      await world.requests(4);
      expect(b.states).to.have.length(4);
      expect(a.states).to.deep.equal([true]);
    }),
  );

  it(
    'repeats the opening of a stream that KEDA puts in the place of another',
    inWorld({ licenses: FLEET, config: { push: { repeats: ['10ms', '20ms'] } } }, async (world) => {
      const { keda } = world;
      const first = keda.push(scaledObject('tenant-a'));
      await first.received(1);
      const second = keda.push(scaledObject('tenant-a'));
      expect(await second.received(3)).to.deep.equal([true, true, true]);
      expect(first.states).to.deep.equal([true]);
      first.cancel();
      second.cancel();
      const third = keda.push(scaledObject('tenant-a'));
      expect(await third.received(3)).to.deep.equal([true, true, true]);
    }),
  );

  it(
    'acts on the end of a license when it is reached',
    inWorld({ licenses: FLEET }, async ({ keda, service }) => {
      const stream = keda.push(scaledObject('tenant-a'));
      expect(await stream.received(1)).to.deep.equal([true]);
      const license = period('tenant-a', Date.now() - 1_000, Date.now() + 500);
      service.tenants.set('tenant-a', license);
      expect(await stream.received(2)).to.deep.equal([true, false]);
    }),
  );

  it(
    'tells both ScaledObjects of one tenant, each by its own trigger',
    inWorld({ licenses: [licensed('acme')] }, async ({ keda, service }) => {
      const metadata = { tenantId: 'acme' };
      const web = keda.push(
        scaledObject('shop', { ...metadata, service: 'scaled-service' }, 'web'),
      );
      const jobs = keda.push(scaledObject('shop', { ...metadata, service: 'reports' }, 'jobs'));
      expect(await web.received(1)).to.deep.equal([true]);
      expect(await jobs.received(1)).to.deep.equal([false]);
      service.tenants.set('acme', licensed('acme', { services: ['reports'] }));
      expect(await web.received(2)).to.deep.equal([true, false]);
      expect(await jobs.received(2)).to.deep.equal([false, true]);
    }),
  );

  it(
    'answers the polls of a tenant never heard of',
    inWorld({ licenses: [licensed('tenant-a', { replicas: 5 })] }, async ({ keda }) => {
      expect(await keda.answered(scaledObject('tenant-a'))).to.deep.equal({
        active: true,
        replicas: 5,
      });
      expect(await keda.answered(scaledObject('nobody'))).to.deep.equal({
        active: false,
        replicas: 0,
      });
    }),
  );

  it(
    'names what is wrong with the metadata of a trigger, and answers GetMetricSpec all the same',
    inWorld({ licenses: FLEET }, async ({ keda }) => {
      const ref = scaledObject('tenant-a', { tenantid: 'tenant-a' });
      const stream = keda.push(ref);
      expect(await stream.ended(1)).to.deep.equal(['INVALID_ARGUMENT']);
      const answer = await keda.poll(ref);
      expect(answer).to.have.property('error', 'INVALID_ARGUMENT');
      expect(answer)
        .to.have.property('details')
        .that.includes('ScaledObject tenant-a/scaled-service')
        .and.includes('"tenantid"')
        .and.includes('tenantId');
    }),
  );

  it(
    'refuses a trigger without a key that is required, and does not take the namespace for its tenant',
    inWorld({ licenses: FLEET, config: { tenants: { require: ['tenantId'] } } }, async (world) => {
      const { keda, service } = world;
      // As KEDA sends it where it did not find the variable of tenantIdFromEnv.
      const lost = scaledObject('tenant-a', {});
      expect(await keda.push(lost).ended(1)).to.deep.equal(['INVALID_ARGUMENT']);
      expect(await keda.poll(lost))
        .to.have.property('details')
        .that.includes('tenants.require');
      expect(service.requests).to.equal(0);
      const given = keda.push(scaledObject('shop', { tenantIdFromEnv: 'tenant-a' }));
      expect(await given.received(1)).to.deep.equal([true]);
    }),
  );

  it(
    'sends StreamMetricSpec once and stays open',
    inWorld({ licenses: FLEET }, async ({ keda }) => {
      const call = keda.client.streamMetricSpec(scaledObject('tenant-a'));
      const specs = await new Promise((resolve) => call.once('data', resolve));
      expect(specs).to.deep.equal({
        metricSpecs: [{ metricName: 'license-replicas', targetSize: 1, targetSizeFloat: 1 }],
      });
      call.on('error', () => undefined);
      call.cancel();
    }),
  );

  it(
    'shows on the side port that it works, that it is ready, and its metrics',
    inWorld({ licenses: FLEET }, async (world) => {
      await world.keda.push(scaledObject('tenant-a')).received(1);
      await world.logged('tenant-a is licensed');
      expect(await world.get('/livez')).to.deep.equal({ status: 200, body: 'ok\n' });
      expect(await world.get('/readyz')).to.deep.equal({ status: 200, body: 'ok\n' });
      const { body } = await world.get('/metrics');
      for (const line of [
        'license_scaler_source_up{source="license-service"} 1',
        'license_scaler_tenants{standing="licensed"} 1',
        'license_scaler_transitions_total{from="unknown",to="licensed",reason="valid"} 1',
        'license_scaler_streams_open{method="StreamIsActive"} 1',
        'license_scaler_pushes_total{cause="open",active="true"} 1',
        'license_scaler_source_age_seconds{source="license-service"} ',
        'license_scaler_source_request_duration_seconds_count{source="license-service",result="license"} ',
      ]) {
        expect(body).to.include(line);
      }
      expect(await world.get('/nothing')).to.have.property('status', 404);
    }),
  );

  it(
    'logs each transition in one line',
    inWorld({ licenses: FLEET }, async (world) => {
      await world.keda.push(scaledObject('tenant-b')).received(1);
      await world.logged('tenant-b is unlicensed');
      expect(world.linesWith('tenant-b is unlicensed')[0]).to.include({
        tenant: 'tenant-b',
        from: 'unknown',
        to: 'unlicensed',
        reason: 'ended',
        source: 'license-service',
      });
    }),
  );
});

/** The license service in trouble: nothing that was licensed turns false without a fact. */
import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { reach } from '../../src/pipeline/boundaries.ts';
import { TooLate, inTime } from '../helpers/in-time.ts';
import { scaledObject } from '../helpers/keda.ts';
import { inWorld } from './in-world.ts';
import { expired, licensed, period, type LicenseService, type World } from './world.ts';

const FLEET = [licensed('tenant-a'), expired('tenant-b')];

/** Short: two of the troubles are that the service does not answer. */
const TROUBLE = { licenseService: { timeout: '500ms' } };

/** The ways in which a license service is in trouble, and how each begins. */
const TROUBLES: Record<string, (service: LicenseService) => void | Promise<void>> = {
  'is stopped': (service) => service.stop(),
  'answers 500': always((response) => response.writeHead(500).end('{"tenant":null}')),
  'answers 401': always((response) => response.writeHead(401).end()),
  'never answers': always(() => undefined),
  'answers too slowly': always((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"tenant":');
  }),
  'answers garbage': always((response) => response.end('<html>Bad gateway</html>')),
  'answers an empty body': always((response) => response.end()),
  'answers with a 404 page of somebody else': always((response) =>
    response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>'),
  ),
  'redirects to another host': always((response) =>
    response.writeHead(302, { location: 'http://127.0.0.2:9/' }).end(),
  ),
  'breaks off its answer': always((response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('{"tenant":{"id":"tenant-a"');
    response.destroy();
  }),
};

function always(answer: (response: ServerResponse) => unknown) {
  return (service: LicenseService): void => {
    service.handler = (_request, response) => void answer(response);
  };
}

async function recover({ service }: World): Promise<void> {
  service.handler = undefined;
  await service.listen().catch(() => undefined);
}

describe('a license service in trouble', () => {
  for (const [trouble, begin] of Object.entries(TROUBLES)) {
    it(
      `holds what was said while it ${trouble}`,
      inWorld({ licenses: FLEET, config: TROUBLE }, async (world) => {
        const { keda, service } = world;
        const [a, b] = [keda.push(scaledObject('tenant-a')), keda.push(scaledObject('tenant-b'))];
        await Promise.all([a.received(1), b.received(1)]);
        await begin(service);
        await world.logged('what it decided is held');
        expect(await keda.poll(scaledObject('tenant-a'))).to.include({ active: true, replicas: 2 });
        expect(await keda.poll(scaledObject('tenant-b'))).to.include({ active: false });
        expect(await world.get('/readyz')).to.have.property('status', 200);
        expect([a.states, b.states]).to.deep.equal([[true], [false]]);
      }),
    );
  }

  it(
    'starts while it is down, says so, and recovers by itself',
    inWorld({ licenses: FLEET, isServiceUp: false }, async (world) => {
      const { keda } = world;
      const stream = keda.push(scaledObject('tenant-a'));
      await world.logged('what it decided is held');
      const answer = await keda.poll(scaledObject('tenant-a'));
      expect(answer).to.have.property('error', 'UNAVAILABLE');
      expect(answer)
        .to.have.property('details')
        .that.matches(
          /^no license data for tenant-a yet: license service http:\/\/\S+ has failed for \d+ s: connect ECONNREFUSED/,
        );
      expect(stream.states).to.deep.equal([]);
      await recover(world);
      expect(await stream.received(1)).to.deep.equal([true]);
    }),
  );

  it(
    'follows what changed during an outage when it is over',
    inWorld({ licenses: FLEET }, async (world) => {
      const { keda, service } = world;
      const [a, b] = [keda.push(scaledObject('tenant-a')), keda.push(scaledObject('tenant-b'))];
      await Promise.all([a.received(1), b.received(1)]);
      await service.stop();
      await world.logged('what it decided is held');
      service.tenants.set('tenant-a', expired('tenant-a'));
      service.tenants.set('tenant-b', licensed('tenant-b'));
      expect([a.states, b.states]).to.deep.equal([[true], [false]]);
      await recover(world);
      expect(await a.received(2)).to.deep.equal([true, false]);
      expect(await b.received(2)).to.deep.equal([false, true]);
      await world.logged('works again after');
    }),
  );

  it(
    'does not act on the end of a license during an outage: it may have been renewed',
    inTime((until) =>
      inWorld({}, async (world) => {
        const { keda, service } = world;
        const end = Date.now() + until;
        service.tenants.set('tenant-a', period('tenant-a', 0, end));
        const stream = keda.push(scaledObject('tenant-a'));
        await stream.received(1);
        await service.stop();
        if (Date.now() >= end) throw new TooLate();
        await firstValueFrom(reach(end + 100));
        expect(await keda.poll(scaledObject('tenant-a'))).to.include({ active: true });
        expect(stream.states).to.deep.equal([true]);
        await recover(world);
        expect(await stream.received(2)).to.deep.equal([true, false]);
      })(),
    ),
  );

  it(
    'tells the state when it is known to a stream that was opened during an outage',
    inWorld({ licenses: FLEET }, async (world) => {
      const { keda, service } = world;
      await keda.push(scaledObject('tenant-a')).received(1);
      await service.stop();
      await world.logged('what it decided is held');
      const late = keda.push(scaledObject('tenant-a'));
      expect(await keda.poll(scaledObject('tenant-a'))).to.include({ active: true });
      expect(late.states).to.deep.equal([]);
      await recover(world);
      expect(await late.received(1)).to.deep.equal([true]);
    }),
  );

  it(
    'obeys an override during an outage',
    inWorld({ licenses: FLEET }, async (world) => {
      const { keda, service } = world;
      const stream = keda.push(scaledObject('tenant-b'));
      await stream.received(1);
      await service.stop();
      await world.logged('what it decided is held');
      await world.override({ 'tenant-b': { licensed: true } });
      expect(await stream.received(2)).to.deep.equal([false, true]);
    }),
  );

  it(
    'takes a 404 for one tenant as a fact about that one alone',
    inWorld({ licenses: FLEET }, async (world) => {
      const { keda, service } = world;
      const [a, b] = [keda.push(scaledObject('tenant-a')), keda.push(scaledObject('tenant-b'))];
      await Promise.all([a.received(1), b.received(1)]);
      service.tenants.delete('tenant-b');
      service.tenants.set('tenant-a', licensed('tenant-a', { replicas: 3 }));
      await world.logged('unknown to the source that decides');
      expect(await a.received(1)).to.deep.equal([true]);
      service.tenants.delete('tenant-a');
      expect(await a.received(2)).to.deep.equal([true, false]);
    }),
  );

  it(
    'answers UNAVAILABLE when the last good answer is too old, and says nothing on the stream',
    inWorld({ licenses: FLEET, config: { hold: { maxStaleness: '300ms' } } }, async (world) => {
      const { keda, service } = world;
      const stream = keda.push(scaledObject('tenant-a'));
      await stream.received(1);
      await service.stop();
      await firstValueFrom(reach(Date.now() + 400));
      const answer = await keda.poll(scaledObject('tenant-a'));
      expect(answer).to.have.property('error', 'UNAVAILABLE');
      expect(answer).to.have.property('details').that.includes('allowed is');
      expect(stream.states).to.deep.equal([true]);
    }),
  );

  it(
    'grants by the license file while the service has never answered, but takes nothing away by it',
    inWorld({ isServiceUp: false }, async (world) => {
      const file = join(world.folder, 'licenses.json');
      await writeFile(file, JSON.stringify([licensed('tenant-a'), expired('tenant-b')]));
      const second = await world.startAnother({ licenseFile: { path: file } });
      const [a, b, c] = ['tenant-a', 'tenant-b', 'tenant-c'].map((tenant) =>
        second.push(scaledObject(tenant)),
      );
      expect(await a?.received(1)).to.deep.equal([true]);
      for (const tenant of ['tenant-b', 'tenant-c']) {
        expect(await second.poll(scaledObject(tenant))).to.have.property('error', 'UNAVAILABLE');
      }
      expect([b?.states, c?.states]).to.deep.equal([[], []]);
    }),
  );

  for (const [what, answer] of Object.entries({
    'an empty list': '[]',
    'another tenant': JSON.stringify({ tenant: licensed('tenant-z') }),
    'a bad date': JSON.stringify({ tenant: licensed('tenant-a', { period_end: 'soon' }) }),
    'an unknown status': JSON.stringify({ tenant: licensed('tenant-a', { status: 'dormant' }) }),
  })) {
    it(
      `holds a tenant for which it answers ${what}`,
      inWorld({ licenses: FLEET }, async (world) => {
        const { keda, service } = world;
        const stream = keda.push(scaledObject('tenant-a'));
        await stream.received(1);
        service.handler = (_request, response) => {
          response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
        };
        await world.logged("license-service can't tell about tenant-a");
        await world.requests(2);
        expect(await keda.poll(scaledObject('tenant-a'))).to.include({ active: true });
        expect(stream.states).to.deep.equal([true]);
      }),
    );
  }
});

import { expect } from 'chai';
import { z } from 'zod';
import { shapes } from '../../src/http/api-schema.ts';
import type {
  ScaledObjectRow,
  ScaledObjectState,
} from '../../src/core/report/scaled-object-row.ts';
import { ScaledObjectEntry } from '../../src/grpc/scaled-object-entry.ts';
import { writeScaledObjects } from '../../src/http/scaled-object-list.ts';
import type { SourceRow, SourceTurn } from '../../src/core/report/source-row.ts';
import type { TenantReport } from '../../src/core/report/tenant-report.ts';
import type { TenantRow } from '../../src/core/report/tenant-row.ts';
import type { TransitionRow } from '../../src/core/report/transition-row.ts';
import { inWorld } from '../e2e/in-world.ts';
import { expired, licensed, type World } from '../e2e/world.ts';
import { scaledObject } from '../helpers/keda.ts';
import { EventStream } from './event-stream.ts';

/** Whether each is assignable to the other: what is described is what is answered. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const sameShapes: [
  Same<z.infer<typeof shapes.TenantRow>, TenantRow>,
  Same<z.infer<typeof shapes.Source>, SourceRow>,
  Same<z.infer<typeof shapes.ScaledObject>, ScaledObjectRow>,
  Same<z.infer<typeof shapes.Transition>, TransitionRow>,
  Same<z.infer<typeof shapes.SourceTurn>, SourceTurn & { readonly id: number }>,
  z.infer<typeof shapes.TenantReport> extends TenantReport ? true : false,
] = [true, true, true, true, true, true];

type Json = Record<string, unknown>;

interface Document {
  readonly paths: Record<
    string,
    { get: { responses: Record<string, { content: Json } | undefined> } } | undefined
  >;
  readonly components: { readonly schemas: Json };
}

/** What the server's own description says of an answer, as something that checks it. */
async function described(world: World, path: string, status: number): Promise<z.ZodType> {
  const { paths, components } = JSON.parse((await world.get('/api/openapi.json')).body) as Document;
  const content = paths[path]!.get.responses[status]!.content['application/json'] as Json;
  const text = JSON.stringify({ ...(content.schema as Json), $defs: components.schemas });
  return z.fromJSONSchema(
    JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as never,
  );
}

/** Asks, and holds the answer to the description. */
async function ask<T = Json>(
  world: World,
  path: string,
  template = path.split('?')[0]!,
  status = 200,
): Promise<T> {
  const answer = await world.get(path);
  expect(answer.status, answer.body).to.equal(status);
  const value = JSON.parse(answer.body) as T;
  const checked = (await described(world, template, status)).safeParse(value);
  expect(checked.error?.message, path).to.equal(undefined);
  return value;
}

/** A ScaledObject that was seen, and has done nothing yet. */
function stateOf(namespace: string): ScaledObjectState {
  const trigger = { tenant: namespace, service: undefined, replicas: undefined };
  return new ScaledObjectEntry({ namespace, name: 'scaled-service' }, trigger, () => 0);
}

const ONE = '/api/tenants/{id}';
const licenses = [licensed('tenant-a', { replicas: 3 }), expired('tenant-b'), licensed('tenant-c')];

/** KEDA asks about all three, and has a stream for two. */
async function kedaListens({ keda }: World): Promise<void> {
  const streams = [keda.push(scaledObject('tenant-a')), keda.push(scaledObject('tenant-b'))];
  await Promise.all(streams.map((stream) => stream.received(1)));
  await keda.answered(scaledObject('tenant-a'));
  await keda.answered(scaledObject('tenant-c'));
}

describe('the API', () => {
  it('is described as it is typed', () => {
    expect(sameShapes).not.to.include(false);
  });

  it(
    'lists the tenants by id, with counts, in pages',
    inWorld({ licenses }, async (world) => {
      await kedaListens(world);
      const all = await ask<z.infer<typeof shapes.TenantPage>>(world, '/api/tenants');
      expect(all.tenants.map(({ tenant }) => tenant)).to.deep.equal([
        'tenant-a',
        'tenant-b',
        'tenant-c',
      ]);
      expect(all.counts).to.deep.equal({ licensed: 2, unlicensed: 1, unknown: 0, held: 0 });
      expect(all.tenants.map(({ replicas }) => replicas)).to.deep.equal([3, 0, 2]);
      expect(all.tenants.map(({ listeners }) => listeners)).to.deep.equal([1, 1, 0]);
      const second = await ask<typeof all>(world, '/api/tenants?page=2&size=2');
      expect(second.tenants.map(({ tenant }) => tenant)).to.deep.equal(['tenant-c']);
      expect([second.total, second.page, second.size]).to.deep.equal([3, 2, 2]);
    }),
  );

  it(
    'finds tenants by standing and by a part of the id, both at once',
    inWorld({ licenses }, async (world) => {
      await kedaListens(world);
      const of = async (query: string): Promise<string[]> => {
        const page = await ask<z.infer<typeof shapes.TenantPage>>(world, `/api/tenants?${query}`);
        return page.tenants.map(({ tenant }) => tenant);
      };
      expect(await of('standing=unlicensed')).to.deep.equal(['tenant-b']);
      expect(await of('q=nt-c')).to.deep.equal(['tenant-c']);
      expect(await of('q=Tenant-C')).to.deep.equal(['tenant-c']);
      expect(await of('standing=licensed&q=b')).to.deep.equal([]);
    }),
  );

  for (const [query, problem] of [
    ['standing=good', 'standing is "good", allowed are licensed, unlicensed, unknown, held'],
    ['page=0', 'page is "0", allowed is a whole number from 1 to 1000000'],
    ['size=1001', 'size is "1001", allowed is a whole number from 1 to 1000'],
  ] as const) {
    it(
      `refuses ${query} in words`,
      inWorld({}, async (world) => {
        const answer = await ask(world, `/api/tenants?${query}`, '/api/tenants', 400);
        expect(answer).to.deep.equal({ error: problem });
      }),
    );
  }

  it(
    'says all about a tenant: who decides and why, who listens, what was said',
    inWorld({ licenses }, async (world) => {
      const stream = world.keda.push(scaledObject('tenant-b', { service: 'scaled-service' }));
      await stream.received(1);
      await world.override({ 'tenant-b': { licensed: true, reason: 'paid by phone' } });
      await stream.received(2);
      await world.logged('tenant-b is licensed');
      const report = await ask<z.infer<typeof shapes.TenantReport>>(
        world,
        '/api/tenants/tenant-b',
        ONE,
      );
      expect(report.sentence).to.equal('tenant-b is licensed: by an override (paid by phone)');
      expect(
        report.sources.map(({ source, says, decides }) => [source, says.slice(0, 12), decides]),
      ).to.deep.equal([
        ['overrides-file', 'an override:', true],
        ['license-service', 'a license fo', false],
      ]);
      const [listener] = report.scaledObjects;
      expect(listener).to.include({
        namespace: 'tenant-b',
        name: 'scaled-service',
        lastSaid: true,
      });
      expect(listener?.trigger).to.deep.equal({ service: 'scaled-service', replicas: null });
      expect(listener?.peer).to.match(/^127\.0\.0\.1:\d+$/);
      expect(listener?.userAgent).to.match(/^grpc-node-js\//);
      const seen = report.transitions.map(({ from, to, reason }) => `${from} ${to} ${reason}`);
      expect(seen).to.deep.equal(['unlicensed licensed override', 'unknown unlicensed ended']);
    }),
  );

  it(
    'says what each ScaledObject is answered and why, for a license may not list its service',
    inWorld({ licenses }, async (world) => {
      for (const [name, metadata] of [
        ['api', { service: 'scaled-service', replicas: '7' }],
        ['batch', { service: 'batch' }],
      ] as const) {
        await world.keda.answered(scaledObject('tenant-a', metadata, name));
      }
      await world.keda.answered(scaledObject('tenant-b'));
      const says = async (tenant: string): Promise<string[]> => {
        const path = `/api/tenants/${tenant}`;
        const { scaledObjects } = await ask<z.infer<typeof shapes.TenantReport>>(world, path, ONE);
        return scaledObjects.map((one) => one.says);
      };
      expect(await says('tenant-a')).to.deep.equal([
        'true, replicas 3',
        'false: the license lists scaled-service, not batch',
      ]);
      expect(await says('tenant-b')).to.deep.equal(['false: tenant-b is unlicensed']);
      await world.service.stop();
      await world.logged('fails');
      expect((await says('tenant-a'))[0]).to.equal('true, replicas 3, held');
    }),
  );

  it(
    'says of a licensed tenant who is answered false, who has no stream, and that nobody asks',
    inWorld({ licenses }, async (world) => {
      const remarks = async (tenant: string): Promise<string[]> => {
        const path = `/api/tenants/${tenant}`;
        return (await ask<z.infer<typeof shapes.TenantReport>>(world, path, ONE)).remarks;
      };
      await kedaListens(world);
      expect(await remarks('tenant-a')).to.deep.equal([]);
      await world.keda.poll(scaledObject('tenant-a', { service: 'batch' }, 'batch'));
      expect(await remarks('tenant-a')).to.deep.equal([
        'tenant-a/batch is answered false: the license lists scaled-service, not batch',
        'tenant-a/batch polls without a stream: a reinstatement waits for its next poll',
      ]);
      await world.override({ 'tenant-z': { licensed: true } });
      await world.logged('tenant-z is licensed');
      expect((await remarks('tenant-z'))[0]).to.match(/^no ScaledObject asks about tenant-z: /);
    }),
  );

  it(
    'says whose turn it is where an override is taken out while the license service is away',
    inWorld({ licenses }, async (world) => {
      await kedaListens(world);
      await world.override({ 'tenant-b': { licensed: true } });
      await world.logged('tenant-b is licensed');
      await world.service.stop();
      await world.logged('fails');
      await world.override({});
      await world.logged('tenant-b is held');
      const path = '/api/tenants/tenant-b';
      const report = await ask<z.infer<typeof shapes.TenantReport>>(world, path, ONE);
      expect([report.standing, report.source]).to.deep.equal(['licensed', 'overrides-file']);
      expect(report.remarks).to.deep.equal([
        "it is license-service's turn to decide: until that can be read, what overrides-file said stands",
      ]);
    }),
  );

  it(
    'says when a license ends, as what comes next',
    inWorld({ licenses }, async (world) => {
      await kedaListens(world);
      const report = await ask<z.infer<typeof shapes.TenantReport>>(
        world,
        '/api/tenants/tenant-a',
        ONE,
      );
      expect(report.next).to.deep.equal({ at: report.until, what: 'its license ends' });
    }),
  );

  it(
    'says that a ScaledObject of the namespace is refused, and why',
    inWorld({ licenses }, async (world) => {
      const wrong = { ...scaledObject('tenant-z'), scalerMetadata: { replicas: 'x' } };
      await world.keda.poll(wrong).catch(() => undefined);
      const { remarks } = await ask<z.infer<typeof shapes.TenantReport>>(
        world,
        '/api/tenants/tenant-z',
        ONE,
      );
      expect(remarks.join()).to.include(
        'tenant-z/scaled-service is refused: trigger metadata replicas is "x"',
      );
    }),
  );

  it(
    'answers about a tenant that KEDA asks about and nobody knows, and 404 about any other',
    inWorld({ isServiceUp: false }, async (world) => {
      await world.keda.poll(scaledObject('tenant-x'));
      const report = await ask<z.infer<typeof shapes.TenantReport>>(
        world,
        '/api/tenants/tenant-x',
        ONE,
      );
      expect([report.standing, report.certainty]).to.deep.equal(['unknown', 'unknown']);
      expect(report.why).to.include('ECONNREFUSED');
      expect(report.scaledObjects[0]?.lastAnswer).to.include('UNAVAILABLE');
      expect(report.scaledObjects[0]?.says).to.match(/^nothing: no license data for tenant-x yet/);
      const list = await ask<z.infer<typeof shapes.TenantPage>>(world, '/api/tenants');
      expect(list.tenants.map(({ tenant }) => tenant)).to.deep.equal(['tenant-x']);
      expect(list.counts.unknown).to.equal(1);
      const metrics = (await world.get('/metrics')).body;
      expect(metrics).to.include('license_scaler_tenants{standing="unknown"} 1\n');
      await ask(world, '/api/tenants/nobody', ONE, 404);
      await ask(world, '/api/tenants/%E0%A4%A', ONE, 400);
    }),
  );

  it(
    'says that a tenant is held, and until when it can be',
    inWorld({ licenses }, async (world) => {
      await kedaListens(world);
      await world.service.stop();
      await world.logged('fails');
      const report = await ask<z.infer<typeof shapes.TenantReport>>(
        world,
        '/api/tenants/tenant-a',
        ONE,
      );
      expect([report.held, report.standing, report.replicas]).to.deep.equal([true, 'licensed', 3]);
      expect(report.sources.find(({ decides }) => decides)?.trouble).to.include('ECONNREFUSED');
      expect(report.next?.what).to.include('too old');
      const sources = await ask<z.infer<typeof shapes.Source>[]>(world, '/api/sources');
      expect(sources.map(({ source, up }) => [source, up])).to.deep.equal([
        ['license-service', false],
        ['overrides-file', true],
      ]);
      expect(sources[0]?.tenants).to.equal(3);
      expect(sources[0]?.lastSuccessAt).to.be.a('string');
    }),
  );

  it(
    'counts the tenants that are held, whatever their standing, and finds them',
    inWorld({ licenses }, async (world) => {
      await kedaListens(world);
      await world.override({ 'tenant-c': { licensed: true } });
      await world.logged('tenant-c is licensed: by an override');
      const held = async (): Promise<[number, string[]]> => {
        const path = '/api/tenants?standing=held';
        const page = await ask<z.infer<typeof shapes.TenantPage>>(world, path);
        expect(page.tenants.every((row) => row.held)).to.equal(true);
        return [page.counts.held, page.tenants.map(({ tenant }) => tenant)];
      };
      expect(await held()).to.deep.equal([0, []]);
      await world.service.stop();
      await world.logged('fails');
      // What an override decides is not held: the overrides file can be read.
      expect(await held()).to.deep.equal([2, ['tenant-a', 'tenant-b']]);
      await world.service.listen();
      await world.logged('works again');
    }),
  );

  it(
    'lists the ScaledObjects, those whose stream has ended too',
    inWorld({ licenses }, async (world) => {
      await kedaListens(world);
      const open = await ask<z.infer<typeof shapes.ScaledObject>[]>(world, '/api/scaledobjects');
      expect(open.map(({ namespace, openSince }) => [namespace, openSince !== null])).to.deep.equal(
        [
          ['tenant-a', true],
          ['tenant-b', true],
          ['tenant-c', false],
        ],
      );
      // The third is polled until it has its first answer.
      expect(open.map(({ polls }) => Math.min(polls, 1))).to.deep.equal([1, 0, 1]);
      expect(open[0]?.polls).to.equal(1);
      expect(open.map(({ lastAnswer }) => lastAnswer)).to.deep.equal(['true', null, 'true']);
    }),
  );

  it('lists ScaledObjects by namespace and name, however many there are', async () => {
    const names = Array.from({ length: 1_001 }, (_, at) => `ns-${(at * 7919) % 1_001}`);
    const states = names.map((namespace) => stateOf(namespace));
    const rows = JSON.parse((await writeScaledObjects(states)).toString()) as ScaledObjectRow[];
    expect(rows.map(({ namespace }) => namespace)).to.deep.equal(names.sort());
    expect((await writeScaledObjects([])).toString()).to.equal('[]');
  });

  it(
    'answers 404 for what is not there and 405 for what would write',
    inWorld({}, async (world) => {
      expect((await world.get('/api/nothing')).status).to.equal(404);
      const url = `http://127.0.0.1:${world.app.httpPort}/api/tenants`;
      expect((await fetch(url, { method: 'POST' })).status).to.equal(405);
      expect((await fetch(url, { method: 'HEAD' })).status).to.equal(200);
      const events = await fetch(url.replace('tenants', 'events'), { method: 'HEAD' });
      expect(events.headers.get('content-type')).to.equal('text/event-stream; charset=utf-8');
    }),
  );
});

describe('the events', () => {
  it(
    'tell a transition as it happens, as it is described',
    inWorld({ licenses }, async (world) => {
      await kedaListens(world);
      const events = await EventStream.open(world.app.httpPort);
      await world.override({ 'tenant-b': { licensed: true } });
      const { data, id } = await events.until(
        (one) => one.data.to === 'licensed' && one.data.tenant === 'tenant-b',
      );
      expect(shapes.Transition.parse(data).reason).to.equal('override');
      expect(Number(id)).to.equal(data.id);
      await events.close();
    }),
  );

  it(
    'go on after Last-Event-ID without a gap',
    inWorld({ licenses }, async (world) => {
      await kedaListens(world);
      const first = await EventStream.open(world.app.httpPort);
      await world.override({ 'tenant-b': { licensed: true } });
      const { id } = await first.until(({ data }) => data.reason === 'override');
      await first.close();
      await world.override({});
      await world.logged('tenant-b is unlicensed', 2);
      await world.override({ 'tenant-c': { licensed: false } });
      await world.logged('tenant-c is unlicensed');
      const second = await EventStream.open(world.app.httpPort, { 'last-event-id': id });
      await second.until(({ data }) => data.tenant === 'tenant-c');
      expect(second.events[0]?.data.missed).to.equal(false);
      const ids = second.events
        .filter(({ event }) => event !== 'hello')
        .map((one) => Number(one.id));
      expect(ids).to.deep.equal([Number(id) + 1, Number(id) + 2]);
      await second.close();
    }),
  );

  it(
    'say so when what came after Last-Event-ID is no longer known',
    inWorld({ licenses }, async (world) => {
      const events = await EventStream.open(world.app.httpPort, { 'last-event-id': '7' });
      expect(shapes.Hello.parse(events.events[0]?.data).missed).to.equal(true);
      await events.close();
    }),
  );

  it(
    'tell that a source fails and that it works again',
    inWorld({ licenses }, async (world) => {
      await kedaListens(world);
      const events = await EventStream.open(world.app.httpPort);
      await world.service.stop();
      const { data } = await events.until(({ data: { up } }) => up === false);
      expect(shapes.SourceTurn.parse(data)).to.include({ source: 'license-service' });
      await world.service.listen();
      await events.until(({ event, data: { up } }) => event === 'source' && up === true);
      await events.close();
    }),
  );
});

/** Worlds that the page is shown in. */
import type { World } from './fake-api.ts';
import {
  fakeScaledObject,
  fakeSource,
  fakeTenant,
  fakeTransition,
  inMinutes,
  type Standing,
} from './fake-rows.ts';

const ids = (length: number): string[] =>
  Array.from({ length }, (_, at) => `tenant-${String(at).padStart(5, '0')}`);

/** Three tenants, of which one is not licensed; all is well. */
export function calmWorld(): World {
  return {
    revision: 7,
    tenants: [
      fakeTenant('tenant-a', { until: inMinutes(3 * 60) }),
      fakeTenant('tenant-b', { standing: 'unlicensed', since: inMinutes(-20) }),
      fakeTenant('tenant-c', {
        reason: 'override',
        source: 'overrides-file',
        sentence: 'tenant-c is licensed: by an override (paid by phone)',
        replicas: 4,
      }),
    ],
    sources: [
      fakeSource('license-service', { label: 'license service http://licenses' }),
      fakeSource('overrides-file', { tenants: 1 }),
    ],
    scaledObjects: ['tenant-a', 'tenant-b', 'tenant-c'].map((tenant) => fakeScaledObject(tenant)),
    transitions: [fakeTransition(1, 'tenant-b', 20, 'unlicensed')],
  };
}

/** As many tenants, every tenth of them not licensed. */
export function largeWorld(size: number): World {
  const [service, overrides] = calmWorld().sources;
  return {
    ...calmWorld(),
    sources: [{ ...service!, tenants: size }, overrides!],
    tenants: ids(size).map((id, at) =>
      fakeTenant(id, { standing: at % 10 === 9 ? 'unlicensed' : 'licensed' }),
    ),
    transitions: Array.from({ length: 1000 }, (_, at) => {
      const tenant = `tenant-${String((at * 37) % size).padStart(5, '0')}`;
      return fakeTransition(at + 1, tenant, 50 - at / 20, at % 3 === 0 ? 'unlicensed' : 'licensed');
    }),
  };
}

/** A bad night: the license service is down, a tenant is unknown, a ScaledObject is deaf, one KEDA is old. */
export function troubledWorld(): World {
  // With the minutes since the last transition below.
  const standings: readonly (readonly [string, Standing, number])[] = [
    ['acme', 'licensed', 15],
    ['baltic-foods', 'unlicensed', 17],
    ['contoso', 'licensed', 31],
    ['delta-lines', 'licensed', 700],
    ['eastside', 'unknown', 0],
    ['fabrikam', 'unlicensed', 24],
    ['globex', 'unlicensed', 1000],
  ];
  const reason = 'connect ECONNREFUSED 10.0.12.9:443';
  const tenants = standings.map(([name, standing, minutes]) => {
    const held = standing !== 'unknown' && name !== 'contoso';
    const row = fakeTenant(name, { standing, held, since: inMinutes(-minutes) });
    const why = `license service https://licenses.example.com has failed for 4 min: ${reason}`;
    if (standing === 'unknown') {
      const sentence = `no license data for ${name} yet: ${why}`;
      return { ...row, sentence, source: null, since: null, replicas: null, certainty: 'unknown' };
    }
    const sentence = held ? `${row.sentence}; held, because ${why}` : row.sentence;
    return { ...row, sentence, certainty: held ? 'held' : 'firm' };
  });
  Object.assign(tenants[2] ?? {}, {
    source: 'overrides-file',
    reason: 'override',
    sentence: 'contoso is licensed: by an override (invoice is being sorted out)',
    until: inMinutes(47),
    replicas: 4,
  });
  return {
    revision: 4182,
    tenants,
    sources: [
      fakeSource('license-service', {
        label: 'license service https://licenses.example.com',
        up: false,
        lastSuccessAt: inMinutes(-4.2),
        failingSince: inMinutes(-4),
        reason,
        tenants: 6,
      }),
      fakeSource('overrides-file', {
        label: 'overrides file /etc/overrides/overrides.yaml',
        tenants: 1,
      }),
    ],
    scaledObjects: [
      ...standings.slice(0, 5).map(([name]) => fakeScaledObject(name)),
      fakeScaledObject('fabrikam', { openSince: null, polls: 44 }),
      fakeScaledObject('globex', {
        kedaVersion: '2.15.1',
        userAgent: 'grpc-go/1.65.0',
        peer: '10.3.0.8:55012',
      }),
    ],
    transitions: [
      fakeTransition(1, 'acme', 1400, 'licensed', 'unknown'),
      fakeTransition(2, 'delta-lines', 1300, 'unlicensed'),
      fakeTransition(3, 'globex', 1000, 'unlicensed'),
      fakeTransition(4, 'delta-lines', 700, 'licensed'),
      fakeTransition(5, 'acme', 52, 'unlicensed'),
      fakeTransition(6, 'baltic-foods', 44, 'licensed'),
      fakeTransition(7, 'contoso', 38, 'unlicensed'),
      fakeTransition(8, 'contoso', 31, 'licensed'),
      fakeTransition(9, 'fabrikam', 24, 'unlicensed'),
      fakeTransition(10, 'baltic-foods', 17, 'unlicensed'),
      fakeTransition(11, 'acme', 15, 'licensed'),
    ],
  };
}

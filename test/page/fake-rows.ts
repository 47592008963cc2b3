/** Rows as the API gives them: each has a plain default, a test names what it is about. */

export type Standing = 'licensed' | 'unlicensed' | 'unknown';

export interface FakeTenant {
  tenant: string;
  standing: Standing;
  certainty: string;
  reason: string;
  sentence: string;
  source: string | null;
  since: string | null;
  until: string | null;
  replicas: number | null;
  held: boolean;
  listeners: number;
}

export interface FakeSource {
  source: string;
  label: string;
  up: boolean | null;
  tried: boolean;
  lastSuccessAt: string | null;
  ageSeconds: number | null;
  failingSince: string | null;
  reason: string | null;
  tenants: number;
}

export interface FakeScaledObject {
  namespace: string;
  name: string;
  tenant: string;
  trigger: { service: string | null; replicas: number | null };
  peer: string;
  userAgent: string | null;
  kedaVersion: string | null;
  openSince: string | null;
  lastSaid: boolean | null;
  lastSaidAt: string | null;
  lastPollAt: string | null;
  polls: number;
  lastAnswer: string | null;
  lastAct: string | null;
  lastActAt: string | null;
}

export interface FakeTransition {
  id: number;
  at: string;
  tenant: string;
  from: Standing;
  to: Standing;
  reason: string;
  sentence: string;
  source: string | null;
  revision: number;
}

const MINUTE = 60_000;

/** @param minutes from now; negative: ago */
export const inMinutes = (minutes: number): string =>
  new Date(Date.now() + minutes * MINUTE).toISOString();

const SENTENCES: Readonly<Record<Standing, string>> = {
  licensed: 'licensed: its license is valid',
  unlicensed: 'unlicensed: its license ended',
  unknown: 'unknown: no data',
};

export function fakeTenant(tenant: string, own: Partial<FakeTenant> = {}): FakeTenant {
  const standing = own.standing ?? 'licensed';
  return {
    tenant,
    standing,
    certainty: 'firm',
    reason: standing === 'licensed' ? 'valid' : 'ended',
    sentence: `${tenant} is ${SENTENCES[standing]}`,
    source: 'license-service',
    since: inMinutes(-3 * 24 * 60),
    until: standing === 'licensed' ? inMinutes(200 * 24 * 60) : null,
    replicas: standing === 'licensed' ? 2 : 0,
    held: false,
    listeners: 1,
    ...own,
  };
}

export function fakeSource(source: string, own: Partial<FakeSource> = {}): FakeSource {
  return {
    source,
    label: source.replaceAll('-', ' '),
    up: true,
    tried: true,
    lastSuccessAt: inMinutes(-0.05),
    ageSeconds: 3,
    failingSince: null,
    reason: null,
    tenants: 3,
    ...own,
  };
}

export function fakeScaledObject(
  tenant: string,
  own: Partial<FakeScaledObject> = {},
): FakeScaledObject {
  return {
    namespace: tenant,
    name: 'scaled-service',
    tenant,
    trigger: { service: null, replicas: null },
    peer: '10.244.0.17:41230',
    userAgent: 'grpc-go/1.81.1',
    kedaVersion: '2.20.0 to 2.20.2',
    openSince: inMinutes(-95),
    lastSaid: true,
    lastSaidAt: inMinutes(-42),
    lastPollAt: inMinutes(-0.3),
    polls: 190,
    lastAnswer: 'true',
    lastAct: null,
    lastActAt: null,
    ...own,
  };
}

/** A transition some minutes ago. */
export function fakeTransition(
  id: number,
  tenant: string,
  minutesAgo: number,
  to: Standing,
  from: Standing = to === 'licensed' ? 'unlicensed' : 'licensed',
): FakeTransition {
  return {
    id,
    at: inMinutes(-minutesAgo),
    tenant,
    from,
    to,
    reason: to === 'licensed' ? 'valid' : 'ended',
    sentence: `${tenant} is ${SENTENCES[to]}`,
    source: 'license-service',
    revision: id,
  };
}

/** All about one tenant. */
export function detailOf(
  row: FakeTenant,
  world: {
    readonly sources: readonly FakeSource[];
    readonly scaledObjects: readonly FakeScaledObject[];
    readonly transitions: readonly FakeTransition[];
  },
): object {
  const isOf = ({ tenant }: { readonly tenant: string }): boolean => tenant === row.tenant;
  return {
    ...row,
    why: row.sentence.split('; held, because ')[1] ?? null,
    remarks: world.scaledObjects.some(isOf) ? [] : [`no ScaledObject asks about ${row.tenant}`],
    sources: world.sources
      .map(({ source, label, lastSuccessAt, reason }, at) => ({
        source,
        label,
        rank: at,
        says: saysOf(source, row),
        readAt: lastSuccessAt,
        ageSeconds: 3,
        trouble: reason,
        decides: source === row.source,
      }))
      .reverse(),
    next: nextOf(row),
    scaledObjects: world.scaledObjects.filter(isOf).map((one) => ({ ...one, says: answerTo(row) })),
    transitions: world.transitions.filter(isOf).reverse().slice(0, 20),
  };
}

/** In the words of the program. */
function saysOf(source: string, row: FakeTenant): string {
  if (source === 'overrides-file') {
    return row.source === source
      ? `an override: licensed, ${row.replicas} replicas`
      : 'no override';
  }
  const end = Date.parse(row.until ?? row.since ?? inMinutes(0));
  return `a license for scaled-service, from 2026-01-01T00:00:00Z, until ${dayOf(end)}T00:00:00Z`;
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function nextOf({ held, until }: FakeTenant): object | null {
  if (held) {
    const what = 'what is held gets too old: calls are answered UNAVAILABLE from then on';
    return { at: inMinutes(56), what };
  }
  return until === null ? null : { at: until, what: 'its license ends' };
}

function answerTo({ tenant, standing, replicas, held }: FakeTenant): string {
  if (standing === 'unknown') return `nothing: no license data for ${tenant} yet`;
  const answer =
    standing === 'licensed' ? `true, replicas ${replicas}` : `false: ${tenant} is unlicensed`;
  return held ? `${answer}, held` : answer;
}

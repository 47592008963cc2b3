/** The API: what is known, as JSON. It only reads, and does nothing while nobody asks. */
import { lookAlikeOf } from '../core/look-alike.ts';
import { outlook } from '../core/outlook.ts';
import { toMoment } from '../core/report/moment.ts';
import {
  toScaledObjectRow,
  type RefusedScaledObject,
  type ScaledObjectState,
} from '../core/report/scaled-object-row.ts';
import { toSourceRow } from '../core/report/source-row.ts';
import { toTenantReport } from '../core/report/tenant-report.ts';
import { toTenantRow, type View } from '../core/report/tenant-row.ts';
import { toTransitionRow } from '../core/report/transition-row.ts';
import { describeVerdict } from '../core/report/verdict-sentence.ts';
import { quote } from '../core/parsed.ts';
import type { Standing } from '../core/standing.ts';
import type { TenantId } from '../core/tenant.ts';
import type { History } from '../pipeline/history.ts';
import { json, jsonText, type Answer, type FindRoute, type Route } from './answer.ts';
import { EventFeed } from './event-feed.ts';
import { openApi } from './open-api.ts';
import { writeScaledObjects } from './scaled-object-list.ts';
import { remarksOf } from './remarks.ts';
import { SharedAnswers } from './shared-answers.ts';
import { SharedWork } from './shared-work.ts';
import { TenantOrder } from './tenant-order.ts';
import { parseTenantsQuery, type TenantsQuery } from './tenants-query.ts';

/** What the API is made from. */
export interface Known {
  /** The fleet and the time as of now. */
  readonly view: () => View;
  readonly history: History;
  readonly scaledObjects: {
    readonly version: number;
    listenersOf(tenant: TenantId): number;
    list(): readonly ScaledObjectState[];
    of(tenant: TenantId): readonly ScaledObjectState[];
    /** Those in a namespace whose trigger can't be read. */
    readonly refusals: { of(namespace: string): readonly RefusedScaledObject[] };
  };
  readonly version: string;
}

/** The routes below `/api`. */
export function createApi(known: Known): FindRoute {
  const order = createOrder(known);
  const scaledObjects = new SharedWork(() => writeScaledObjects(known.scaledObjects.list()));
  const lists = new SharedAnswers();
  const feed = new EventFeed(known.history, () => known.view().fleet.revision);
  const fixed: Readonly<Record<string, Route>> = {
    '/api/tenants': async ({ query }) => {
      const asked = parseTenantsQuery(query);
      if (!asked.ok) return json(400, { error: asked.problem });
      return lists.ask(query.toString(), async () =>
        json(200, await listTenants(known, order, asked.value)),
      );
    },
    '/api/sources': async () => json(200, await listSources(known, order)),
    '/api/scaledobjects': async () => jsonText(200, await scaledObjects.ask()),
    '/api/events': (asked) => feed.answer(asked),
    '/api/openapi.json': () => json(200, openApi(known.version)),
  };
  return (path) => {
    if (Object.hasOwn(fixed, path)) return fixed[path];
    const [, encoded] = /^\/api\/tenants\/([^/]+)$/.exec(path) ?? [];
    if (encoded !== undefined) return () => answerTenant(known, encoded);
    return path.startsWith('/api/') ? () => json(404, { error: `there is no ${path}` }) : undefined;
  };
}

function createOrder({ view, scaledObjects }: Known): TenantOrder {
  const asking = {
    get version() {
      return scaledObjects.version;
    },
    tenants: () => scaledObjects.list().map(({ trigger }) => trigger.tenant),
  };
  return new TenantOrder(view, asking);
}

async function listTenants(known: Known, order: TenantOrder, asked: TenantsQuery) {
  const { ids, strangers, held, causes } = await order.read();
  const view = known.view();
  const { standing, q, page, size } = asked;
  const { tenants, counts, revision } = view.fleet;
  const sought = q.toLowerCase();
  const isWanted = (id: TenantId): boolean => {
    if (sought !== '' && !id.toLowerCase().includes(sought)) return false;
    if (standing === undefined) return true;
    if (standing === 'held') return held.has(id);
    return (tenants.get(id)?.standing.status ?? 'unknown') === standing;
  };
  const chosen = q === '' && standing === undefined ? ids : ids.filter(isWanted);
  return {
    revision,
    at: toMoment(view.now),
    total: chosen.length,
    page,
    size,
    counts: { ...counts, unknown: counts.unknown + strangers, held: held.size },
    causes,
    tenants: chosen
      .slice((page - 1) * size, page * size)
      .map((id) => toTenantRow(view, id, known.scaledObjects.listenersOf(id))),
  };
}

function answerTenant(known: Known, encoded: string): Answer {
  const tenant = decode(encoded);
  if (tenant === undefined) return json(400, { error: `${encoded} is not encoded as a URL is` });
  const { scaledObjects, history } = known;
  const view = known.view();
  const asking = scaledObjects.of(tenant);
  const transitions = history.of(tenant);
  // Whose trigger can't be read is most likely of the tenant that its namespace is.
  const refused = scaledObjects.refusals.of(tenant);
  const isKnown = view.fleet.tenants.get(tenant) !== undefined;
  if (!isKnown && asking.length + transitions.length + refused.length === 0) {
    return json(404, { error: nothingKnown(tenant, alikeOf(view, tenant)) });
  }
  const outlookNow = outlook(view.fleet, tenant, view.now, view.maxStaleness);
  const report = toTenantReport(view, tenant, scaledObjects.listenersOf(tenant));
  return json(200, {
    ...report,
    remarks: [
      ...remarksOf(view, outlookNow, report, asking, refused),
      ...(report.reason === 'absent' ? remarkOn(tenant, alikeOf(view, tenant)) : []),
    ],
    scaledObjects: asking.map((state) => ({
      ...toScaledObjectRow(state),
      says: describeVerdict(outlookNow, state.trigger, view.defaultReplicas),
    })),
    transitions: transitions.map(({ id, transition }) => toTransitionRow(id, transition)),
  });
}

function nothingKnown(tenant: TenantId, alike: TenantId | undefined): string {
  const [hint = ''] = remarkOn(tenant, alike);
  return (
    `nothing is known about ${tenant}, and nobody asks about it: the id is another, ` +
    `or KEDA is not connected, or to another replica${hint === '' ? '' : `; ${hint}`}`
  );
}

/** A tenant that a source knows, and whose id looks like this one. */
function alikeOf({ fleet }: View, tenant: TenantId): TenantId | undefined {
  const known = [...fleet.tenants].filter(([, { standing }]) => isKnown(standing));
  return lookAlikeOf(
    tenant,
    known.map(([id]) => id),
  );
}

function isKnown({ status, reason }: Standing): boolean {
  return status !== 'unknown' && reason !== 'absent';
}

function remarkOn(tenant: TenantId, alike: TenantId | undefined): string[] {
  if (alike === undefined) return [];
  return [`the id ${quote(alike)} is known and looks like ${quote(tenant)}: is that one meant?`];
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

async function listSources({ view, history }: Known, order: TenantOrder) {
  const { factsBySource } = await order.read();
  const { fleet, now } = view();
  return fleet.sources.map((state, rank) =>
    toSourceRow(
      state,
      // What was just read is written down a moment later.
      history.answeredAt(state.info.name) ?? state.wholeAt,
      factsBySource[rank] ?? 0,
      now,
    ),
  );
}

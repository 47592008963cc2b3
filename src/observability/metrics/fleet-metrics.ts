import { Counter, Gauge, type Registry } from 'prom-client';
import type { Fleet } from '../../core/fleet.ts';
import { UNKNOWN, type Standing } from '../../core/standing.ts';
import type { TenantId } from '../../core/tenant.ts';
import type { Instant } from '../../core/time.ts';
import { PREFIX } from './names.ts';

/** The tenants. Gauges are read from the fleet when they are asked for, so that they cost nothing in between. */
export function registerFleetMetrics(
  registry: Registry,
  fleet: () => Fleet,
  asked: () => Iterable<TenantId> = () => [],
) {
  const pending = (): number => countPending(fleet(), asked());
  registerTenants(registry, fleet, pending);
  registerReasons(registry, fleet, pending);
  registerNextBoundary(registry, fleet);
  return {
    transitions: new Counter({
      name: `${PREFIX}transitions_total`,
      help: 'Tenants whose standing changed, by the rule that decided.',
      labelNames: ['from', 'to', 'reason'],
      registers: [registry],
    }),
  };
}

/** Tenants that are asked about and that no source has said a word about. */
function countPending({ tenants }: Fleet, asked: Iterable<TenantId>): number {
  const pending = new Set<TenantId>();
  for (const tenant of asked) if (tenants.get(tenant) === undefined) pending.add(tenant);
  return pending.size;
}

function registerTenants(registry: Registry, fleet: () => Fleet, pending: () => number): void {
  new Gauge({
    name: `${PREFIX}tenants`,
    help: 'Tenants by standing; unknown are those too that KEDA asks about and that no source has said a word about.',
    labelNames: ['standing'],
    registers: [registry],
    collect() {
      for (const [standing, count] of Object.entries(fleet().counts)) this.set({ standing }, count);
      this.inc({ standing: 'unknown' }, pending());
    },
  });
}

function registerReasons(registry: Registry, fleet: () => Fleet, pending: () => number): void {
  new Gauge({
    name: `${PREFIX}tenants_by_reason`,
    help: 'Tenants by standing and by the rule that decided.',
    labelNames: ['standing', 'reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { status: standing, reason, count } of countReasons(fleet())) {
        this.set({ standing, reason }, count);
      }
      const { status: standing, reason } = UNKNOWN;
      const more = pending();
      if (more > 0) this.inc({ standing, reason }, more);
    },
  });
}

interface ReasonCount extends Pick<Standing, 'status' | 'reason'> {
  count: number;
}

function countReasons({ tenants }: Fleet): Iterable<ReasonCount> {
  const counts = new Map<string, ReasonCount>();
  for (const [, { standing }] of tenants) {
    const { status, reason } = standing;
    const known = counts.get(status + reason);
    if (known === undefined) counts.set(status + reason, { status, reason, count: 1 });
    else known.count++;
  }
  return counts.values();
}

function registerNextBoundary(registry: Registry, fleet: () => Fleet): void {
  new Gauge({
    name: `${PREFIX}next_boundary_timestamp_seconds`,
    help: 'When the next license or override begins or ends by itself, in seconds since 1970; missing where none does.',
    registers: [registry],
    collect() {
      const at = firstBoundary(fleet());
      if (at === undefined) this.remove();
      else this.set(at / 1000);
    },
  });
}

/** Of the standings as they are: an appointment on the agenda may be that of a standing that was replaced. */
function firstBoundary({ tenants, withheld }: Fleet): Instant | undefined {
  let first: Instant | undefined;
  for (const [tenant, { standing }] of tenants) {
    const { until } = standing;
    if (until === undefined || (first !== undefined && until >= first)) continue;
    if (withheld.get(tenant) === undefined) first = until;
  }
  return first;
}

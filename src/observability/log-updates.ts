/** What the log says of the fleet: transitions, sources that fail and recover, records that can't be read. */
import type { Fleet, FleetUpdate, Transition } from '../core/fleet.ts';
import type { SourceState } from '../core/merge.ts';
import type { Observation } from '../core/observation.ts';
import { describeStanding } from '../core/standing.ts';
import type { TenantId } from '../core/tenant.ts';
import { formatInstant, formatMillis, type Instant } from '../core/time.ts';
import type { Logger } from './logger.ts';

/** Logs an update, given the fleet before it. */
export function logUpdate(logger: Logger, before: Fleet, update: FleetUpdate, now: Instant): void {
  const { fleet, transitions, cause } = update;
  if (fleet.sources !== before.sources) logSources(logger, before, fleet, now);
  if (cause !== undefined) logTenantTroubles(logger, before, cause);
  for (const transition of transitions) logTransition(logger, transition);
}

function logTransition(logger: Logger, { tenant, before, after, revision }: Transition): void {
  const facts = {
    tenant,
    from: before.status,
    to: after.status,
    reason: after.reason,
    source: after.source,
    revision,
    until: after.until === undefined ? undefined : formatInstant(after.until),
  };
  const message = `${tenant} is ${describeStanding(after)}`;
  if (before.status === after.status) logger.debug(facts, message);
  else logger.info(facts, message);
}

function logSources(logger: Logger, before: Fleet, after: Fleet, now: Instant): void {
  after.sources.forEach((state, rank) => {
    const previous = before.sources[rank];
    if (previous !== undefined && previous !== state) logSource(logger, previous, state, now);
  });
}

function logSource(logger: Logger, before: SourceState, after: SourceState, now: Instant): void {
  const { name, label } = after.info;
  if (after.trouble !== undefined) {
    const { reason } = after.trouble;
    if (reason === before.trouble?.reason) return;
    logger.warn({ source: name, reason }, `${label} fails: ${reason}; what it decided is held`);
  } else if (before.trouble !== undefined) {
    const lasted = formatMillis(now - before.trouble.since);
    logger.info({ source: name, lasted }, `${label} works again after ${lasted}`);
  } else if (!before.understood && after.understood) {
    logger.info({ source: name }, `${label} answered for the first time`);
  }
}

/** Logs trouble with single tenants, once for each problem, however often it is seen again. */
function logTenantTroubles(logger: Logger, before: Fleet, cause: Observation): void {
  const { source } = cause;
  const rank = before.sources.findIndex(({ info }) => info.name === source);
  const known = (tenant: TenantId): string | undefined =>
    before.tenants.get(tenant)?.words[rank]?.trouble?.reason;
  for (const [tenant, reason] of troubles(cause)) {
    if (reason === known(tenant)) continue;
    logger.warn(
      { source, tenant, reason },
      `${tenant} is held by trouble with ${source}: ${reason}`,
    );
  }
}

function* troubles(cause: Observation): Iterable<readonly [TenantId, string]> {
  if (cause.kind === 'failure') {
    if (cause.tenant !== undefined) yield [cause.tenant, cause.reason];
    return;
  }
  for (const [tenant, reading] of cause.readings) {
    if (reading.kind === 'unreadable') yield [tenant, reading.problem];
  }
}

/** What the log says of the fleet: transitions, sources that fail and recover, records that can't be read. */
import type { TenantTrouble, Transition } from '../core/fleet-update.ts';
import type { SourceState } from '../core/source-state.ts';
import type { Outlook } from '../core/outlook.ts';
import { describeStanding } from '../core/standing.ts';
import type { TenantId } from '../core/tenant.ts';
import { formatInstant, formatMillis, type Instant } from '../core/time.ts';
import type { Account } from './account.ts';
import { byCause, listTenants, nameTenants } from './by-cause.ts';
import { describeEffect } from './describe-effect.ts';
import type { LimitedLog } from './limited-log.ts';
import type { Logger } from './logger.ts';

/** What lines are made with. */
export interface Pen {
  /** For what each has a line of its own: transitions, sources. */
  readonly logger: Logger;
  /** For what may come by the thousand and say the same. */
  readonly lines: LimitedLog;
  /** What may be answered about a tenant now. */
  readonly outlook: (tenant: TenantId) => Outlook;
}

/** Logs what happened, but for trouble with single tenants. */
export function logAccount(pen: Pick<Pen, 'logger'>, account: Account, now: Instant): void {
  const { sourcesBefore, sources, transitions } = account;
  if (sources !== sourcesBefore) logSources(pen.logger, sourcesBefore, sources, now);
  for (const transition of transitions) logTransition(pen.logger, transition);
}

function logTransition(logger: Logger, transition: Transition): void {
  const { tenant, before, after, revision, at } = transition;
  const facts = {
    tenant,
    from: before.status,
    to: after.status,
    reason: after.reason,
    source: after.source,
    revision,
    // The line's own time is when it was written, up to half a second later.
    at: new Date(at).toISOString(),
    until: after.until === undefined ? undefined : formatInstant(after.until),
  };
  const message = `${tenant} is ${describeStanding(after)}`;
  // That something is known now is told of all together, or a start would write a line for each tenant.
  const isNews = before.status !== after.status && before.status !== 'unknown';
  if (isNews) logger.info(facts, message);
  else logger.debug(facts, message);
}

function logSources(
  logger: Logger,
  before: Account['sources'],
  after: Account['sources'],
  now: Instant,
): void {
  after.forEach((state, rank) => {
    const previous = before[rank];
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

/** Logs of which tenants a source can't tell: one line for all of whom the same is to be said. */
export function logTroubles({ lines, outlook }: Pen, troubles: readonly TenantTrouble[]): void {
  const told = troubles.map((trouble) => ({
    ...trouble,
    effect: describeEffect(outlook(trouble.tenant), trouble.source),
  }));
  const groups = byCause(told, ({ source, reason, effect }) => `${source} ${reason} ${effect}`);
  for (const { tenants, like } of groups) {
    const { source, reason, tenant } = like;
    const effect = describeEffect(outlook(tenant), source, tenants.length === 1 ? 'it' : 'each');
    const message = `${source} can't tell about ${nameTenants(tenants)}: ${reason}; ${effect}`;
    const facts = { source, ...listTenants(tenants), reason };
    lines.write('warn', `trouble with ${source}`, facts, message);
  }
}

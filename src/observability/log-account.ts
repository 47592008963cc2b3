/** What the log says of the fleet: transitions, sources that fail and recover, records that can't be read. */
import type { TenantTrouble, Transition } from '../core/fleet-update.ts';
import type { SourceState } from '../core/merge.ts';
import { describeStanding } from '../core/standing.ts';
import { formatInstant, formatMillis, type Instant } from '../core/time.ts';
import type { Account } from './account.ts';
import type { Logger } from './logger.ts';

/** Logs what happened. */
export function logAccount(logger: Logger, account: Account, now: Instant): void {
  const { sourcesBefore, sources, transitions, troubles } = account;
  if (sources !== sourcesBefore) logSources(logger, sourcesBefore, sources, now);
  for (const trouble of troubles) logTenantTrouble(logger, trouble);
  for (const transition of transitions) logTransition(logger, transition);
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
  if (before.status === after.status) logger.debug(facts, message);
  else logger.info(facts, message);
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

function logTenantTrouble(logger: Logger, { tenant, source, reason }: TenantTrouble): void {
  const message = `${tenant} is held by trouble with ${source}: ${reason}`;
  logger.warn({ source, tenant, reason }, message);
}

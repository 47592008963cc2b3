/** The recorder: turns what happened to the fleet into counts and lines. */
import type { Outlook } from '../core/outlook.ts';
import { describeStanding } from '../core/standing.ts';
import type { TenantId } from '../core/tenant.ts';
import { formatMillis, type Instant, type Millis } from '../core/time.ts';
import type { Account } from './account.ts';
import { byCause, listTenants, nameTenants } from './by-cause.ts';
import type { HoldChanges, Holds } from './holds.ts';
import { laterUnlessOver } from './limited-log.ts';
import { logAccount, logTroubles, type Pen } from './log-account.ts';
import type { Metrics } from './metrics.ts';
import { Newcomers } from './newcomers.ts';

export interface RecorderOptions extends Pen {
  readonly metrics: Metrics;
  readonly holds: Holds;
  readonly now: () => Instant;
  /** Runs something later; it must not keep the process alive. */
  readonly later?: (run: () => void, delay: Millis) => void;
}

/** @returns what is to be called with everything that happened, in order, in shares that don't hold the event loop */
export function createRecorder(options: RecorderOptions): (accounts: readonly Account[]) => void {
  const { metrics, holds, now, logger, later = laterUnlessOver } = options;
  const newcomers = new Newcomers(logger, later);
  const isKnown = (tenant: TenantId): boolean =>
    options.outlook(tenant).standing.status !== 'unknown';
  return (accounts) => {
    for (const account of accounts) {
      metrics.count(account);
      logAccount(options, account, now());
      for (const transition of account.transitions) newcomers.add(transition);
    }
    logTroubles(
      options,
      accounts.flatMap(({ troubles }) => troubles),
    );
    const last = accounts.at(-1);
    if (last !== undefined) logHolds(options, holds.update(last.withheld, isKnown, now()));
  };
}

function logHolds({ lines, outlook }: Pen, { began, ended }: HoldChanges): void {
  for (const { tenants, like } of byCause(began.map(outlook), causeOfHold)) {
    const { status } = like.standing;
    const because = like.why === undefined ? '' : `: ${like.why}`;
    const are = tenants.length === 1 ? 'is' : 'are';
    const message = `${nameTenants(tenants)} ${are} held ${status}, although that might change${because}`;
    lines.write('warn', 'hold', { ...listTenants(tenants), status, why: like.why }, message);
  }
  for (const { tenant, lasted } of ended) {
    const { standing } = outlook(tenant);
    const held = formatMillis(lasted);
    const message = `${tenant} is held no more, after ${held}; it is ${describeStanding(standing)}`;
    lines.write('info', 'hold ended', { tenant, status: standing.status, held }, message);
  }
}

function causeOfHold({ standing: { status }, why = '' }: Outlook): string {
  return `${status} ${why}`;
}

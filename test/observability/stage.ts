import { pino } from 'pino';
import {
  createFleet,
  observe,
  passTime,
  type Fleet,
  type FleetUpdate,
} from '../../src/core/fleet.ts';
import type { Observation } from '../../src/core/observation.ts';
import { outlook } from '../../src/core/outlook.ts';
import { accountFor } from '../../src/observability/account.ts';
import { Holds } from '../../src/observability/holds.ts';
import { LogOutput } from '../../src/observability/log-output.ts';
import { LimitedLog } from '../../src/observability/limited-log.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createRecorder } from '../../src/observability/recorder.ts';
import { OVERRIDES, SERVICE } from '../helpers/facts.ts';

const HOUR = 3_600_000;

/** A fleet whose every update is recorded, at the time that it is given. */
export class Stage {
  readonly lines: { level: number; msg: string }[] = [];
  readonly holds = new Holds();
  /** A disk that is full. */
  readonly output = new LogOutput({
    write: () => {
      throw Object.assign(new Error('write'), { code: 'ENOSPC' });
    },
    later: () => undefined,
  });
  /** What is to be done later. */
  readonly timers: (() => void)[] = [];
  fleet: Fleet = createFleet([SERVICE, OVERRIDES]);
  now = 0;
  readonly metrics = createMetrics({
    fleet: () => this.fleet,
    now: () => this.now,
    holds: this.holds,
    scaledObjects: () => [
      { openSince: 1, lastPollAt: this.now },
      { openSince: undefined, lastPollAt: this.now },
      { openSince: undefined, lastPollAt: this.now - 600_000 },
      { openSince: undefined, lastPollAt: undefined },
    ],
    droppedLines: () => this.output.dropped,
    version: '1',
    configHash: 'abc',
  });
  readonly #record: ReturnType<typeof createRecorder>;

  constructor() {
    const sink = {
      write: (line: string) => {
        this.lines.push(JSON.parse(line) as { level: number; msg: string });
      },
    };
    const logger = pino({}, sink);
    this.#record = createRecorder({
      metrics: this.metrics,
      logger,
      lines: new LimitedLog(logger, { later: () => undefined }),
      holds: this.holds,
      outlook: (tenant) => outlook(this.fleet, tenant, this.now, HOUR),
      now: () => this.now,
      later: (run) => {
        this.timers.push(run);
      },
    });
  }

  see(...observations: Observation[]): void {
    for (const observation of observations) {
      this.now = observation.at;
      this.#take(observe(this.fleet, observation, this.now));
    }
  }

  pass(now: number): void {
    this.now = now;
    this.#take(passTime(this.fleet, now));
  }

  #take(update: FleetUpdate): void {
    this.fleet = update.fleet;
    this.#record([accountFor(update)]);
  }

  get last(): string | undefined {
    return this.lines.at(-1)?.msg;
  }

  /** The value of a metric, with its labels as they are exposed. */
  async metric(name: string): Promise<string | undefined> {
    const { body } = await this.metrics.expose();
    const line = body.split('\n').find((one) => one.startsWith(`license_scaler_${name} `));
    return line?.split(' ').at(-1);
  }
}

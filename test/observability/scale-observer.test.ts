import { expect } from 'chai';
import { pino } from 'pino';
import { createFleet } from '../../src/core/fleet.ts';
import { Holds } from '../../src/observability/holds.ts';
import { LimitedLog } from '../../src/observability/limited-log.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createScaleObserver } from '../../src/observability/scale-observer.ts';

type ScaleAct = Parameters<ReturnType<typeof createScaleObserver>>[0];

const ACT: ScaleAct = {
  scaledObject: { namespace: 'tenant-a', name: 'app', trigger: { tenant: 'tenant-a' } },
  direction: 'suspension',
  result: 'scaled',
  why: 'Deployment tenant-a/app was scaled from 3 to 0 replicas',
  took: 20,
  unannounced: undefined,
};

/** What acts become: metrics by their lines, and what is logged. */
async function observed(...acts: readonly Partial<ScaleAct>[]) {
  const lines: Record<string, unknown>[] = [];
  const fleet = createFleet([]);
  const metrics = createMetrics({
    fleet: () => fleet,
    now: () => 0,
    holds: new Holds(),
    scaledObjects: () => [],
    version: '1',
    configHash: 'abc',
  });
  const sink = {
    write: (line: string) => {
      lines.push(JSON.parse(line) as Record<string, unknown>);
    },
  };
  const log = new LimitedLog(pino({ level: 'debug' }, sink), { later: () => undefined });
  const observe = createScaleObserver(metrics, log);
  for (const act of acts) observe({ ...ACT, ...act });
  const { body } = await metrics.expose();
  return { lines, exposed: body.split('\n').filter((line) => line.includes('scaler_scale_')) };
}

describe('the observer of acts on the scale', () => {
  it('counts acts by direction and result', async () => {
    const { exposed } = await observed(
      {},
      {},
      { result: 'left' },
      { result: 'undone' },
      { direction: 'reinstatement', result: 'failed' },
      { direction: 'reinstatement', result: 'already' },
    );
    const name = 'license_scaler_scale_acts_total';
    expect(exposed).to.include.members([
      `${name}{direction="suspension",result="scaled"} 2`,
      `${name}{direction="suspension",result="left"} 1`,
      `${name}{direction="suspension",result="undone"} 1`,
      `${name}{direction="reinstatement",result="failed"} 1`,
      `${name}{direction="reinstatement",result="already"} 1`,
    ]);
  });

  it('measures how long it took to scale, in seconds, and nothing else', async () => {
    const { exposed } = await observed(
      { took: 20 },
      { result: 'failed', took: 5_000 },
      { result: 'left', took: 5_000 },
    );
    const name = 'license_scaler_scale_latency_seconds';
    expect(exposed).to.include(`${name}_count{direction="suspension"} 1`);
    expect(exposed).to.include(`${name}_sum{direction="suspension"} 0.02`);
  });

  it('logs each act, a failure as a warning', async () => {
    const results = ['scaled', 'undone', 'left', 'already', 'failed'] as const;
    const { lines } = await observed(...results.map((result) => ({ result, why: 'so' })));
    expect(lines.map(({ level, msg }) => [level, msg])).to.deep.equal([
      [30, 'suspension of tenant-a/app: scaled: so'],
      [30, 'suspension of tenant-a/app: undone: so'],
      [30, 'suspension of tenant-a/app: left: so'],
      [20, 'suspension of tenant-a/app: already: so'],
      [40, 'suspension of tenant-a/app: failed: so'],
    ]);
    expect(lines[0]).to.include({
      scaledObject: 'tenant-a/app',
      tenant: 'tenant-a',
      direction: 'suspension',
      result: 'scaled',
      took: 20,
    });
  });

  it('counts and logs an Event that could not be written', async () => {
    const { exposed, lines } = await observed({}, { unannounced: 'create events: forbidden' });
    expect(exposed).to.include('license_scaler_scale_events_failed_total 1');
    expect(lines.at(-1)).to.include({
      level: 40,
      msg: 'the Event about tenant-a/app could not be written: create events: forbidden',
    });
  });
});

import { expect } from 'chai';
import { pino } from 'pino';
import { createFleet } from '../../src/core/fleet.ts';
import { Holds } from '../../src/observability/holds.ts';
import { LimitedLog } from '../../src/observability/limited-log.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import {
  createGrpcObserver,
  createSourceObserver,
  createTlsObserver,
} from '../../src/observability/observers.ts';

function stage() {
  const lines: string[] = [];
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
      lines.push((JSON.parse(line) as { msg: string }).msg);
    },
  };
  const log = new LimitedLog(pino({}, sink), { later: () => undefined });
  const metric = async (name: string): Promise<string | undefined> => {
    const { body } = await metrics.expose();
    const line = body.split('\n').find((one) => one.startsWith(`license_scaler_${name} `));
    return line?.split(' ').at(-1);
  };
  return { lines, metrics, log, metric };
}

describe('the observer of the gRPC edge', () => {
  it('counts streams that open and end, by method, reason and version of KEDA', async () => {
    const { metrics, log, metric } = stage();
    const observer = createGrpcObserver(metrics, log);
    observer.streamOpened('StreamIsActive', 'grpc-go/1.71.1');
    observer.streamOpened('StreamIsActive', 'grpc-go/1.71.1');
    observer.streamOpened('StreamIsActive', undefined);
    observer.streamEnded('StreamIsActive', 'client', 'grpc-go/1.71.1');
    expect(await metric('streams_open{method="StreamIsActive"}')).to.equal('2');
    expect(await metric('streams_opened_total{method="StreamIsActive"}')).to.equal('3');
    expect(await metric('streams_ended_total{method="StreamIsActive",reason="client"}')).to.equal(
      '1',
    );
    expect(await metric('streams_open_by_keda_version{keda_version="2.17"}')).to.equal('1');
    expect(await metric('streams_open_by_keda_version{keda_version="other"}')).to.equal('1');
  });

  it('counts and logs a stream that is refused, and does not count it as open', async () => {
    const { metrics, log, metric, lines } = stage();
    createGrpcObserver(metrics, log).streamRefused({
      method: 'StreamIsActive',
      scaledObject: 'tenant-b/web',
      code: 'INVALID_ARGUMENT',
      why: 'replicas is "x"',
    });
    expect(await metric('streams_ended_total{method="StreamIsActive",reason="refused"}')).to.equal(
      '1',
    );
    expect(await metric('streams_open{method="StreamIsActive"}')).to.equal(undefined);
    expect(lines).to.deep.equal([
      'StreamIsActive of tenant-b/web is refused with INVALID_ARGUMENT: replicas is "x"',
    ]);
  });
});

describe('the observer of a source', () => {
  it('counts requests by what came of them, and their bytes', async () => {
    const { metrics, log, metric } = stage();
    const observer = createSourceObserver('license-service', metrics, log);
    observer.requested({ result: 'license', duration: 20, bytes: 100 });
    observer.requested({ result: 'failed', duration: 20, bytes: 0 });
    const count =
      'source_request_duration_seconds_count{source="license-service",result="license"}';
    expect(await metric('source_received_bytes_total{source="license-service"}')).to.equal('100');
    expect(await metric(count)).to.equal('1');
  });
});

describe('the observer of certificates', () => {
  const DAY = 86_400_000;

  it('logs each that is in use, one that has ended or not begun loudly', () => {
    const lines: { level: number; msg: string }[] = [];
    const sink = { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[0]) };
    const now = Date.now();
    const certificate = (file: string, from: number, to: number) => ({
      file,
      subject: `CN=${file}`,
      notBefore: now + from * DAY,
      notAfter: now + to * DAY,
    });
    createTlsObserver(
      stage().metrics,
      pino({}, sink),
    )({
      kind: 'loaded',
      certificates: [
        certificate('certFile', -1, 4),
        certificate('certFile', 1, 3),
        certificate('certFile', -9, -1),
        certificate('clientCaFile', -9, -2),
      ],
    });
    const { info, warn, error } = pino.levels.values;
    expect(lines.map(({ level }) => level)).to.deep.equal([info, error, error, warn]);
    expect(lines.map(({ msg }) => /is in use, (it ends|but it \w+)/.exec(msg)?.[1])).to.deep.equal([
      'it ends',
      'but it begins',
      'but it ended',
      'but it ended',
    ]);
  });
});

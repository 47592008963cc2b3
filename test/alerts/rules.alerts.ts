/** Each alert by `promtool test rules`: when it fires, how long it waits, and what it leaves alone. */
import { expect } from 'chai';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { alertNames, promtool, testRules, writeRules, type Series } from './promtool.ts';

const DAY = 86_400;

/** A metric of ours as a pod exposes it. */
function ours(name: string, labels = '', pod = 'pod-1'): string {
  const given = labels === '' ? '' : `${labels},`;
  return `license_scaler_${name}{${given}namespace="license-scaler",pod="${pod}"}`;
}

/** For two hours the same. */
const always = (value: number): string => `${value}+0x120`;
/** For two hours so much more each minute. */
const rising = (step: number): string => `0+${step}x120`;

const OPEN = { [ours('streams_open', 'method="StreamIsActive"')]: always(3) };
const NONE_OPEN = { [ours('streams_open', 'method="StreamIsActive"')]: always(0) };

interface Row {
  /** Nothing at the first minute, the alert at the second. */
  readonly fires: Series;
  readonly notAt?: number;
  readonly at: number;
  /** What looks alike and is no reason, at the same minute as the alert. */
  readonly leaves?: readonly Series[];
}

function calls(method: string, code: string, values: string): Series {
  return {
    [ours('unary_call_duration_seconds_count', `method="${method}",code="${code}"`)]: values,
  };
}

function tenants(licensed: string, unlicensed: string): Series {
  return {
    [ours('tenants', 'standing="licensed"')]: licensed,
    [ours('tenants', 'standing="unlicensed"')]: unlicensed,
  };
}

function source(up: number, age = 0): Series {
  return {
    [ours('source_up', 'source="license-service"')]: always(up),
    [ours('source_age_seconds', 'source="license-service"')]: always(age),
  };
}

function certificate(days: number): Series {
  const name = ours('certificate_expiry_timestamp_seconds', 'file="/tls/tls.crt",subject="x"');
  return { [name]: always(days * DAY) };
}

function configs(first: string, second: string): Series {
  return {
    [ours('config_info', `hash="${first}"`, 'pod-1')]: always(1),
    [ours('config_info', `hash="${second}"`, 'pod-2')]: always(1),
  };
}

function latency(slow: number): Series {
  const bucket = (le: string): string => ours('push_latency_seconds_bucket', `le="${le}"`);
  return {
    [bucket('1')]: rising(100 - slow),
    [bucket('5')]: rising(100),
    [bucket('+Inf')]: rising(100),
  };
}

const UP = 'up{job="license-scaler",pod="pod-1"}';
const READY = 'kube_deployment_status_replicas_ready{deployment="license-scaler"}';
const failed = ours('scale_acts_total', 'direction="suspension",result="failed"');

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  LicenseScalerNoReplicaReady: [
    { fires: { [UP]: always(0) }, notAt: 1, at: 3, leaves: [{ [UP]: always(1) }] },
    { fires: {}, notAt: 1, at: 3 },
    {
      fires: { [UP]: always(1), [READY]: always(0) },
      notAt: 1,
      at: 3,
      leaves: [{ [UP]: always(1), [READY]: always(1) }],
    },
  ],
  LicenseScalerSourceDown: [
    {
      fires: { ...source(0), ...OPEN },
      notAt: 4,
      at: 6,
      leaves: [
        { ...source(1), ...OPEN },
        { ...source(0), ...NONE_OPEN },
      ],
    },
  ],
  LicenseScalerDataTooOldSoon: [
    {
      fires: { ...source(0, 6 * DAY), ...OPEN },
      at: 1,
      leaves: [
        { ...source(0, 5 * DAY), ...OPEN },
        { ...source(1, 6 * DAY), ...OPEN },
        { ...source(0, 6 * DAY), ...NONE_OPEN },
      ],
    },
  ],
  LicenseScalerTenantsUnknown: [
    {
      fires: { [ours('tenants', 'standing="unknown"')]: always(2) },
      notAt: 14,
      at: 16,
      leaves: [{ [ours('tenants', 'standing="unknown"')]: always(0) }],
    },
  ],
  LicenseScalerCallsFail: [
    {
      fires: calls('GetMetrics', 'UNAVAILABLE', rising(1)),
      notAt: 10,
      at: 13,
      leaves: [calls('GetMetrics', 'OK', rising(1)), calls('GetMetrics', 'UNAVAILABLE', always(7))],
    },
  ],
  LicenseScalerEveryPollFails: [
    {
      fires: calls('GetMetrics', 'UNAVAILABLE', rising(1)),
      notAt: 2,
      at: 5,
      leaves: [
        {
          ...calls('GetMetrics', 'UNAVAILABLE', rising(1)),
          ...calls('GetMetrics', 'OK', rising(1)),
        },
        calls('GetMetrics', 'UNAVAILABLE', always(7)),
      ],
    },
  ],
  LicenseScalerNoStreams: [
    {
      fires: { ...calls('GetMetrics', 'OK', rising(2)), ...NONE_OPEN },
      notAt: 14,
      at: 18,
      leaves: [{ ...calls('GetMetrics', 'OK', rising(2)), ...OPEN }],
    },
  ],
  LicenseScalerPushesCoalesced: [
    {
      fires: { [ours('pushes_coalesced_total')]: rising(1) },
      notAt: 30,
      at: 33,
      leaves: [{ [ours('pushes_coalesced_total')]: always(9) }],
    },
  ],
  LicenseScalerManySuspended: [
    {
      fires: tenants('100+0x20 80+0x99', '0+0x20 20+0x99'),
      notAt: 20,
      at: 25,
      leaves: [
        // KEDA has gone to this replica, or to another one.
        tenants(always(100), '0+0x20 20+0x99'),
        tenants('100+0x20 80+0x99', always(0)),
        tenants('100+0x20 95+0x99', '0+0x20 5+0x99'),
      ],
    },
  ],
  LicenseScalerPolledWithoutStream: [
    {
      fires: { [ours('scaledobjects_polled_without_stream')]: always(1), ...OPEN },
      notAt: 14,
      at: 16,
      leaves: [
        { [ours('scaledobjects_polled_without_stream')]: always(0), ...OPEN },
        { [ours('scaledobjects_polled_without_stream')]: always(1), ...NONE_OPEN },
      ],
    },
  ],
  LicenseScalerTenantsWithheld: [
    {
      fires: { [ours('oldest_hold_age_seconds')]: '0+60x120', ...OPEN },
      notAt: 15,
      at: 16,
      leaves: [{ [ours('oldest_hold_age_seconds')]: always(0), ...OPEN }],
    },
  ],
  LicenseScalerPushesSlow: [{ fires: latency(2), notAt: 9, at: 13, leaves: [latency(0)] }],
  LicenseScalerScalingFails: [
    // The counter appears with its first value.
    { fires: { [failed]: '_x20 1+0x99' }, notAt: 19, at: 22 },
    { fires: { [failed]: '4+0x40 5+0x79' }, notAt: 40, at: 42, leaves: [{ [failed]: always(4) }] },
  ],
  LicenseScalerBoundaryMissed: [
    {
      fires: { [ours('next_boundary_timestamp_seconds')]: always(600) },
      notAt: 12,
      at: 14,
      leaves: [{ [ours('next_boundary_timestamp_seconds')]: '600+60x120' }],
    },
  ],
  LicenseScalerLogDropped: [
    {
      fires: { [ours('log_lines_dropped_total')]: '0+0x20 7+0x99' },
      notAt: 20,
      at: 22,
      leaves: [{ [ours('log_lines_dropped_total')]: always(7) }],
    },
  ],
  LicenseScalerStreamsRefused: [
    {
      fires: {
        [ours('streams_ended_total', 'method="StreamIsActive",reason="refused"')]: rising(1),
      },
      notAt: 15,
      at: 18,
      leaves: [
        { [ours('streams_ended_total', 'method="StreamIsActive",reason="client"')]: rising(1) },
      ],
    },
  ],
  LicenseScalerConfigDiffers: [
    { fires: configs('a', 'b'), notAt: 29, at: 31, leaves: [configs('a', 'a')] },
  ],
  LicenseScalerCertificateEndsSoon: [
    { fires: certificate(13), notAt: 59, at: 61, leaves: [certificate(15)] },
  ],
  LicenseScalerCertificateEndsNow: [{ fires: certificate(1), at: 1, leaves: [certificate(13)] }],
};

describe('the alerts, by promtool', () => {
  it(
    'are rules that Prometheus takes',
    inTemporaryDirectory(async (folder) => {
      expect(await promtool(['check', 'rules', await writeRules(folder)])).to.include('SUCCESS');
    }),
  );

  it('are all tested', async () => {
    expect(Object.keys(ROWS).sort()).to.deep.equal((await alertNames()).sort());
  });

  for (const [alert, rows] of Object.entries(ROWS)) {
    it(
      `${alert} fires in time, and leaves what only looks like it`,
      inTemporaryDirectory(async (folder) => {
        const expectations = rows.flatMap(({ fires, notAt, at, leaves = [] }) => [
          ...(notAt === undefined ? [] : [{ alert, series: fires, minute: notAt, fires: false }]),
          { alert, series: fires, minute: at, fires: true },
          ...leaves.map((series) => ({ alert, series, minute: at, fires: false })),
        ]);
        expect(await testRules(folder, expectations)).to.include('SUCCESS');
      }),
    );
  }
});

import { expect } from 'chai';
import { exposedNames, listMetrics } from '../../src/observability/metrics-catalog.ts';

const UNITS = /_(seconds|bytes|info)(_total)?$/;
/** What is a number of things has no unit, by Prometheus' rules. */
const COUNTED = /_(tenants|withheld|reason|open|version|stream|up)$/;

describe('the metrics', () => {
  it('are named by the rules: a prefix, a unit, _total for counters alone', async () => {
    const ours = (await listMetrics()).filter(({ name }) => name.startsWith('license_scaler_'));
    expect(ours).to.have.length.above(20);
    for (const { name, type, help } of ours) {
      expect(name.endsWith('_total'), name).to.equal(type === 'counter');
      expect(name).to.match(
        type === 'counter' ? /_total$/ : new RegExp(`${UNITS.source}|${COUNTED.source}`),
      );
      expect(help, name).to.match(/\S/);
    }
  });

  it('have no label of which there are as many values as tenants or ScaledObjects', async () => {
    const labels = new Set((await listMetrics()).flatMap(({ labels: names }) => names));
    for (const many of ['tenant', 'scaledobject', 'namespace', 'name', 'peer']) {
      expect(labels.has(many), many).to.equal(false);
    }
  });

  it('have three exposed names where they are histograms', () => {
    const histogram = { name: 'x_seconds', type: 'histogram', labels: [], help: '' };
    expect(exposedNames(histogram)).to.deep.equal([
      'x_seconds_bucket',
      'x_seconds_count',
      'x_seconds_sum',
    ]);
    expect(exposedNames({ ...histogram, type: 'gauge' })).to.deep.equal(['x_seconds']);
  });
});

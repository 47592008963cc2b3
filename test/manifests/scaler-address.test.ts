import { expect } from 'chai';
import { parseScalerAddress, scalersIn } from '../../scripts/manifests/scaler-address.ts';
import { validObjects } from './breaking.ts';

describe('scaler addresses', () => {
  it('are those of the gRPC ports of our Services', () => {
    expect(scalersIn(validObjects())).to.deep.equal(['license-scaler.license-scaler:6000']);
  });

  it('are the same, however they are written', () => {
    const written = ['s.n:1', 's.n.svc:1', 's.n.svc.cluster.local:1', 'dns:///s.n.svc:1'];
    expect(new Set(written.map((text) => JSON.stringify(parseScalerAddress(text))))).to.deep.equal(
      new Set([JSON.stringify({ ok: true, value: 's.n:1' })]),
    );
  });
});

/** The contract on the wire: the bytes that KEDA sends and expects, written by hand. */
import { expect } from 'chai';
import {
  ExternalScalerService,
  GetMetricSpecResponse,
  GetMetricsRequest,
  GetMetricsResponse,
  IsActiveResponse,
  MetricSpec,
  MetricValue,
  ScaledObjectRef,
  type MessageFns,
} from '../../generated/externalscaler.ts';

/** Bytes: hexadecimal as it stands, text as UTF-8. */
function wire(hex: TemplateStringsArray, ...texts: string[]): Buffer {
  const parts = hex.map((part, index) =>
    Buffer.concat([
      Buffer.from(part.replace(/\s/g, ''), 'hex'),
      Buffer.from(index < texts.length ? (texts[index] ?? '') : ''),
    ]),
  );
  return Buffer.concat(parts);
}

interface Example<T> {
  readonly type: MessageFns<T>;
  readonly message: T;
  readonly bytes: Buffer;
}

function example<T>(type: MessageFns<T>, message: T, bytes: Buffer): Example<unknown> {
  return { type, message, bytes };
}

const REF = {
  name: 'web',
  namespace: 'tenant-b',
  scalerMetadata: { tenantId: 'b', scalerAddress: 's:1' },
};

const REF_BYTES = wire`
  0a 03 ${'web'}
  12 08 ${'tenant-b'}
  1a 0d  0a 08 ${'tenantId'}       12 01 ${'b'}
  1a 14  0a 0d ${'scalerAddress'}  12 03 ${'s:1'}`;

const EXAMPLES: Record<string, Example<unknown>> = {
  'a ScaledObjectRef with its metadata': example(ScaledObjectRef, REF, REF_BYTES),
  'an IsActiveResponse that says yes': example(IsActiveResponse, { result: true }, wire`08 01`),
  'a GetMetricSpecResponse with a MetricSpec': example(
    GetMetricSpecResponse,
    { metricSpecs: [{ metricName: 'm', targetSize: 1, targetSizeFloat: 1 }] },
    wire`0a 0e  0a 01 ${'m'}  10 01  19 00 00 00 00 00 00 f0 3f`,
  ),
  'a MetricSpec with a large target': example(
    MetricSpec,
    { metricName: 'm', targetSize: 300, targetSizeFloat: 2.5 },
    wire`0a 01 ${'m'}  10 ac 02  19 00 00 00 00 00 00 04 40`,
  ),
  'a GetMetricsRequest with its ScaledObjectRef': example(
    GetMetricsRequest,
    { scaledObjectRef: { ...REF, scalerMetadata: {} }, metricName: 'm' },
    wire`0a 0f  0a 03 ${'web'}  12 08 ${'tenant-b'}  12 01 ${'m'}`,
  ),
  'a GetMetricsResponse with several values': example(
    GetMetricsResponse,
    {
      metricValues: [
        { metricName: 'm', metricValue: 2, metricValueFloat: 2 },
        { metricName: 'n', metricValue: 0, metricValueFloat: 0 },
      ],
    },
    wire`0a 0e  0a 01 ${'m'}  10 02  19 00 00 00 00 00 00 00 40
         0a 03  0a 01 ${'n'}`,
  ),
  'a MetricValue with the largest whole number': example(
    MetricValue,
    { metricName: '', metricValue: Number.MAX_SAFE_INTEGER, metricValueFloat: 0 },
    wire`10 ff ff ff ff ff ff ff 0f`,
  ),
  'a MetricValue below zero': example(
    MetricValue,
    { metricName: '', metricValue: -1, metricValueFloat: -0.5 },
    wire`10 ff ff ff ff ff ff ff ff ff 01  19 00 00 00 00 00 00 e0 bf`,
  ),
};

const DEFAULTS: Record<string, Example<unknown>> = {
  ScaledObjectRef: example(
    ScaledObjectRef,
    { name: '', namespace: '', scalerMetadata: {} },
    wire``,
  ),
  IsActiveResponse: example(IsActiveResponse, { result: false }, wire``),
  GetMetricSpecResponse: example(GetMetricSpecResponse, { metricSpecs: [] }, wire``),
  MetricSpec: example(MetricSpec, { metricName: '', targetSize: 0, targetSizeFloat: 0 }, wire``),
  GetMetricsRequest: example(
    GetMetricsRequest,
    { scaledObjectRef: undefined, metricName: '' },
    wire``,
  ),
  GetMetricsResponse: example(GetMetricsResponse, { metricValues: [] }, wire``),
  MetricValue: example(
    MetricValue,
    { metricName: '', metricValue: 0, metricValueFloat: 0 },
    wire``,
  ),
};

describe('the contract with KEDA', () => {
  for (const [name, { type, message, bytes }] of Object.entries(EXAMPLES)) {
    it(`writes ${name}`, () => {
      expect(Buffer.from(type.encode(message).finish()).toString('hex')).to.equal(
        bytes.toString('hex'),
      );
    });

    it(`reads ${name}`, () => {
      expect(type.decode(bytes)).to.deep.equal(message);
    });
  }

  for (const [name, { type, message, bytes }] of Object.entries(DEFAULTS)) {
    it(`writes nothing for a ${name} of default values, and reads it from nothing`, () => {
      expect(Buffer.from(type.encode(message).finish())).to.deep.equal(bytes);
      expect(type.decode(bytes)).to.deep.equal(message);
    });
  }

  it('reads a metadata entry without a value, in any order, and the last one of a key', () => {
    const { scalerMetadata } = ScaledObjectRef.decode(wire`
      1a 03  0a 01 ${'a'}
      1a 05  0a 01 ${'b'} 12 00
      1a 06  12 01 ${'1'} 0a 01 ${'c'}
      1a 06  0a 01 ${'c'} 12 01 ${'2'}`);
    expect(scalerMetadata).to.deep.equal({ a: '', b: '', c: '2' });
  });

  it('passes over fields that a later KEDA may add, of every wire type', () => {
    const added = wire`
      f8 07 96 01
      f9 07 00 00 00 00 00 00 f0 3f
      fa 07 05 ${'later'}
      fd 07 00 00 80 3f`;
    expect(ScaledObjectRef.decode(Buffer.concat([added, REF_BYTES, added]))).to.deep.equal(REF);
  });

  it('refuses bytes that are no message', () => {
    expect(() => ScaledObjectRef.decode(wire`0a 05 ${'we'}`)).to.throw();
  });

  it('has the five methods under the names and of the kinds that KEDA calls', () => {
    const methods = Object.values(ExternalScalerService).map((method) => [
      method.path,
      method.requestStream,
      method.responseStream,
    ]);
    expect(methods).to.have.deep.members([
      ['/externalscaler.ExternalScaler/IsActive', false, false],
      ['/externalscaler.ExternalScaler/StreamIsActive', false, true],
      ['/externalscaler.ExternalScaler/GetMetricSpec', false, false],
      ['/externalscaler.ExternalScaler/StreamMetricSpec', false, true],
      ['/externalscaler.ExternalScaler/GetMetrics', false, false],
    ]);
  });
});

/** What a server sees of KEDA's own client and of the client of the everyday tests, side by side. */
import { expect } from 'chai';
import { Keda, scaledObject } from '../helpers/keda.ts';
import { KEDA_VERSIONS, type KedaVersion } from './build/go-programs.ts';
import { Operator } from './operator.ts';
import { RecordingScaler } from './recording-scaler.ts';

const [OWN, TYPESCRIPT] = ['grpc-go', 'grpc-node-js'] as const;

interface Both {
  readonly recorder: RecordingScaler;
  readonly operator: Operator;
  readonly typescript: Keda;
  /** Of every trigger. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Both clients at one scaler, which are taken down whatever happens. */
function sideBySide(version: KedaVersion, play: (both: Both) => Promise<void>) {
  return async (): Promise<void> => {
    const recorder = await RecordingScaler.start();
    const operator = new Operator(version, recorder.address);
    const typescript = new Keda(recorder.address, { release: version });
    const metadata = { scalerAddress: recorder.address, tenantId: 'acme', replicas: '3' };
    try {
      await play({ recorder, operator, typescript, metadata });
    } finally {
      typescript.close();
      await operator.close();
      recorder.stop();
    }
  };
}

/** Whether this KEDA opens StreamMetricSpec beside StreamIsActive. */
function opensSpecs(version: KedaVersion): boolean {
  return version === '2.21.0';
}

for (const version of KEDA_VERSIONS) {
  describe(`KEDA ${version} and the client of the everyday tests call in the same way`, () => {
    it(
      'a poll, call by call, with the same requests and without a deadline',
      sideBySide(version, async ({ recorder, operator, typescript, metadata }) => {
        const own = await operator.open('shop', { metadata }).poll();
        const copied = await typescript.poll(scaledObject('shop', metadata));
        expect([own.active, own.values[0]?.value]).to.deep.equal([true, '5']);
        expect(copied).to.deep.equal({ active: true, replicas: 5 });
        const ref = { name: 'scaled-service', namespace: 'shop', scalerMetadata: metadata };
        const calls = [
          { method: 'GetMetricSpec', request: ref },
          {
            method: 'GetMetrics',
            request: { scaledObjectRef: ref, metricName: 'license-replicas' },
          },
          { method: 'IsActive', request: ref },
        ].map((call) => ({ ...call, hasDeadline: false }));
        expect(recorder.calls(OWN)).to.deep.equal(calls);
        expect(recorder.calls(TYPESCRIPT)).to.deep.equal(calls);
      }),
    );

    it(
      'a poll that fails, which ends with the call that failed',
      sideBySide(version, async ({ recorder, operator, typescript, metadata }) => {
        recorder.isFailing = true;
        const own = await operator.open('shop', { metadata }).poll();
        const copied = await typescript.poll(scaledObject('shop', metadata));
        expect(own.error).to.include('code = Unavailable desc = it fails');
        expect(copied).to.deep.equal({ error: 'UNAVAILABLE', details: 'it fails' });
        for (const client of [OWN, TYPESCRIPT]) {
          const methods = recorder.calls(client).map(({ method }) => method);
          expect(methods).to.deep.equal(['GetMetricSpec', 'GetMetrics']);
        }
      }),
    );

    it(
      'streams without a deadline, and on one connection whatever they call',
      sideBySide(version, async ({ recorder, operator, typescript, metadata }) => {
        for (const name of ['web', 'jobs']) {
          const own = operator.watch('shop', { name, metadata });
          const copied = typescript.push(scaledObject('shop', { ...metadata }, name));
          expect(await own.received(1)).to.deep.equal([true]);
          expect(await copied.received(1)).to.deep.equal([true]);
          await own.poll();
          await typescript.poll(scaledObject('shop', { ...metadata }, name));
        }
        const ref = { name: 'web', namespace: 'shop', scalerMetadata: metadata };
        const streams = opensSpecs(version)
          ? ['StreamIsActive', 'StreamMetricSpec']
          : ['StreamIsActive'];
        for (const client of [OWN, TYPESCRIPT]) {
          const calls = recorder.calls(client);
          for (const method of streams) {
            const [first] = calls.filter((call) => call.method === method);
            expect(first).to.deep.equal({ method, request: ref, hasDeadline: false });
          }
          expect(calls).to.have.length(2 * (streams.length + 3));
          expect(recorder.connections(client)).to.equal(1);
        }
      }),
    );
  });
}

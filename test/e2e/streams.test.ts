/** Many streams, slow streams, streams that come and go. */
import { expect } from 'chai';
import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { ScaledObjectRef } from '../../generated/externalscaler.ts';
import { countObjects } from '../helpers/count-objects.ts';
import { Keda, scaledObject } from '../helpers/keda.ts';
import { startScripted, toReadings, type Scripted } from '../helpers/scripted.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

function scripted(
  licensed: readonly string[],
  play: (scripted: Scripted, keda: Keda) => Promise<void>,
) {
  return async (): Promise<void> => {
    const running = await startScripted(licensed);
    const keda = new Keda(`127.0.0.1:${running.app.grpcPort}`);
    try {
      await play(running, keda);
    } finally {
      keda.close();
      await running.app.stop();
    }
  };
}

/** Opens StreamIsActive by hand, with a window of one message: the server sees at once who does not read. */
function openSlowly(port: number, ref: ScaledObjectRef) {
  const session = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 7 } });
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: '/externalscaler.ExternalScaler/StreamIsActive',
    [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    [constants.HTTP2_HEADER_TE]: 'trailers',
  });
  const message = ScaledObjectRef.encode(ref).finish();
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  stream.on('error', () => undefined);
  stream.end(Buffer.concat([header, message]));
  return {
    stream,
    close: () => {
      session.destroy();
    },
  };
}

/** The states in the frames that arrive, until a given one comes after others. */
async function readUntil(wanted: boolean, chunks: AsyncIterable<unknown>): Promise<boolean[]> {
  const states: boolean[] = [];
  let bytes = Buffer.alloc(0);
  for await (const chunk of chunks) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    for (let size = frameSize(bytes); size <= bytes.length; size = frameSize(bytes)) {
      states.push(size > 5);
      bytes = bytes.subarray(size);
    }
    if (states.length > 1 && states.at(-1) === wanted) break;
  }
  return states;
}

function frameSize(bytes: Buffer): number {
  return bytes.length < 5 ? Number.POSITIVE_INFINITY : 5 + bytes.readUInt32BE(1);
}

async function metric(port: number, name: string): Promise<number> {
  const body = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const line = body.split('\n').find((each) => each.startsWith(name));
  return Number(line?.split(' ').at(-1));
}

async function allEnded(port: number): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  while ((await metric(port, 'license_scaler_streams_open')) !== 0) signal.throwIfAborted();
}

describe('streams', () => {
  it(
    'give a reader that does not read the last state, not the history of 1,000 changes',
    scripted(['tenant-a'], async ({ app, tell }, keda) => {
      const slow = openSlowly(app.grpcPort, scaledObject('tenant-a'));
      await once(slow.stream, 'response');
      const brisk = keda.push(scaledObject('tenant-a'));
      await brisk.received(1);
      for (let change = 1; change <= 1_001; change++) {
        tell(toReadings(['tenant-a'], change % 2 === 0));
        await brisk.received(change + 1);
      }
      const states = await readUntil(false, slow.stream);
      slow.close();
      expect(states.at(-1)).to.equal(false);
      expect(states).to.have.length.below(10);
    }),
  );

  it(
    'end with status OK although a state still waits for a reader who does not read',
    scripted(['tenant-a'], async ({ app, tell }, keda) => {
      const slow = openSlowly(app.grpcPort, scaledObject('tenant-a'));
      await once(slow.stream, 'response');
      const brisk = keda.push(scaledObject('tenant-a'));
      await brisk.received(1);
      for (let change = 1; change <= 5; change++) {
        tell(toReadings(['tenant-a'], change % 2 === 0));
        await brisk.received(change + 1);
      }
      const stopped = app.stop();
      const trailers = once(slow.stream, 'trailers');
      tell(toReadings(['tenant-a'], true));
      slow.stream.resume();
      const [{ 'grpc-status': status }] = (await trailers) as [Record<string, string>];
      slow.close();
      await stopped;
      expect(status).to.equal('0');
    }),
  );

  it(
    'wake up for a change of their tenant alone',
    scripted(['tenant-a', 'tenant-b'], async ({ app, tell }, keda) => {
      const [a, b] = [keda.push(scaledObject('tenant-a')), keda.push(scaledObject('tenant-b'))];
      await Promise.all([a.received(1), b.received(1)]);
      for (let change = 1; change <= 20; change++) tell(toReadings(['tenant-a'], change % 2 === 0));
      tell(toReadings(['tenant-b'], false));
      await b.received(2);
      expect(b.states).to.deep.equal([true, false]);
      expect(await metric(app.httpPort, 'license_scaler_streams_open')).to.equal(2);
    }),
  );

  it('leave nothing behind when 100 of them are opened and cancelled 10 times', async () => {
    const tenants = Array.from({ length: 100 }, (_, index) => `tenant-${index}`);
    await scripted(tenants, async ({ app }, keda) => {
      const openAndCancel = async (times: number): Promise<number> => {
        for (let time = 0; time < times; time++) {
          const streams = tenants.map((tenant) => keda.push(scaledObject(tenant)));
          await Promise.all(streams.map((stream) => stream.received(1)));
          for (const stream of streams) stream.cancel();
          await allEnded(app.httpPort);
        }
        return countObjects();
      };
      // The first of them make what is made once.
      const before = await openAndCancel(3);
      const after = await openAndCancel(7);
      // 700 streams lie between: were one object of each kept, that would be 700 objects.
      expect(after - before).to.be.below(350);
    })();
  });
});

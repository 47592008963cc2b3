/** The unary RPCs: how long they wait for a first answer, and that they ask for it. */
import { expect } from 'chai';
import { BehaviorSubject } from 'rxjs';
import type { ScalerContext } from '../../src/grpc/context.ts';
import { ScaledObjects } from '../../src/grpc/scaled-objects.ts';
import { getMetricSpec, isActive } from '../../src/grpc/unary.ts';
import type { Outlook } from '../../src/core/outlook.ts';
import { UNKNOWN } from '../../src/core/standing.ts';
import { byHand } from '../helpers/hand-clock.ts';
import { scaledObject } from '../helpers/keda.ts';

const A = 'tenant-a';
const PENDING: Outlook = { tenant: A, standing: UNKNOWN, certainty: 'pending', why: 'not yet' };
const LICENSED: Outlook = {
  ...{ tenant: A, certainty: 'firm', why: undefined },
  standing: { ...UNKNOWN, status: 'licensed', reason: 'valid', services: 'any' },
};
const CALL = { getPeer: () => 'keda', metadata: { get: () => [] } };

/** A scaler that knows one tenant, as a test lets it. */
function scaler(outlook: Outlook) {
  const outlook$ = new BehaviorSubject(outlook);
  const asked: string[] = [];
  const known = {
    directory: { outlook: () => outlook$.value, watch: () => outlook$ },
    demand: { ask: (tenant: string) => asked.push(tenant) },
    scaledObjects: new ScaledObjects(1_000, () => 0),
    defaultReplicas: 2,
  };
  return { context: known as unknown as ScalerContext, outlook$, asked };
}

async function answer(context: ScalerContext): Promise<boolean | string> {
  return isActive(context, scaledObject(A), CALL).then(
    ({ result }) => result,
    (error: unknown) => (error as Error).message,
  );
}

describe('a unary call', () => {
  it('waits for the first answer about a tenant, and gives it', () =>
    byHand(async (clock) => {
      const { context, outlook$, asked } = scaler(PENDING);
      const answered = answer(context);
      await clock.pass(999);
      expect(asked).to.deep.equal([A]);
      outlook$.next(LICENSED);
      expect(await answered).to.equal(true);
      expect(outlook$.observed).to.equal(false);
    }));

  it('waits no longer than a second, and says why there is none', () =>
    byHand(async (clock) => {
      const { context, outlook$ } = scaler(PENDING);
      let answered: boolean | string | undefined;
      void answer(context).then((it) => (answered = it));
      await clock.pass(999);
      expect(answered).to.equal(undefined);
      await clock.pass(1);
      expect(answered).to.equal('not yet');
      expect(outlook$.observed).to.equal(false);
    }));

  it('does not wait where no answer is on its way', async () => {
    const { context } = scaler({ ...PENDING, certainty: 'unknown', why: 'down' });
    expect(await answer(context)).to.equal('down');
  });

  it('begins the asking with the first that KEDA asks, the name of the metric', () => {
    const { context, asked } = scaler(PENDING);
    getMetricSpec(context, scaledObject(A));
    expect(asked).to.deep.equal([A]);
  });
});

import { expect } from 'chai';
import type { Verdict } from '../../src/core/verdict.ts';
import { act, type Report } from '../../src/scaling/act.ts';
import type { Direction } from '../../src/scaling/plan.ts';
import { ACTIVE, HELD_INACTIVE, INACTIVE, UNSAID, heard, written } from './builders.ts';
import { FakeCluster } from './fake-cluster.ts';

const READ = 'get app';
const READ_SCALE = 'get scale of app';
const WRITE = 'scale app from 3 to 0';

/** A cluster with one ScaledObject whose target is up, and what is known of its tenant: nothing good. */
class Stage {
  readonly cluster = new FakeCluster().add('app', 3);
  verdict: Verdict = INACTIVE;
  /** Of tenants other than the one that is asked about. */
  other: Verdict = INACTIVE;

  act(direction: Direction = 'suspension'): Promise<Report> {
    const order = {
      direction,
      namespace: 'tenant-a',
      name: 'app',
      trigger: heard(),
      isHeard: true,
      least: 0,
    };
    return act(this.cluster, order, ({ tenant }) =>
      tenant === 'tenant-a' ? this.verdict : this.other,
    );
  }

  /** Lets something happen when a call has come for the nth time. */
  on(call: string, happen: () => void, nth = 1): void {
    const { onCall } = this.cluster;
    let count = 0;
    this.cluster.onCall = (now) => {
      onCall(now);
      if (now === call && ++count === nth) happen();
    };
  }
}

describe('act', () => {
  it('reads the ScaledObject and the scale, then writes', async () => {
    const stage = new Stage();
    const report = await stage.act();
    expect(report).to.deep.include({
      result: 'scaled',
      why: 'Deployment tenant-a/app was scaled from 3 to 0 replicas',
    });
    expect(report.scaledObject?.uid).to.equal('uid-of-app');
    expect(stage.cluster.calls).to.deep.equal([READ, READ_SCALE, WRITE]);
    expect(stage.cluster.replicas('app')).to.equal(0);
  });

  it('leaves what an environment said of a ScaledObject that nobody listens for', async () => {
    const stage = new Stage();
    const triggers = [{ type: 'external-push', metadata: { tenantIdFromEnv: 'TENANT' } }];
    stage.cluster.add('app', 3, { triggers });
    const trigger = { tenant: 'tenant-a', service: undefined, replicas: undefined };
    const order = {
      direction: 'suspension',
      namespace: 'tenant-a',
      name: 'app',
      trigger,
      least: 0,
    } as const;
    const judge = (): Verdict => INACTIVE;
    const unheard = await act(stage.cluster, { ...order, isHeard: false }, judge);
    expect(unheard.result).to.equal('left');
    const heardOf = await act(stage.cluster, { ...order, isHeard: true }, judge);
    expect(heardOf.result).to.equal('scaled');
  });

  it('reinstates from 0 to minReplicaCount', async () => {
    const stage = new Stage();
    stage.verdict = ACTIVE;
    stage.cluster.add('app', 0, { minReplicas: 1 });
    expect(await stage.act('reinstatement')).to.deep.include({
      result: 'scaled',
      why: 'Deployment tenant-a/app was scaled from 0 to 1 replica',
    });
    expect(stage.cluster.calls.at(-1)).to.equal('scale app from 0 to 1');
  });

  it('writes nothing where the target is at 0 already', async () => {
    const stage = new Stage();
    stage.cluster.scaleTo('app', 0);
    expect(await stage.act()).to.deep.equal({
      result: 'already',
      why: 'Deployment tenant-a/app has 0 replicas',
    });
    expect(stage.cluster.calls).to.deep.equal([READ, READ_SCALE]);
  });

  it('never raises, nor lowers, a target that is above 0 already', async () => {
    const stage = new Stage();
    stage.verdict = ACTIVE;
    for (const replicas of [1, 2, 9]) {
      stage.cluster.scaleTo('app', replicas);
      expect(await stage.act('reinstatement')).to.include({ result: 'already' });
      expect(stage.cluster.replicas('app')).to.equal(replicas);
    }
  });

  it('leaves a ScaledObject that is gone', async () => {
    const stage = new Stage();
    stage.cluster.remove('app', 'ScaledObject');
    expect(await stage.act()).to.deep.equal({ result: 'left', why: 'it is not there any more' });
    expect(stage.cluster.calls).to.deep.equal([READ]);
  });

  it('leaves a target that is gone', async () => {
    const stage = new Stage();
    stage.cluster.remove('app', 'target');
    expect(await stage.act()).to.deep.equal({
      result: 'left',
      why: 'Deployment tenant-a/app is not there',
    });
  });

  it('leaves what KEDA alone may decide, and reads no further', async () => {
    const stage = new Stage();
    stage.cluster.change('app', { triggers: [written(), written({}, 'cron')] });
    expect(await stage.act()).to.deep.equal({
      result: 'left',
      why: 'another trigger may want its target up (cron)',
    });
    expect(stage.cluster.calls).to.deep.equal([READ]);
  });

  const uncertain: readonly (readonly [string, Verdict])[] = [
    ['whose license comes back', ACTIVE],
    ['whose source fails', HELD_INACTIVE],
    ['of which nothing is known any more', UNSAID],
  ];
  for (const [title, verdict] of uncertain) {
    for (const call of [READ, READ_SCALE]) {
      it(`never writes against a tenant ${title} during "${call}"`, async () => {
        const stage = new Stage();
        stage.on(call, () => {
          stage.verdict = verdict;
        });
        expect(await stage.act()).to.include({ result: 'left' });
        expect(stage.cluster.calls).not.to.include(WRITE);
        expect(stage.cluster.replicas('app')).to.equal(3);
      });
    }
  }

  it('does not reinstate a tenant whose license lapses between the readings and the write', async () => {
    const stage = new Stage();
    stage.verdict = ACTIVE;
    stage.cluster.scaleTo('app', 0);
    stage.on(READ_SCALE, () => {
      stage.verdict = INACTIVE;
    });
    expect(await stage.act('reinstatement')).to.include({ result: 'left' });
    expect(stage.cluster.replicas('app')).to.equal(0);
  });

  describe('where somebody else writes in between', () => {
    it('reads everything anew, and writes on top of what it finds', async () => {
      const stage = new Stage();
      stage.on(WRITE, () => {
        stage.cluster.scaleTo('app', 4);
      });
      expect(await stage.act()).to.include({
        result: 'scaled',
        why: 'Deployment tenant-a/app was scaled from 4 to 0 replicas',
      });
      expect(stage.cluster.calls).to.deep.equal([
        ...[READ, READ_SCALE, WRITE],
        ...[READ, READ_SCALE, 'scale app from 4 to 0'],
      ]);
    });

    it('judges anew: a ScaledObject that was paused meanwhile is left', async () => {
      const stage = new Stage();
      stage.on(WRITE, () => {
        stage.cluster.scaleTo('app', 4);
        stage.cluster.change('app', { annotations: { 'autoscaling.keda.sh/paused': 'true' } });
      });
      expect(await stage.act()).to.include({ result: 'left' });
      expect(stage.cluster.replicas('app')).to.equal(4);
    });

    it('judges anew: a license that came meanwhile is obeyed', async () => {
      const stage = new Stage();
      stage.on(WRITE, () => {
        stage.cluster.scaleTo('app', 4);
        stage.verdict = ACTIVE;
      });
      expect(await stage.act()).to.include({ result: 'left' });
      expect(stage.cluster.replicas('app')).to.equal(4);
    });

    it('fails after the fifth time', async () => {
      const stage = new Stage();
      stage.cluster.onCall = (call) => {
        if (call === WRITE) stage.cluster.scaleTo('app', 3);
      };
      expect(await stage.act()).to.deep.equal({
        result: 'failed',
        why: 'its target was changed by others 5 times in a row',
      });
      expect(stage.cluster.calls.filter((call) => call === WRITE)).to.have.length(5);
      expect(stage.cluster.replicas('app')).to.equal(3);
    });
  });

  describe('where a license comes during the write', () => {
    it('puts the former count back', async () => {
      const stage = new Stage();
      stage.on(WRITE, () => {
        stage.verdict = ACTIVE;
      });
      const report = await stage.act();
      expect(report).to.include({
        result: 'undone',
        why: 'Deployment tenant-a/app was put back to 3 replicas: the license came while it was scaled to 0',
      });
      expect(report.scaledObject).to.include({ name: 'app' });
      expect(stage.cluster.calls.slice(2)).to.deep.equal([
        ...[WRITE, READ_SCALE, 'scale app from 0 to 3'],
      ]);
    });

    it('puts it back where the license is that of another trigger of ours', async () => {
      const stage = new Stage();
      stage.cluster.change('app', { triggers: [written(), written({ tenantId: 'b' })] });
      stage.on(WRITE, () => {
        stage.other = ACTIVE;
      });
      expect(await stage.act()).to.include({ result: 'undone' });
      expect(stage.cluster.replicas('app')).to.equal(3);
    });

    it('leaves it where somebody else has raised it by then', async () => {
      const stage = new Stage();
      stage.on(WRITE, () => {
        stage.verdict = ACTIVE;
      });
      stage.on(
        READ_SCALE,
        () => {
          stage.cluster.scaleTo('app', 2);
        },
        2,
      );
      expect(await stage.act()).to.include({ result: 'undone' });
      expect(stage.cluster.replicas('app')).to.equal(2);
    });

    it('tries again where somebody else writes in between', async () => {
      const stage = new Stage();
      stage.on(WRITE, () => {
        stage.verdict = ACTIVE;
      });
      stage.on('scale app from 0 to 3', () => {
        stage.cluster.scaleTo('app', 0);
      });
      expect(await stage.act()).to.include({ result: 'undone' });
      expect(stage.cluster.calls.slice(-2)).to.deep.equal([READ_SCALE, 'scale app from 0 to 3']);
      expect(stage.cluster.replicas('app')).to.equal(3);
    });

    it('says that it failed where that does not help', async () => {
      const stage = new Stage();
      stage.on(WRITE, () => {
        stage.verdict = ACTIVE;
      });
      const { onCall } = stage.cluster;
      stage.cluster.onCall = (call) => {
        onCall(call);
        if (call === 'scale app from 0 to 3') stage.cluster.scaleTo('app', 0);
      };
      expect(await stage.act()).to.deep.equal({
        result: 'failed',
        why: 'Deployment tenant-a/app could not be put back to 3 replicas, others changed it 5 times in a row',
      });
    });

    it('does not put it back for a hold', async () => {
      const stage = new Stage();
      stage.on(WRITE, () => {
        stage.verdict = HELD_INACTIVE;
      });
      expect(await stage.act()).to.include({ result: 'scaled' });
      expect(stage.cluster.replicas('app')).to.equal(0);
    });
  });

  describe('where the API server fails', () => {
    for (const call of [READ, READ_SCALE, WRITE]) {
      it(`says what it said to "${call}", and does no more`, async () => {
        const stage = new Stage();
        stage.on(call, () => {
          throw new Error(`${call}: not today`);
        });
        expect(await stage.act()).to.deep.equal({ result: 'failed', why: `${call}: not today` });
        expect(stage.cluster.calls.at(-1)).to.equal(call);
      });
    }

    it('does not reject for what is no Error either', async () => {
      const stage = new Stage();
      stage.on(READ, () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is what this is about
        throw 'a text';
      });
      expect(await stage.act()).to.deep.equal({ result: 'failed', why: 'a text' });
    });
  });
});

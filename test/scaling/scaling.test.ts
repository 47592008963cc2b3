import { expect } from 'chai';
import type { ScalerOptions } from '../../src/scaling/scaling.ts';
import { byHand, type HandClock } from '../helpers/hand-clock.ts';
import { Stage } from './stage.ts';

const SECOND = 1_000;
const A = 'tenant-a';
const SUSPENDED = 'suspension of tenant-a: scaled';
const REINSTATED = 'reinstatement of tenant-a: scaled';

/** A test on a stage of its own, with a clock of its own. */
function on(
  over: Partial<ScalerOptions>,
  play: (stage: Stage, clock: HandClock) => Promise<void>,
): () => Promise<void> {
  return () =>
    byHand(async (clock) => {
      const stage = new Stage(over);
      try {
        await play(stage, clock);
      } finally {
        stage.close();
      }
    });
}

/** The same for the usual case: a tenant that has been licensed for long, and its target is up. */
function onLicensed(
  over: Partial<ScalerOptions>,
  play: (stage: Stage, clock: HandClock) => Promise<void>,
): () => Promise<void> {
  return on(over, async (stage, clock) => {
    stage.add(A, 3);
    stage.say(A);
    await clock.pass(60 * SECOND);
    expect(stage.cluster.calls).to.deep.equal([]);
    await play(stage, clock);
  });
}

/** The license service is asked every 10 s, and says the same of a tenant each time. */
async function confirm(clock: HandClock, seconds: number, say: () => void): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 10) {
    await clock.pass(10 * SECOND);
    say();
  }
}

const BOTH = { reinstates: true };

describe('scaling by license', () => {
  describe('suspends', () => {
    it(
      'at once, when a license lapses',
      onLicensed({}, async (stage, clock) => {
        stage.lapse(A);
        await clock.pass(10);
        expect(stage.happened).to.deep.equal([SUSPENDED]);
        expect(stage.cluster.replicas(A)).to.equal(0);
        expect(stage.acts[0]).to.deep.include({
          why: 'Deployment tenant-a/tenant-a was scaled from 3 to 0 replicas',
          unannounced: undefined,
        });
        expect(stage.acts[0]?.took).to.be.within(0, 10);
      }),
    );

    it(
      'every ScaledObject of the tenant, and none of others',
      onLicensed({}, async (stage, clock) => {
        stage.add(A, 2, undefined, 'worker');
        stage.add('tenant-b', 2);
        stage.say('tenant-b');
        stage.lapse(A);
        await clock.pass(10);
        expect(stage.happened).to.deep.equal([SUSPENDED, 'suspension of worker: scaled']);
        expect(stage.cluster.replicas('tenant-b')).to.equal(2);
      }),
    );

    it(
      'only those whose service the license does not list any more',
      on({}, async (stage, clock) => {
        stage.add(A, 3, 'api', 'api');
        stage.add(A, 3, 'batch', 'batch');
        stage.say(A, { services: ['api', 'batch'] });
        stage.say(A, { services: ['api'] });
        await clock.pass(10);
        expect(stage.happened).to.deep.equal(['suspension of batch: scaled']);
        expect(stage.cluster.replicas('api')).to.equal(3);
      }),
    );

    it(
      'once more, and no more than that, what was raised after it',
      onLicensed({}, async (stage, clock) => {
        stage.lapse(A);
        await clock.pass(SECOND);
        stage.cluster.scaleTo(A, 2);
        await confirm(clock, 60, () => {
          stage.lapse(A);
        });
        expect(stage.happened).to.deep.equal([SUSPENDED, SUSPENDED]);
        stage.cluster.scaleTo(A, 2);
        await confirm(clock, 300, () => {
          stage.lapse(A);
        });
        expect(stage.happened).to.deep.equal([SUSPENDED, SUSPENDED]);
        expect(stage.cluster.replicas(A)).to.equal(2);
      }),
    );

    it(
      'one whose stream opens without a license and whose target is up, when that was confirmed',
      on({}, async (stage, clock) => {
        stage.add(A, 3);
        stage.lapse(A);
        stage.open(A);
        await clock.pass(30 * SECOND);
        expect(stage.cluster.calls).to.deep.equal([]);
        stage.lapse(A);
        await clock.pass(2 * SECOND);
        expect(stage.happened).to.deep.equal([SUSPENDED]);
        await confirm(clock, 60, () => {
          stage.lapse(A);
        });
        expect(stage.happened).to.deep.equal([SUSPENDED]);
      }),
    );
  });

  describe('never', () => {
    it(
      'suspends at the start, for what was so before',
      on({}, async (stage, clock) => {
        stage.add(A, 3);
        await confirm(clock, 120, () => {
          stage.lapse(A);
        });
        expect(stage.cluster.calls).to.deep.equal([]);
      }),
    );

    it(
      'suspends for what became known only now: from unknown to unlicensed',
      on({}, async (stage, clock) => {
        stage.add(A, 3);
        stage.fail();
        await clock.pass(60 * SECOND);
        await confirm(clock, 120, () => {
          stage.lapse(A);
        });
        expect(stage.cluster.calls).to.deep.equal([]);
      }),
    );

    it(
      'suspends for another reason to be without a license',
      on({}, async (stage, clock) => {
        stage.add(A, 3);
        stage.lapse(A);
        await confirm(clock, 120, () => {
          stage.say(A, { status: 'revoked' });
        });
        expect(stage.cluster.calls).to.deep.equal([]);
      }),
    );

    it(
      'looks after a tenant whose license is only renewed',
      on(BOTH, async (stage, clock) => {
        stage.add(A, 3, 'batch');
        stage.say(A);
        const end = Date.now() + 3_600 * SECOND;
        await confirm(clock, 120, () => {
          stage.say(A, { end });
        });
        expect(stage.cluster.calls).to.deep.equal([]);
      }),
    );

    it(
      'suspends at once one that was told no other thing before the license changed',
      on({}, async (stage, clock) => {
        stage.add(A, 3, 'batch');
        stage.say(A);
        stage.say(A, { services: ['api', 'more'] });
        await clock.pass(60 * SECOND);
        expect(stage.cluster.calls).to.deep.equal([]);
      }),
    );

    it(
      'acts against a hold: a period that ends while the license service fails',
      on({}, async (stage, clock) => {
        stage.add(A, 3);
        stage.say(A, { end: Date.now() + 20 * SECOND });
        await clock.pass(SECOND);
        stage.fail();
        await clock.pass(120 * SECOND);
        expect(stage.cluster.calls).to.deep.equal([]);
      }),
    );

    it(
      'acts against a hold that began after the license lapsed, before its turn came',
      onLicensed({}, async (stage, clock) => {
        stage.lapse(A);
        stage.fail();
        await clock.pass(60 * SECOND);
        expect(stage.cluster.calls).to.deep.equal([]);
        stage.lapse(A);
        await clock.pass(20 * SECOND);
        expect(stage.happened).to.deep.equal([SUSPENDED]);
      }),
    );

    it(
      'acts on a stream that opens against a hold, until the license service has confirmed it',
      on({}, async (stage, clock) => {
        stage.add(A, 3);
        stage.lapse(A);
        stage.fail();
        stage.open(A);
        await clock.pass(60 * SECOND);
        expect(stage.cluster.calls).to.deep.equal([]);
        stage.say(A);
        await clock.pass(60 * SECOND);
        expect(stage.happened).to.deep.equal([]);
        expect(stage.cluster.replicas(A)).to.equal(3);
      }),
    );

    it(
      'acts where a license does not say which services it covers',
      on({}, async (stage, clock) => {
        stage.add(A, 3, 'api');
        stage.say(A, { services: ['api'] });
        await confirm(clock, 60, () => {
          stage.say(A, { services: undefined });
        });
        expect(stage.cluster.calls).to.deep.equal([]);
      }),
    );

    it(
      'suspends where only reinstatement is asked for',
      onLicensed({ suspends: false, reinstates: true }, async (stage, clock) => {
        await confirm(clock, 60, () => {
          stage.lapse(A);
        });
        expect(stage.cluster.calls).to.deep.equal([]);
        stage.open(A);
        await confirm(clock, 60, () => {
          stage.lapse(A);
        });
        expect(stage.cluster.calls).to.deep.equal([]);
      }),
    );
  });

  describe('with reinstatement by push alone', () => {
    it(
      'leaves the start to KEDA where somebody else stopped it',
      onLicensed({ suspends: true }, async (stage, clock) => {
        stage.cluster.scaleTo(A, 0);
        stage.lapse(A);
        await clock.pass(60 * SECOND);
        await confirm(clock, 60, () => {
          stage.say(A);
        });
        expect(stage.happened).not.to.include(REINSTATED);
        expect(stage.cluster.replicas(A)).to.equal(0);
      }),
    );

    for (const seconds of [5, 600]) {
      it(
        `starts what was stopped from here ${seconds} s ago and is still at 0 when KEDA has had its time`,
        onLicensed({}, async (stage, clock) => {
          await confirmed(stage, clock, seconds);
          stage.say(A);
          await clock.pass(14 * SECOND);
          expect(stage.cluster.replicas(A)).to.equal(0);
          await confirm(clock, 20, () => {
            stage.say(A);
          });
          expect(stage.happened.at(-1)).to.equal(REINSTATED);
          expect(stage.cluster.replicas(A)).to.equal(2);
        }),
      );
    }

    it(
      'starts it with 1 where it has no minReplicaCount, as KEDA does',
      onLicensed({}, async (stage, clock) => {
        stage.cluster.change(A, { minReplicas: 0, idleReplicas: undefined });
        await confirmed(stage, clock, 30);
        stage.say(A);
        await confirm(clock, 30, () => {
          stage.say(A);
        });
        expect(stage.happened.at(-1)).to.equal(REINSTATED);
        expect(stage.cluster.replicas(A)).to.equal(1);
      }),
    );

    it(
      'does nothing where KEDA has started it by then, and forgets about it',
      onLicensed({}, async (stage, clock) => {
        await confirmed(stage, clock, 30);
        stage.say(A);
        stage.cluster.scaleTo(A, 2);
        await confirm(clock, 60, () => {
          stage.say(A);
        });
        expect(stage.happened.at(-1)).to.equal('reinstatement of tenant-a: already');
        const count = stage.acts.length;
        stage.cluster.scaleTo(A, 0);
        stage.say(A, { services: ['api', 'more'] });
        await confirm(clock, 60, () => {
          stage.say(A);
        });
        expect(stage.acts).to.have.length(count);
        expect(stage.cluster.replicas(A)).to.equal(0);
      }),
    );

    it(
      'starts what may have been stopped from here by a write that seemed to fail',
      onLicensed({}, async (stage, clock) => {
        const { cluster } = stage;
        cluster.onCall = (call) => {
          if (!call.startsWith('scale')) return;
          cluster.onCall = () => undefined;
          cluster.scaleTo(A, 0);
          throw new Error('patch deployments/scale: no answer within 5 s');
        };
        stage.lapse(A);
        await clock.pass(SECOND);
        expect(stage.happened).to.deep.equal(['suspension of tenant-a: failed']);
        await confirm(clock, 30, () => {
          stage.lapse(A);
        });
        await confirm(clock, 30, () => {
          stage.say(A);
        });
        expect(stage.happened.at(-1)).to.equal(REINSTATED);
      }),
    );

    it(
      'starts what could not be put back when its license came during the write',
      onLicensed({}, async (stage, clock) => {
        const { cluster } = stage;
        let writes = 0;
        cluster.onCall = (call) => {
          if (!call.startsWith('scale ')) return;
          writes++;
          if (writes === 1) stage.say(A);
          if (writes === 2) throw new Error('connect ECONNREFUSED');
        };
        stage.lapse(A);
        await clock.pass(SECOND);
        expect(stage.happened).to.deep.equal(['suspension of tenant-a: failed']);
        expect(cluster.replicas(A)).to.equal(0);
        await confirm(clock, 30, () => {
          stage.say(A);
        });
        expect(stage.happened.at(-1)).to.equal(REINSTATED);
      }),
    );
  });

  describe('with reinstatement by push and scale', () => {
    it(
      'starts at once, when a license comes',
      onLicensed(BOTH, async (stage, clock) => {
        stage.lapse(A);
        await clock.pass(SECOND);
        stage.say(A);
        await clock.pass(10);
        expect(stage.happened).to.deep.equal([SUSPENDED, REINSTATED]);
        expect(stage.cluster.replicas(A)).to.equal(2);
      }),
    );

    it(
      'starts what others have stopped, without suspension from here too',
      on({ suspends: false, reinstates: true }, async (stage, clock) => {
        stage.add(A, 0);
        stage.lapse(A);
        stage.say(A);
        await clock.pass(10);
        expect(stage.happened).to.deep.equal([REINSTATED]);
      }),
    );

    it(
      'leaves it to KEDA at first where there is no minReplicaCount to go to',
      onLicensed(BOTH, async (stage, clock) => {
        stage.cluster.change(A, { minReplicas: 0, idleReplicas: undefined });
        stage.lapse(A);
        await clock.pass(SECOND);
        stage.say(A);
        await clock.pass(SECOND);
        expect(stage.happened).to.deep.equal([SUSPENDED, 'reinstatement of tenant-a: left']);
        expect(stage.cluster.replicas(A)).to.equal(0);
      }),
    );

    it(
      'does not start at the start: from unknown to licensed',
      on(BOTH, async (stage, clock) => {
        stage.add(A, 0);
        await confirm(clock, 60, () => {
          stage.say(A);
        });
        expect(stage.cluster.calls).to.deep.equal([]);
      }),
    );
  });

  it(
    'ends where the last change leads, however often a license flips while it works',
    onLicensed(BOTH, async (stage, clock) => {
      for (let flips = 0; flips < 50; flips++) {
        if (flips % 2 === 0) stage.lapse(A);
        else stage.say(A);
        await clock.pass((flips * 7) % 40);
      }
      await clock.pass(SECOND);
      expect(stage.cluster.replicas(A)).to.be.greaterThan(0);
      stage.lapse(A);
      await clock.pass(SECOND);
      expect(stage.cluster.replicas(A)).to.equal(0);
    }),
  );

  it(
    'does nothing about a license that lapsed and came back while it waited',
    onLicensed({}, async (stage, clock) => {
      stage.lapse(A);
      stage.say(A);
      await clock.pass(SECOND);
      expect(stage.acts).to.deep.equal([]);
      expect(stage.cluster.replicas(A)).to.equal(3);
    }),
  );

  it(
    'puts a target back whose license comes while it is scaled to 0',
    onLicensed({}, async (stage, clock) => {
      stage.cluster.onCall = (call) => {
        if (call === 'scale tenant-a from 3 to 0') stage.say(A);
      };
      stage.lapse(A);
      await clock.pass(SECOND);
      expect(stage.happened).to.deep.equal(['suspension of tenant-a: undone']);
      expect(stage.cluster.replicas(A)).to.equal(3);
      expect(stage.cluster.notices).to.deep.equal([
        {
          about: A,
          reason: 'LicenseReinstated',
          message:
            'Deployment tenant-a/tenant-a was put back to 3 replicas: the license came while it was scaled to 0; tenant-a is licensed: its license is valid',
        },
      ]);
    }),
  );

  it(
    'acts no faster than its pace, on the newest first',
    on({ maxPerSecond: 10, burst: 10 }, async (stage, clock) => {
      const tenants = Array.from({ length: 40 }, (_, index) => `tenant-${index}`);
      for (const tenant of tenants) {
        stage.add(tenant, 1);
        stage.say(tenant);
      }
      for (const tenant of tenants) stage.lapse(tenant);
      await clock.pass(50);
      expect(stage.acts).to.have.length(10);
      await clock.pass(SECOND);
      expect(stage.acts).to.have.length(20);
      stage.add('newest', 1);
      stage.say('newest');
      stage.lapse('newest');
      await clock.pass(SECOND + 150);
      expect(stage.happened.slice(20)).to.include('suspension of newest: scaled');
      expect(stage.happened).to.include('suspension of tenant-39: scaled');
      expect(stage.happened).not.to.include('suspension of tenant-20: scaled');
      await clock.pass(2 * SECOND);
      expect(stage.happened).to.include('suspension of tenant-20: scaled');
    }),
  );

  it(
    'asks for a confirmation of what has waited too long for its turn',
    on({ maxPerSecond: 1, burst: 1 }, async (stage, clock) => {
      const tenants = Array.from({ length: 9 }, (_, index) => `tenant-${index}`);
      for (const tenant of tenants) {
        stage.add(tenant, 1);
        stage.say(tenant);
      }
      for (const tenant of tenants) stage.lapse(tenant);
      await clock.pass(12 * SECOND);
      const scaled = stage.happened.filter((act) => act.endsWith('scaled')).length;
      expect(scaled).to.be.within(4, 6);
      expect(stage.happened.filter((act) => act.endsWith('late'))).to.have.length(9 - scaled);
      for (const tenant of tenants) stage.lapse(tenant);
      await clock.pass(40 * SECOND);
      expect(stage.happened.filter((act) => act.endsWith('scaled'))).to.have.length(9);
    }),
  );

  describe('announces', () => {
    it(
      'what it did, with the reason',
      onLicensed(BOTH, async (stage, clock) => {
        stage.lapse(A);
        await clock.pass(SECOND);
        stage.say(A, { end: 1_900_000_000_000 });
        await clock.pass(SECOND);
        expect(stage.cluster.notices).to.deep.equal([
          {
            about: A,
            reason: 'LicenseSuspended',
            message:
              'Deployment tenant-a/tenant-a was scaled from 3 to 0 replicas; tenant-a is unlicensed: its license is suspended',
          },
          {
            about: A,
            reason: 'LicenseReinstated',
            message:
              'Deployment tenant-a/tenant-a was scaled from 0 to 2 replicas; tenant-a is licensed: its license is valid, until 2030-03-17T17:46:40Z',
          },
        ]);
      }),
    );

    it(
      'which service the license does not list any more, where it is not over',
      on({}, async (stage, clock) => {
        stage.add(A, 3, 'batch');
        stage.say(A, { services: ['api', 'batch'] });
        stage.say(A, { services: ['api'] });
        await clock.pass(10);
        expect(stage.cluster.notices.map(({ message }) => message)).to.deep.equal([
          'Deployment tenant-a/tenant-a was scaled from 3 to 0 replicas; tenant-a is licensed: its license is valid; its trigger is answered false: the license lists api, not batch',
        ]);
      }),
    );

    it(
      'nothing where it did nothing',
      onLicensed({}, async (stage, clock) => {
        stage.cluster.change(A, { annotations: { 'autoscaling.keda.sh/paused': 'true' } });
        stage.lapse(A);
        await clock.pass(SECOND);
        expect(stage.happened).to.deep.equal(['suspension of tenant-a: left']);
        expect(stage.cluster.notices).to.deep.equal([]);
      }),
    );

    it(
      'and tells of an Event that could not be written, and of nothing else',
      onLicensed({}, async (stage, clock) => {
        stage.cluster.onCall = (call) => {
          if (call.startsWith('announce')) throw new Error('create events: forbidden');
        };
        stage.lapse(A);
        await clock.pass(SECOND);
        expect(stage.acts[0]).to.include({
          result: 'scaled',
          unannounced: 'create events: forbidden',
        });
        expect(stage.cluster.replicas(A)).to.equal(0);
      }),
    );
  });

  it(
    'survives an API server that fails: the next act goes on',
    onLicensed({}, async (stage, clock) => {
      stage.cluster.onCall = () => {
        throw new Error('connect ECONNREFUSED');
      };
      stage.lapse(A);
      await clock.pass(SECOND);
      expect(stage.acts[0]).to.include({ result: 'failed', why: 'connect ECONNREFUSED' });
      stage.cluster.onCall = () => undefined;
      await confirm(clock, 30, () => {
        stage.lapse(A);
      });
      expect(stage.happened).to.deep.equal(['suspension of tenant-a: failed', SUSPENDED]);
    }),
  );

  describe('of two scalers at work at the same time', () => {
    /** A second scaler, which has known the same as the first. */
    async function beside(stage: Stage, play: (second: Stage) => Promise<void>): Promise<void> {
      const second = new Stage({}, stage.cluster);
      second.add(A, 3);
      second.say(A);
      try {
        await play(second);
      } finally {
        second.close();
      }
    }

    it(
      'one acts and the other finds it done',
      onLicensed({}, (stage, clock) =>
        beside(stage, async (second) => {
          stage.lapse(A);
          second.lapse(A);
          await clock.pass(SECOND);
          expect([...stage.happened, ...second.happened].sort()).to.deep.equal([
            'suspension of tenant-a: already',
            SUSPENDED,
          ]);
          expect(stage.cluster.notices).to.have.length(1);
          expect(stage.cluster.replicas(A)).to.equal(0);
        }),
      ),
    );

    it(
      'one that hears of a license later than the other puts right what it did meanwhile',
      onLicensed({}, (stage, clock) =>
        beside(stage, async (second) => {
          second.cluster.onCall = (call) => {
            // The first one has told KEDA of the license, which has nothing to do: the target is up.
            if (call === 'scale tenant-a from 3 to 0') stage.say(A);
          };
          second.lapse(A);
          await clock.pass(SECOND);
          expect(second.happened).to.deep.equal([SUSPENDED]);
          second.say(A);
          await confirm(clock, 30, () => {
            second.say(A);
          });
          expect(second.happened).to.deep.equal([SUSPENDED, REINSTATED]);
          expect(stage.cluster.replicas(A)).to.equal(2);
        }),
      ),
    );

    it(
      'none lowers, by a stream that opens, what the other knows better, before it has heard itself',
      onLicensed({}, (stage, clock) =>
        beside(stage, async (second) => {
          second.lapse(A);
          await clock.pass(SECOND);
          stage.cluster.scaleTo(A, 3);
          second.open(A);
          await clock.pass(9 * SECOND);
          second.say(A);
          await clock.pass(SECOND);
          expect(stage.cluster.replicas(A)).to.equal(3);
          const writes = stage.cluster.calls.filter((call) => call.startsWith('scale '));
          expect(writes).to.deep.equal(['scale tenant-a from 3 to 0']);
        }),
      ),
    );
  });

  for (const call of ['get tenant-a', 'get scale of tenant-a']) {
    it(
      `writes nothing any more once it is unsubscribed from, at work as it is: "${call}"`,
      onLicensed({}, async (stage, clock) => {
        stage.cluster.onCall = (now) => {
          if (now === call) stage.close();
        };
        stage.lapse(A);
        await clock.pass(60 * SECOND);
        expect(stage.cluster.calls.at(-1)).to.equal(call);
        expect(stage.cluster.replicas(A)).to.equal(3);
      }),
    );
  }

  it(
    'still puts back what it has just written when it is unsubscribed from',
    onLicensed({}, async (stage, clock) => {
      stage.cluster.onCall = (call) => {
        if (call !== 'scale tenant-a from 3 to 0') return;
        stage.say(A);
        stage.close();
      };
      stage.lapse(A);
      await clock.pass(SECOND);
      expect(stage.cluster.replicas(A)).to.equal(3);
    }),
  );

  it(
    'does nothing any more once it is unsubscribed from',
    onLicensed({}, async (stage, clock) => {
      stage.lapse(A);
      await clock.pass(10);
      stage.cluster.scaleTo(A, 3);
      stage.close();
      await clock.pass(60 * SECOND);
      expect(stage.cluster.replicas(A)).to.equal(3);
    }),
  );
});

/** The license lapses, is confirmed to have lapsed for so long, and the target stays at 0. */
async function confirmed(stage: Stage, clock: HandClock, seconds: number): Promise<void> {
  stage.lapse(A);
  await clock.pass(Math.min(seconds, 10) * SECOND);
  expect(stage.happened).to.deep.equal([SUSPENDED]);
  if (seconds > 10) {
    await confirm(clock, seconds, () => {
      stage.lapse(A);
    });
  }
}

import { expect } from 'chai';
import type { Trigger } from '../../src/core/trigger.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { isWantedUp, plan, type Direction, type Judge } from '../../src/scaling/plan.ts';
import type { ScaledObject } from '../../src/scaling/scaled-object.ts';
import {
  ACTIVE,
  HELD_ACTIVE,
  HELD_INACTIVE,
  INACTIVE,
  TARGET,
  UNSAID,
  heard,
  scaledObject,
  written,
} from './builders.ts';

const ALWAYS = heard({ suspend: 'always' });
/** Its address comes by a TriggerAuthentication. */
const UNADDRESSED: Trigger = { tenant: 'tenant-a', service: undefined, replicas: undefined };
const KEDA = 'autoscaling.keda.sh';

interface Case {
  readonly over?: Partial<ScaledObject>;
  /** What KEDA asks about, where it is not the usual. */
  readonly trigger?: Trigger;
  readonly verdicts?: Readonly<Record<string, Verdict>>;
}

/** The reason for which it is left to KEDA, or the replicas to set. */
function planned(
  direction: Direction,
  { over, trigger = heard(), verdicts }: Case,
): string | number {
  const usual = direction === 'suspension' ? INACTIVE : ACTIVE;
  const judge: Judge = ({ tenant }) => verdicts?.[tenant] ?? usual;
  const made = plan(direction, scaledObject(over), trigger, judge);
  return made.kind === 'set' ? made.replicas : made.why;
}

function annotated(name: string, value: string): Case {
  return { over: { annotations: { [`${KEDA}/${name}`]: value } } };
}

type Row = readonly [title: string, situation: Case, expected: string | number];

const NOT_INACTIVE = 'it is not certain any more that it is to be inactive';
const NOT_ACTIVE = 'it is not certain any more that it is to be active';

const SUSPENSION: readonly Row[] = [
  ['one that may go to 0', {}, 0],
  [
    'one without idleReplicaCount and minReplicaCount',
    { over: { idleReplicas: undefined, minReplicas: 0 } },
    0,
  ],
  ['one that is not paused: "false"', annotated('paused', 'false'), 0],
  ['one that is not paused: "F"', annotated('paused', 'F'), 0],
  ['one whose scaling out alone is paused', annotated('paused-scale-out', 'true'), 0],
  ['one whose activation is not forced', annotated('force-activation', 'false'), 0],
  ['one with a trigger of type external', { over: { triggers: [written({}, 'external')] } }, 0],
  [
    'one whose only trigger has its address from a TriggerAuthentication',
    {
      over: { triggers: [{ type: 'external-push', metadata: {} }] },
      trigger: UNADDRESSED,
    },
    0,
  ],
  [
    'one with a second trigger of ours, of a tenant without a license',
    { over: { triggers: [written(), written({ tenantId: 'b' })] } },
    0,
  ],
  [
    'one whose only trigger is read from the environment',
    {
      over: { triggers: [written({ tenantIdFromEnv: 'TENANT' })] },
      trigger: heard({ tenant: 'b' }),
    },
    0,
  ],
  [
    'one that says suspend: always, beside another trigger',
    {
      over: { triggers: [written({ suspend: 'always' }), written({}, 'cron')] },
      trigger: ALWAYS,
    },
    0,
  ],
  [
    'one that says suspend: always, whatever a formula says',
    {
      over: { triggers: [written({ suspend: 'always' })], formula: 'license' },
      trigger: ALWAYS,
    },
    0,
  ],
];

const LEFT_SUSPENSION: readonly Row[] = [
  ['one that is being deleted', { over: { isBeingDeleted: true } }, 'it is being deleted'],
  ['a paused one', annotated('paused', 'true'), `it is paused (${KEDA}/paused: true)`],
  [
    'one paused by what is no boolean',
    annotated('paused', 'no'),
    `it is paused (${KEDA}/paused: no)`,
  ],
  ['one paused by nothing', annotated('paused', ''), `it is paused (${KEDA}/paused: )`],
  [
    'one paused at a count',
    annotated('paused-replicas', '3'),
    `it is paused (${KEDA}/paused-replicas: 3)`,
  ],
  [
    'one whose scaling in is paused',
    annotated('paused-scale-in', 'true'),
    `it is paused (${KEDA}/paused-scale-in: true)`,
  ],
  [
    'one that is kept active',
    annotated('force-activation', 'true'),
    `it is kept active (${KEDA}/force-activation: true)`,
  ],
  [
    'one that does not idle at 0',
    { over: { idleReplicas: 1 } },
    'its target may not go to 0 (idleReplicaCount: 1)',
  ],
  [
    'one that has a least count',
    { over: { idleReplicas: undefined } },
    'its target may not go to 0 (minReplicaCount: 2)',
  ],
  [
    'one whose target is not found yet',
    { over: { target: undefined } },
    'KEDA has not found its target yet',
  ],
  ['one with a formula', { over: { formula: 'a + b' } }, 'a formula decides ("a + b")'],
  [
    'one with another trigger',
    { over: { triggers: [written(), written({}, 'cron')] } },
    'another trigger may want its target up (cron)',
  ],
  [
    'one with a trigger of another external scaler',
    { over: { triggers: [written(), written({ scalerAddress: 'other:6000' })] } },
    'another trigger may want its target up (external-push)',
  ],
  [
    'one whose only trigger asks another external scaler by now',
    { over: { triggers: [written({ scalerAddress: 'other:6000' })] } },
    'another trigger may want its target up (external-push)',
  ],
  [
    'one with two triggers whose addresses are not told',
    {
      over: {
        triggers: [
          { type: 'external-push', metadata: {} },
          { type: 'external-push', metadata: { tenantId: 'b' } },
        ],
      },
      trigger: UNADDRESSED,
    },
    'another trigger may want its target up (external-push)',
  ],
  [
    'one with two triggers, one of them read from the environment',
    { over: { triggers: [written(), written({ tenantIdFromEnv: 'TENANT' })] } },
    'one of its triggers is read from the environment of its target',
  ],
  [
    'one with a trigger of ours that is wrong',
    { over: { triggers: [written(), written({ replicas: 'many' })] } },
    'one of its triggers is wrong: trigger metadata replicas is "many", allowed is a whole number from 1 to 999999999',
  ],
  [
    'one with a second trigger of ours, of a tenant with a license',
    { over: { triggers: [written(), written({ tenantId: 'b' })] }, verdicts: { b: ACTIVE } },
    'another trigger may want its target up (ours for b)',
  ],
  [
    'one with a second trigger of ours, of a tenant that nothing is known of',
    { over: { triggers: [written(), written({ tenantId: 'b' })] }, verdicts: { b: UNSAID } },
    'another trigger may want its target up (ours for b)',
  ],
  [
    'one with a second trigger of ours, of a tenant that is held',
    { over: { triggers: [written(), written({ tenantId: 'b' })] }, verdicts: { b: HELD_INACTIVE } },
    'another trigger may want its target up (ours for b)',
  ],
  [
    'one that asks about another tenant by now',
    { over: { triggers: [written({ tenantId: 'b' })] }, verdicts: { b: INACTIVE } },
    'it does not ask about tenant-a any more',
  ],
  [
    'one that asks about another tenant by now, without a license',
    { over: { triggers: [written({ tenantId: 'b' })] } },
    'it does not ask about tenant-a any more',
  ],
  [
    'one that does not say suspend: always any more',
    {
      over: { triggers: [written(), written({}, 'cron')] },
      trigger: ALWAYS,
    },
    'it does not ask about tenant-a any more',
  ],
  [
    'one whose environment gives no service any more',
    {
      over: { triggers: [written({ serviceFromEnv: 'SERVICE' })] },
    },
    'one of its triggers is wrong: trigger metadata serviceFromEnv is empty: leave it out or give a value',
  ],
  [
    'one without any trigger',
    { over: { triggers: [] } },
    'it does not ask about tenant-a any more',
  ],
];

/** Never against a hold, never on unknown. */
const UNCERTAIN: readonly (readonly [string, Verdict])[] = [
  ['is licensed by now', ACTIVE],
  ['is held, and was licensed', HELD_ACTIVE],
  ['is held, though it was without a license', HELD_INACTIVE],
  ['is unknown', UNSAID],
];

const REINSTATEMENT: readonly Row[] = [
  ['to minReplicaCount', {}, 2],
  ['though scaling in is paused', annotated('paused-scale-in', 'true'), 2],
  ['though its activation is forced', annotated('force-activation', 'true'), 2],
  ['beside another trigger', { over: { triggers: [written(), written({}, 'cron')] } }, 2],
  ['with minReplicaCount at the most', { over: { minReplicas: 5, maxReplicas: 5 } }, 5],
];

const LEFT_REINSTATEMENT: readonly Row[] = [
  ['one that is being deleted', { over: { isBeingDeleted: true } }, 'it is being deleted'],
  ['a paused one', annotated('paused', 'TRUE'), `it is paused (${KEDA}/paused: TRUE)`],
  [
    'one paused at a count',
    annotated('paused-replicas', '0'),
    `it is paused (${KEDA}/paused-replicas: 0)`,
  ],
  [
    'one whose scaling out is paused',
    annotated('paused-scale-out', 'true'),
    `it is paused (${KEDA}/paused-scale-out: true)`,
  ],
  [
    'one that was not at 0 by us',
    { over: { idleReplicas: undefined } },
    'its target may not go to 0 (minReplicaCount: 2)',
  ],
  [
    'one without minReplicaCount',
    { over: { minReplicas: 0 } },
    'it has no minReplicaCount to go to',
  ],
  [
    'one whose least count is above the most',
    { over: { minReplicas: 3, maxReplicas: 2 } },
    'its minReplicaCount is above its maxReplicaCount',
  ],
  ['one with a formula', { over: { formula: 'a + b' } }, 'a formula decides ("a + b")'],
  [
    'one whose target is not found yet',
    { over: { target: undefined } },
    'KEDA has not found its target yet',
  ],
  [
    'one that asks about another tenant by now',
    { over: { triggers: [written({ tenantId: 'b' })] } },
    'it does not ask about tenant-a any more',
  ],
  [
    'one that asks another external scaler by now',
    { over: { triggers: [written({ scalerAddress: 'other:6000' })] } },
    'it does not ask about tenant-a any more',
  ],
];

describe('plan', () => {
  describe('suspends', () => {
    for (const [title, situation, expected] of SUSPENSION) {
      it(title, () => {
        expect(planned('suspension', situation)).to.equal(expected);
      });
    }
  });

  describe('does not suspend, and says why,', () => {
    for (const [title, situation, expected] of LEFT_SUSPENSION) {
      it(title, () => {
        expect(planned('suspension', situation)).to.equal(expected);
      });
    }
    for (const [title, verdict] of UNCERTAIN) {
      const verdicts = { 'tenant-a': verdict };

      it(`one whose tenant ${title}`, () => {
        expect(planned('suspension', { verdicts })).to.equal(NOT_INACTIVE);
      });

      it(`one with suspend: always whose tenant ${title}`, () => {
        const over = { triggers: [written({ suspend: 'always' })] };
        const trigger = ALWAYS;
        expect(planned('suspension', { over, trigger, verdicts })).to.equal(NOT_INACTIVE);
      });
    }
  });

  describe('reinstates', () => {
    for (const [title, situation, expected] of REINSTATEMENT) {
      it(title, () => {
        expect(planned('reinstatement', situation)).to.equal(expected);
      });
    }
  });

  describe('does not reinstate, and says why,', () => {
    for (const [title, situation, expected] of LEFT_REINSTATEMENT) {
      it(title, () => {
        expect(planned('reinstatement', situation)).to.equal(expected);
      });
    }
    for (const verdict of [INACTIVE, HELD_INACTIVE, HELD_ACTIVE, UNSAID]) {
      it(`one whose tenant is no longer certain to be licensed (${JSON.stringify(verdict)})`, () => {
        const verdicts = { 'tenant-a': verdict };
        expect(planned('reinstatement', { verdicts })).to.equal(NOT_ACTIVE);
      });
    }
  });

  it('tells which service of the same tenant may want the target up', () => {
    const triggers = [written({ service: 'api' }), written({ service: 'batch' })];
    const judge: Judge = ({ service }) => (service === 'api' ? ACTIVE : INACTIVE);
    const made = plan('suspension', scaledObject({ triggers }), heard({ service: 'batch' }), judge);
    expect(made).to.deep.equal({
      kind: 'leave',
      why: 'another trigger may want its target up (ours for tenant-a, api)',
    });
  });

  it('sets the target that KEDA has found', () => {
    const target = { ...TARGET, group: 'apps', kind: 'StatefulSet', resource: 'statefulsets' };
    const made = plan('suspension', scaledObject({ target }), heard(), () => INACTIVE);
    expect(made).to.deep.equal({ kind: 'set', target, replicas: 0 });
  });

  it('judges every trigger of ours by what is written of it', () => {
    const judged: Trigger[] = [];
    const triggers = [written(), written({ tenantId: 'b', service: 'api', replicas: '3' })];
    plan('suspension', scaledObject({ triggers }), heard(), (trigger) => {
      judged.push(trigger);
      return INACTIVE;
    });
    expect(judged).to.deep.equal([heard(), heard({ tenant: 'b', service: 'api', replicas: 3 })]);
  });
});

describe('isWantedUp', () => {
  const two = { triggers: [written(), written({ tenantId: 'b' })] };
  const rows: readonly (readonly [string, Case, boolean])[] = [
    ['a license came', { verdicts: { 'tenant-a': ACTIVE } }, true],
    ['a license came and its source failed since', { verdicts: { 'tenant-a': HELD_ACTIVE } }, true],
    ['the license of another trigger of ours came', { over: two, verdicts: { b: ACTIVE } }, true],
    ['nothing came', { over: two }, false],
    ['the source failed', { verdicts: { 'tenant-a': HELD_INACTIVE } }, false],
    ['nothing is known any more', { verdicts: { 'tenant-a': UNSAID } }, false],
    [
      'another license came to one that says suspend: always',
      { over: two, trigger: ALWAYS, verdicts: { b: ACTIVE } },
      false,
    ],
  ];
  for (const [title, { over, trigger = heard(), verdicts }, expected] of rows) {
    it(`is ${expected} where ${title}`, () => {
      const judge: Judge = ({ tenant }) => verdicts?.[tenant] ?? INACTIVE;
      expect(isWantedUp(scaledObject(over), trigger, judge)).to.equal(expected);
    });
  }
});

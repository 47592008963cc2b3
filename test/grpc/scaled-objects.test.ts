import { expect } from 'chai';
import type { ScaledObjectEntry } from '../../src/grpc/scaled-object-entry.ts';
import { ScaledObjects } from '../../src/grpc/scaled-objects.ts';

const KEEP = 100;

function call(peer: string, userAgent?: string) {
  return {
    getPeer: () => peer,
    metadata: { get: (): string[] => (userAgent === undefined ? [] : [userAgent]) },
  };
}

/** A register with a clock that is set by hand. */
class Stage {
  now = 0;
  readonly register = new ScaledObjects(KEEP, () => this.now);

  seen(tenant: string, service?: string, peer = 'keda:1'): ScaledObjectEntry {
    const name = { namespace: tenant, name: 'app' };
    return this.register.seen(
      name,
      { tenant, service, replicas: undefined },
      call(peer, 'grpc-go/1.75.1'),
    );
  }

  names(): string[] {
    return this.register.list().map(({ namespace }) => namespace);
  }
}

describe('the register of ScaledObjects', () => {
  it('counts a ScaledObject with several streams as one listener, until the last has ended', () => {
    const { register, seen } = bound(new Stage());
    const entry = seen('a');
    register.opened(entry);
    register.opened(seen('a'));
    expect(register.listenersOf('a')).to.equal(1);
    register.closed(entry);
    expect([register.listenersOf('a'), entry.openSince]).to.deep.equal([1, 0]);
    register.closed(entry);
    expect([register.listenersOf('a'), entry.openSince]).to.deep.equal([0, undefined]);
  });

  it('tells the triggers of one ScaledObject apart', () => {
    const { register, seen } = bound(new Stage());
    for (const service of ['x', 'y', 'x']) register.opened(seen('a', service));
    expect(register.list('a').map(({ trigger }) => trigger.service)).to.deep.equal(['x', 'y']);
    expect(register.listenersOf('a')).to.equal(2);
    expect(register.list('b')).to.deep.equal([]);
  });

  it('knows from where it was asked last', () => {
    const { seen } = bound(new Stage());
    seen('a');
    expect(seen('a', undefined, 'keda:2')).to.include({
      peer: 'keda:2',
      userAgent: 'grpc-go/1.75.1',
    });
  });

  it('keeps who is refused, and why, until it is understood', () => {
    const { register, seen } = bound(new Stage());
    register.refusals.add({ namespace: 'a', name: 'app' }, 'one thing is wrong');
    register.refusals.add({ namespace: 'a', name: 'app' }, 'another thing is wrong');
    register.refusals.add({ namespace: 'b', name: 'app' }, 'this is wrong');
    expect(register.refusals.of('a').map(({ why }) => why)).to.deep.equal([
      'another thing is wrong',
    ]);
    seen('a');
    expect([register.refusals.of('a').length, register.refusals.of('b').length]).to.deep.equal([
      0, 1,
    ]);
  });

  it('forgets the oldest of a thousand that are refused', () => {
    const { register } = new Stage();
    for (let index = 0; index <= 1_000; index++) {
      register.refusals.add({ namespace: `n-${index}`, name: 'app' }, 'wrong');
    }
    expect(['n-0', 'n-1', 'n-1000'].map((name) => register.refusals.of(name).length)).to.deep.equal(
      [0, 1, 1],
    );
  });

  it('keeps what was said and answered, and when', () => {
    const stage = new Stage();
    const entry = stage.seen('a');
    stage.now = 5;
    entry.said(true);
    stage.now = 6;
    entry.answered('2 replicas', false);
    entry.answered('true', true);
    expect(entry).to.include({
      lastSaid: true,
      lastSaidAt: 5,
      lastPollAt: 6,
      polls: 1,
      lastAnswer: 'true',
    });
  });

  it('has the ScaledObjects of a tenant at hand, with what they asked last', () => {
    const { register } = new Stage();
    const ask = (tenant: string, name: string, suspend?: 'always') =>
      register.seen(
        { namespace: 'a', name },
        { tenant, service: undefined, replicas: undefined, ...(suspend && { suspend }) },
        call('keda:1'),
      );
    const entry = ask('a', 'one');
    ask('a', 'two');
    ask('b', 'one');
    ask('a', 'one', 'always');
    expect(register.of('a').map(({ name }) => name)).to.deep.equal(['one', 'two']);
    expect(register.of('b').map(({ name }) => name)).to.deep.equal(['one']);
    expect(register.of('c')).to.deep.equal([]);
    expect(entry.trigger).to.include({ suspend: 'always' });
  });

  it('forgets of a tenant only whom it forgets', () => {
    const stage = new Stage();
    const [listening] = [stage.seen('a', 'x'), stage.seen('a', 'y')];
    stage.register.opened(listening);
    stage.now = KEEP + 1;
    stage.register.list();
    expect(stage.register.of('a').map(({ trigger }) => trigger.service)).to.deep.equal(['x']);
    stage.register.closed(listening);
    stage.now = 3 * KEEP;
    stage.register.list();
    expect(stage.register.of('a')).to.deep.equal([]);
  });

  it('keeps what was last done about a target, and when', () => {
    const stage = new Stage();
    const entry = stage.seen('a');
    expect(entry).to.include({ lastAct: undefined, lastActAt: undefined });
    stage.now = 7;
    stage.register.acted(entry, 'suspension: scaled');
    expect(entry).to.include({ lastAct: 'suspension: scaled', lastActAt: 7 });
  });

  it('does not remember again, for what was done about it, whom it has forgotten', () => {
    const stage = new Stage();
    const entry = stage.seen('a');
    stage.now = KEEP + 1;
    stage.register.list();
    stage.register.acted(entry, 'suspension: scaled');
    expect(stage.register.size).to.equal(0);
  });

  it('forgets who has neither asked nor listened for a while, and nobody else', () => {
    const stage = new Stage();
    const [listening, left] = [stage.seen('listening'), stage.seen('left')];
    stage.seen('asked');
    stage.register.opened(listening);
    stage.register.opened(left);
    stage.now = KEEP;
    stage.register.closed(left);
    stage.now = KEEP + 1;
    expect(stage.names()).to.deep.equal(['listening', 'left']);
    stage.now = 2 * KEEP + 1;
    expect(stage.names()).to.deep.equal(['listening']);
  });

  it('does not grow with what is asked once and never again', () => {
    const stage = new Stage();
    for (let index = 0; index < 5_000; index++) {
      stage.now++;
      stage.seen(`tenant-${index}`);
    }
    expect(stage.register.size).to.be.at.most(2_048);
  });
});

function bound(stage: Stage) {
  return { register: stage.register, seen: stage.seen.bind(stage) };
}

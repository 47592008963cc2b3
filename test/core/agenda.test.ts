import { expect } from 'chai';
import fc from 'fast-check';
import { EMPTY_AGENDA, insert, withoutFirst, type Agenda } from '../../src/core/agenda.ts';

function agendaOf(...instants: readonly number[]): Agenda {
  return instants.reduce((agenda, at) => insert(agenda, { at, tenant: `t${at}` }), EMPTY_AGENDA);
}

/** Takes out everything, from the first on. */
function drained(agenda: Agenda): number[] {
  const instants: number[] = [];
  for (let rest = agenda; rest.first !== undefined; rest = withoutFirst(rest)) {
    instants.push(rest.first.at);
  }
  return instants;
}

describe('the agenda', () => {
  it('is empty at first, and stays so', () => {
    expect(EMPTY_AGENDA).to.deep.equal({ first: undefined, size: 0 });
    expect(withoutFirst(EMPTY_AGENDA)).to.equal(EMPTY_AGENDA);
  });

  it('has the earliest first, whatever came first', () => {
    expect(agendaOf(3, 1, 2).first).to.include({ at: 1, tenant: 't1' });
    expect(agendaOf(3, 1, 2).size).to.equal(3);
  });

  it('gives everything back in the order of its time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (instants) => {
        const sorted = instants.toSorted((a, b) => a - b);
        expect(drained(agendaOf(...instants))).to.deep.equal(sorted);
      }),
    );
  });

  it('does so where insertions and removals mix, and counts both', () => {
    const steps = fc.array(fc.option(fc.integer({ min: 0, max: 50 }), { nil: 'out' as const }));
    fc.assert(
      fc.property(steps, (mixed) => {
        let agenda = EMPTY_AGENDA;
        let model: number[] = [];
        for (const step of mixed) {
          if (step === 'out') {
            agenda = withoutFirst(agenda);
            model = model.slice(1);
          } else {
            agenda = insert(agenda, { at: step, tenant: 'x' });
            model = [...model, step].sort((a, b) => a - b);
          }
          expect([agenda.size, agenda.first?.at]).to.deep.equal([model.length, model[0]]);
        }
      }),
    );
  });

  it('leaves older versions as they were', () => {
    const before = agendaOf(5, 9);
    insert(before, { at: 1, tenant: 'x' });
    withoutFirst(before);
    expect(drained(before)).to.deep.equal([5, 9]);
  });

  it('bears many appointments, in either order, without running out of stack', () => {
    const count = 10_000;
    const up = Array.from({ length: count }, (_, n) => n);
    expect(drained(agendaOf(...up)).length).to.equal(count);
    expect(drained(agendaOf(...up.toReversed()))[0]).to.equal(0);
  });
});

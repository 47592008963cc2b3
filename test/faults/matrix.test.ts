/** The fault matrix on virtual time: every mode, every fault, every moment, drawn from a seed. */
import { expect } from 'chai';
import { MODES, MOMENTS, drawCase, faultsOf } from './case.ts';
import { play } from './play.ts';

/** The gate plays one seed, so that no commit turns red by what it did not do; others are played to find more. */
const SEED = process.env.FAULTS_SEED ?? '1';

/** How often the whole matrix is drawn: `FAULTS_ROUNDS=50` for a long night. */
const ROUNDS = Number(process.env.FAULTS_ROUNDS ?? 1);

/** How many of the offences of one case are told. */
const TOLD = 5;

describe('The fault matrix, on virtual time', () => {
  const combinations = new Set<string>();
  const variants = new Set<string>();
  const counts = { cases: 0, answers: 0 };

  after(() => {
    const { cases, answers } = counts;
    console.log(
      `    ${combinations.size} combinations of mode, fault, state and moment (${variants.size} variants of faults) ` +
        `in ${cases} cases with ${answers} answers, FAULTS_SEED=${SEED}`,
    );
  });

  for (const mode of MODES) {
    for (const kind of Object.keys(faultsOf(mode))) {
      it(`makes nothing wrong of "${kind}" in mode ${mode}`, async () => {
        const offences: string[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          for (const moment of MOMENTS) {
            const drawn = drawCase(mode, kind, moment, ROUNDS === 1 ? SEED : `${SEED}.${round}`);
            if (drawn === undefined) continue;
            const outcome = await play(drawn);
            counts.cases++;
            counts.answers += outcome.judged;
            variants.add(`${mode}/${kind}/${drawn.fault.variant}`);
            for (const state of outcome.states)
              combinations.add([mode, kind, state, moment].join('/'));
            const told = outcome.offences.slice(0, TOLD).map(({ what }) => `  ${what}`);
            if (told.length > 0) offences.push(`${drawn.name}:`, ...told);
          }
        }
        expect(offences.join('\n')).to.equal('');
      });
    }
  }
});

/** A trigger that is written wrongly: KEDA is told what is wrong with it, and the others are left alone. */
import { expect } from 'chai';
import { licensed } from '../e2e/world.ts';
import { SPECS } from './answers.ts';
import { KEDA_VERSIONS } from './build/go-programs.ts';
import { inKedaWorld } from './in-keda-world.ts';

const WRONG = {
  'a key that is misspelled': { metadata: { tenantid: 'acme' }, says: 'the key "tenantid"' },
  'a count that is no number': { metadata: { replicas: 'many' }, says: 'replicas is "many"' },
};

for (const version of KEDA_VERSIONS) {
  describe(`KEDA ${version}: metadata`, () => {
    for (const [what, { metadata, says }] of Object.entries(WRONG)) {
      it(
        `with ${what} gets a target, an error that names it, and no state`,
        inKedaWorld(version, { licenses: [licensed('acme')] }, async ({ operator, service }) => {
          const right = operator.watch('acme');
          const wrong = operator.watch('acme', { name: 'wrong', metadata });
          await right.received(1);
          const { error, ...rest } = await wrong.poll();
          expect(rest).to.deep.equal({ specs: SPECS, values: [], active: false });
          expect(error).to.include('code = InvalidArgument').and.to.include(says);
          await wrong.until('a refusal', () => wrong.retries.length > 0);
          expect(wrong.streamErrors).to.deep.equal([error]);
          service.tenants.delete('acme');
          expect(await right.received(2)).to.deep.equal([true, false]);
          expect(wrong.states).to.deep.equal([]);
        }),
      );
    }
  });
}

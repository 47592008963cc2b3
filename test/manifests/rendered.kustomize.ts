/** What people apply, as kustomize renders it. Part of `npm run lint:manifests`, for it needs kubectl. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { kustomize, requireKubectl } from '../../scripts/manifests/kubectl.ts';
import { ROOT } from '../config/run-node.ts';
import { said } from '../validation/stage.ts';

/** The directories of what people apply. */
async function shipped(): Promise<string[]> {
  const of = async (parent: string): Promise<string[]> => {
    const entries = await readdir(join(ROOT, parent), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(parent, name));
  };
  const inner = await Promise.all(['k8s/overlays', 'k8s/examples'].map(of));
  return ['k8s/licenses', 'k8s/tenants', ...inner.flat()];
}

describe('what is shipped', () => {
  it('passes `validate` as kustomize renders it, without a warning', async () => {
    await requireKubectl();
    for (const directory of await shipped()) {
      const { yaml } = await kustomize(join(ROOT, directory));
      const lines = said({ [directory]: yaml });
      expect(lines.join('\n')).not.to.match(/: (error|warning|note)/);
      expect(lines.length).to.be.at.least(1);
    }
  });
});

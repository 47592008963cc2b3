import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { kustomize, requireKubectl } from '../../scripts/manifests/kubectl.ts';
import { ROOT } from '../config/run-node.ts';
import { said } from './stage.ts';

const FILES = [
  'k8s/licenses/tenants.json',
  'k8s/base/config.yaml',
  'k8s/base/overrides.yaml',
  'k8s/examples/suspended-until/overrides.yaml',
  'k8s/tenants/base/scaled-object.yaml',
];

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
  it('passes as it is written, without a warning', async () => {
    for (const file of FILES) {
      const lines = said({ [file]: await readFile(join(ROOT, file), 'utf8') });
      expect(lines.join('\n')).to.match(/^[\w./-]+: (license|overrides|config|1 Scaled)/);
      expect(lines).to.have.length(1);
    }
  });

  it('passes as kustomize renders it, without a warning', async function () {
    this.timeout(60_000);
    if (
      !(await requireKubectl().then(
        () => true,
        () => false,
      ))
    )
      this.skip();
    for (const directory of await shipped()) {
      const { yaml } = await kustomize(join(ROOT, directory));
      const lines = said({ [directory]: yaml });
      expect(lines.join('\n')).not.to.match(/: (error|warning|note)/);
      expect(lines.length).to.be.at.least(1);
    }
  });
});

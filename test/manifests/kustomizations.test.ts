import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';
import { findKustomizations, planRenderings } from '../../scripts/manifests/kustomizations.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';

const COMPONENT = 'kind: Component\n';

/** What is rendered in a directory with the files; an unused component with a plus. */
async function planFor(root: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return planRenderings(await findKustomizations(root)).map(
    ({ directory, isUnusedComponent }) =>
      `${isUnusedComponent ? '+' : ''}${relative(root, directory)}`,
  );
}

describe('planRenderings', () => {
  it(
    'renders every kustomization, by any name that kustomize knows, in order',
    inTemporaryDirectory(async (root) => {
      const plan = await planFor(root, {
        'overlays/b/kustomization.yml': 'resources: [../../base]',
        'overlays/a/Kustomization': 'kind: Kustomization',
        'base/kustomization.yaml': '',
        'base/deployment.yaml': 'kind: Kustomization',
        'README.md': '',
      });
      expect(plan).to.deep.equal(['base', 'overlays/a', 'overlays/b']);
    }),
  );

  it(
    'leaves a component to those that use it, and renders alone what nothing uses',
    inTemporaryDirectory(async (root) => {
      const plan = await planFor(root, {
        'base/kustomization.yaml': 'components: [../components/used/]',
        'components/used/kustomization.yaml': `${COMPONENT}components: [../inner]`,
        'components/inner/kustomization.yaml': COMPONENT,
        'components/alone/kustomization.yaml': `${COMPONENT}components: [../with-alone]`,
        'components/with-alone/kustomization.yaml': COMPONENT,
      });
      expect(plan).to.deep.equal(['base', '+components/alone', '+components/with-alone']);
    }),
  );

  it(
    'leaves a broken file to kustomize',
    inTemporaryDirectory(async (root) => {
      expect(await planFor(root, { 'a/kustomization.yaml': '{' })).to.deep.equal(['a']);
    }),
  );
});

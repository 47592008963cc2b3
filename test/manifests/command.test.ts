import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { requireKubectl } from '../../scripts/manifests/kubectl.ts';
import { ROOT, node } from '../config/run-node.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';

const SCRIPT = join(ROOT, 'scripts/check-manifests.ts');

/** As kustomize renders it, with the file that it is in. */
const namespaceIn = (file: string): string => `apiVersion: v1
kind: Namespace
metadata:
  name: tenant-a
  annotations:
    config.kubernetes.io/origin: |
      path: ${file}
  labels:
    app.kubernetes.io/name: tenant-a
    app.kubernetes.io/instance: tenant-a
    app.kubernetes.io/component: workload
    app.kubernetes.io/part-of: license-scaler
    app.kubernetes.io/managed-by: kustomize
`;

/** A kubectl that only pretends: it says what is in `<directory>/says`, and `version` to version. */
async function pretendKubectl(directory: string, version: string): Promise<string> {
  const path = join(directory, 'kubectl');
  const answer = JSON.stringify({ kustomizeVersion: version });
  const script = `#!/bin/sh
if [ "$1" = version ]; then echo '${answer}'; exit; fi
if [ -f "$2/says" ]; then exec /bin/cat "$2/says"; fi
exec /bin/cat bad/says
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

async function putKustomization(directory: string, says: string): Promise<void> {
  await mkdir(directory);
  await writeFile(join(directory, 'kustomization.yaml'), '');
  await writeFile(join(directory, 'says'), says);
}

describe('check-manifests', () => {
  it(
    'says a line for what is rendered, groups problems below it, and ends with 1',
    inTemporaryDirectory(async (root) => {
      const good = namespaceIn(join(root, 'base', 'namespace.yaml'));
      await putKustomization(join(root, 'good'), good);
      await putKustomization(
        join(root, 'bad'),
        good.replace('  labels:', '  label: {}\n  labels:'),
      );
      await pretendKubectl(root, 'v5.0.1');
      await writeFile(join(root, 'package.json'), await readFile(join(ROOT, 'package.json')));
      const { code, stdout, stderr } = await node([SCRIPT, '.'], { PATH: root }, root);
      const [first, second, ...rest] = stdout.split('\n');
      expect(first, stderr).to.equal('bad  1 object  1 problem');
      expect(second).to.match(
        /^ {2}base\/namespace.yaml: Namespace tenant-a: metadata.label is no field of its schema/,
      );
      expect(rest).to.deep.equal(['good  1 object  ok', '2 renderings, 1 problem', '']);
      expect(code).to.equal(1);
    }),
  );

  it(
    'says what is missing where there is no kubectl, and ends with 2',
    inTemporaryDirectory(async (root) => {
      const { code, stderr } = await node([SCRIPT], { PATH: root });
      expect(stderr).to.match(
        /^check-manifests: kubectl is needed .* install kubectl 1.27 or later/,
      );
      expect(code).to.equal(2);
    }),
  );
});

describe('requireKubectl', () => {
  it(
    'takes one whose kustomize is new enough',
    inTemporaryDirectory(async (root) => {
      await requireKubectl(await pretendKubectl(root, 'v5.0.1'));
      await requireKubectl(await pretendKubectl(root, 'v10.2.0'));
    }),
  );

  for (const version of ['v4.5.7', 'unknown']) {
    it(
      `refuses one whose kustomize is ${version}`,
      inTemporaryDirectory(async (root) => {
        const kubectl = await pretendKubectl(root, version);
        const refusal = await requireKubectl(kubectl).catch(String);
        expect(refusal).to.contain(`kubectl's kustomize is ${version}, needed is 5.0 or later`);
      }),
    );
  }
});

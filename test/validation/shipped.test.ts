import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../config/run-node.ts';
import { said } from './stage.ts';

const FILES = [
  'k8s/licenses/tenants.json',
  'k8s/base/config.yaml',
  'k8s/base/overrides.yaml',
  'k8s/examples/suspended-until/overrides.yaml',
  'k8s/tenants/base/scaled-object.yaml',
];

describe('what is shipped', () => {
  it('passes as it is written, without a warning', async () => {
    for (const file of FILES) {
      const lines = said({ [file]: await readFile(join(ROOT, file), 'utf8') });
      expect(lines.join('\n')).to.match(/^[\w./-]+: (license|overrides|config|1 Scaled)/);
      expect(lines).to.have.length(1);
    }
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { inDirectory, loadText } from './load-text.ts';
import { ROOT, node } from './run-node.ts';

describe('docs/configuration.md', () => {
  it('has examples that load', async () => {
    const text = await readFile(join(ROOT, 'docs/configuration.md'), 'utf8');
    const examples = [...text.matchAll(/```yaml\n([^]*?)```/g)].map((match) => match[1] ?? '');
    expect(examples).to.have.length(3);
    const [whole = '', absence = ''] = examples;
    // It shows one key alone.
    const { licenseService } = await loadText(`${absence}  url: http://licenses\n`);
    expect(licenseService?.absence.proof).to.have.length(4);
    const config = await loadText(whole);
    expect(config).to.include.keys('licenseService', 'licenseFile', 'overridesFile');
  });

  it('is what scripts/generate-docs.ts makes of the schema', async () => {
    const { stderr } = await node(['scripts/generate-docs.ts', '--check']);
    const others = stderr
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('README.md: '));
    expect(others).to.deep.equal([]);
  });
});

describe('scripts/generate-docs.ts', () => {
  const script = join(ROOT, 'scripts/generate-docs.ts');
  const markers =
    '# Title\n\n<!-- configuration:begin -->\nOUTDATED\n<!-- configuration:end -->\n\nEnd\n';

  it('finds a table that is out of date, renews it, and leaves the rest alone', async () => {
    await inDirectory(async (directory) => {
      const readme = join(directory, 'README.md');
      await writeFile(readme, markers);
      const before = await node([script, '--check'], {}, directory);
      expect(before.code).to.equal(1);
      expect(before.stderr)
        .to.include('README.md: the table of configuration')
        .and.include('out of date');
      await node([script], {}, directory);
      const text = await readFile(readme, 'utf8');
      expect(text).to.match(
        /^# Title\n\n<!-- configuration:begin -->\n\n\| key .*`grpc\.listen`[^]*-->\n\nEnd\n$/s,
      );
      expect(text).to.not.include('OUTDATED');
    });
  });

  it('says that a file or its markers are missing, and fails only with --check', async () => {
    await inDirectory(async (directory) => {
      await writeFile(join(directory, 'README.md'), '# Title\n');
      const [check, write] = await Promise.all([
        node([script, '--check'], {}, directory),
        node([script], {}, directory),
      ]);
      expect([check.code, write.code]).to.deep.equal([1, 0]);
      expect(write.stderr)
        .to.include('docs/configuration.md: there is no such file')
        .and.include('README.md: the markers');
    });
  });
});

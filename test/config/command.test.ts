import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { LEAST, inDirectory } from './load-text.ts';
import { ROOT, node, type Outcome } from './run-node.ts';

describe('license-scaler config', () => {
  it('check says ok in one line, for file and environment', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'config.yaml');
      await writeFile(file, LEAST);
      expect(await run(['check', '--config', file])).to.deep.equal({
        code: 0,
        stdout: `ok: ${file}\n`,
        stderr: '',
      });
    });
  });

  it('check tells every problem on standard error and exits with 2', async () => {
    const { code, stdout, stderr } = await run(['check'], {
      LICENSE_SCALER_LOG_LEVEL: 'loud',
      LICENSE_SCALER_GRPC_LISTN: ':6000',
    });
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr.split('\n').slice(0, -2)).to.deep.equal([
      'license-scaler: the configuration has 3 problems:',
      '  LICENSE_SCALER_LOG_LEVEL: log.level is "loud", allowed is one of trace, debug, info, warn, error, fatal',
      '  environment: there is no source of licenses: give licenseService.url, licenseFile.path or overridesFile.path',
      '  LICENSE_SCALER_GRPC_LISTN: is no variable of license-scaler, the nearest is LICENSE_SCALER_GRPC_LISTEN',
    ]);
  });

  it('show prints the effective configuration, secrets hidden', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'config.yaml');
      await writeFile(file, 'licenseService: { url: "http://l", headers: { X-Key: hunter2 } }');
      const env = { LICENSE_SCALER_LICENSE_SERVICE_INTERVAL: '90s' };
      const { code, stdout } = await run(['show', '-c', file], env);
      expect(code).to.equal(0);
      expect(load(stdout)).to.deep.include({ log: { level: 'info', format: 'auto' } });
      expect(stdout).to.include('interval: 90s').and.include("'***'").and.not.include('hunter2');
    });
  });

  it('schema prints the JSON Schema', async () => {
    const { code, stdout } = await run(['schema']);
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.have.property('title', 'Configuration of license-scaler');
  });
});

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return node([`${ROOT}/dist/src/main.js`, 'config', ...args], env);
}

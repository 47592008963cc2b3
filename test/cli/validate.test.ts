import { expect } from 'chai';
import { registerValidateCommand } from '../../src/cli/validate.ts';
import { node, ROOT, type Outcome } from '../config/run-node.ts';
import { complaintOf, Printed } from './run-command.ts';

/** The whole program, as a shell starts it. */
function run(args: readonly string[], input = ''): Promise<Outcome> {
  return node([`${ROOT}/dist/src/main.js`, 'validate', ...args], {}, ROOT, input);
}

const TENANTS = `${ROOT}/k8s/licenses/tenants.json`;

const SCALED = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: scaled-service, namespace: tenant-b }
spec:
  scaleTargetRef: { name: scaled-service }
  idleReplicaCount: 0
  minReplicaCount: 2
  cooldownPeriod: 0
  triggers:
    - type: external-push
      metadata:
        scalerAddress: license-scaler.license-scaler.svc.cluster.local:6000
`;

describe('license-scaler validate', () => {
  it('reads standard input; warnings alone end with 0', async () => {
    const { code, stdout, stderr } = await run(['-'], SCALED);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const [warning, meaning, ...rest] = stdout.split('\n');
    expect(warning).to.match(
      /^stdin:8:3: warning ScaledObject tenant-b\/scaled-service: spec.cool/,
    );
    expect(meaning).to.equal(
      'stdin: 1 ScaledObject, 1 license gate of tenant-b; 0 objects of other kinds passed over',
    );
    expect(rest).to.deep.equal(['']);
  });

  it('tells the errors of all files, how many there are, and ends with 2', async () => {
    const files = ['-', 'k8s/licenses/tenants.json', 'no-such-file', 'k8s'];
    const { code, stdout, stderr } = await run(files, SCALED.replace('idle', 'Idle'));
    expect(code).to.equal(2);
    expect(stdout.replace(/ (warning|error).*/g, ' $1').split('\n')).to.deep.equal([
      'stdin:4:1: error',
      'stdin:8:3: warning',
      'k8s/licenses/tenants.json: license file, 3 tenants: 2 licensed, 1 unlicensed now',
      'no-such-file: error',
      'k8s: error',
      '',
    ]);
    expect(stdout).to.include("k8s: error: can't be read: it is a folder, name the files in it");
    expect(stderr).to.equal('license-scaler: 3 errors and 1 warning in 4 files\n');
  });

  it('prints one JSON document with --json, and obeys --as', async () => {
    const printed = new Printed();
    const program = printed.program();
    registerValidateCommand(program);
    const args = ['validate', '--json', '--as', 'overrides', TENANTS];
    const complaint = await complaintOf(program.parseAsync(args, { from: 'user' }));
    expect(complaint).to.equal('1 error in 1 file');
    const { ok, files } = JSON.parse(printed.out) as { ok: boolean; files: unknown[] };
    expect(ok).to.equal(false);
    expect(files).to.have.length(1);
    expect(files[0]).to.have.property('file', TENANTS);
    expect(files[0]).to.have.property('ok', false);
    expect(files[0]).to.have.deep.property('means', []);
    expect(files[0]).to.have.nested.property('complaints[0].severity', 'error');
    expect(files[0]).to.have.nested.property('complaints[0].line', 2);
    expect(files[0]).to.have.nested.property('complaints[0].where', null);
    expect(files[0]).to.have.nested.property('complaints[0].message').that.contains('it holds [{');
  });

  it('prints what a good file means with --json too', async () => {
    const printed = new Printed();
    const program = printed.program();
    registerValidateCommand(program);
    await program.parseAsync(['validate', '--json', TENANTS], { from: 'user' });
    expect(JSON.parse(printed.out)).to.deep.equal({
      ok: true,
      files: [
        {
          file: TENANTS,
          ok: true,
          means: ['license file, 3 tenants: 2 licensed, 1 unlicensed now'],
          complaints: [],
        },
      ],
    });
  });

  it('ends with 2 where the command line is wrong', async () => {
    const { code, stdout, stderr } = await run(['--as', 'license', '-']);
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.contain('Allowed choices are licenses, overrides, scaledobjects, config');
  });
});

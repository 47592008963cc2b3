/** grpcurl itself, as a person uses it: without any .proto file, by what the server says of itself. */
import { expect } from 'chai';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expired, licensed } from '../e2e/world.ts';
import { createAuthority } from '../helpers/certificates.ts';
import { goProgramPath } from './build/go-programs.ts';
import { inKedaWorld, type KedaWorld } from './in-keda-world.ts';
import { writeServerFiles, writePem } from './tls-files.ts';

const SERVICE = 'externalscaler.ExternalScaler';
const OPTIONS = { licenses: [licensed('tenant-a'), expired('tenant-b')] };

/** Rejects where it fails, with what it said on standard error. */
function grpcurl(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(goProgramPath('grpcurl'), args, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`exit code ${error.code ?? ''}: ${stderr}`));
    });
  });
}

function onPlaintext({ gateway }: KedaWorld, request: unknown, method: string): Promise<string> {
  const data = JSON.stringify(request);
  return grpcurl(
    '-plaintext',
    '-emit-defaults',
    '-d',
    data,
    gateway.address,
    `${SERVICE}/${method}`,
  );
}

describe('grpcurl', () => {
  it(
    'lists the services',
    inKedaWorld('2.21.0', OPTIONS, async ({ gateway }) => {
      expect((await grpcurl('-plaintext', gateway.address, 'list')).split('\n')).to.deep.equal([
        SERVICE,
        'grpc.health.v1.Health',
        'grpc.reflection.v1.ServerReflection',
        'grpc.reflection.v1alpha.ServerReflection',
        '',
      ]);
    }),
  );

  it(
    "describes KEDA's contract",
    inKedaWorld('2.21.0', OPTIONS, async ({ gateway }) => {
      const describe = (what: string) => grpcurl('-plaintext', gateway.address, 'describe', what);
      expect(await describe(SERVICE)).to.equal(`${SERVICE} is a service:
service ExternalScaler {
  rpc GetMetricSpec ( .externalscaler.ScaledObjectRef ) returns ( .externalscaler.GetMetricSpecResponse );
  rpc GetMetrics ( .externalscaler.GetMetricsRequest ) returns ( .externalscaler.GetMetricsResponse );
  rpc IsActive ( .externalscaler.ScaledObjectRef ) returns ( .externalscaler.IsActiveResponse );
  rpc StreamIsActive ( .externalscaler.ScaledObjectRef ) returns ( stream .externalscaler.IsActiveResponse );
  rpc StreamMetricSpec ( .externalscaler.ScaledObjectRef ) returns ( stream .externalscaler.GetMetricSpecResponse );
}
`);
      expect(await describe('externalscaler.ScaledObjectRef')).to.include(
        'map<string, string> scalerMetadata = 3;',
      );
    }),
  );

  it(
    'sees target and value in both forms: whole numbers for KEDA before 2.17, floats for those since',
    inKedaWorld('2.21.0', OPTIONS, async (world) => {
      const scaledObjectRef = { name: 'scaled-service', namespace: 'tenant-a' };
      const metricName = 'license-replicas';
      const specs = await onPlaintext(world, scaledObjectRef, 'GetMetricSpec');
      expect(JSON.parse(specs)).to.deep.equal({
        metricSpecs: [{ metricName, targetSize: '1', targetSizeFloat: 1 }],
      });
      const metrics = await onPlaintext(world, { metricName, scaledObjectRef }, 'GetMetrics');
      expect(JSON.parse(metrics)).to.deep.equal({
        metricValues: [{ metricName, metricValue: '2', metricValueFloat: 2 }],
      });
    }),
  );

  it(
    'shows a stream as it goes',
    inKedaWorld('2.21.0', OPTIONS, async ({ gateway, service }) => {
      const ref = JSON.stringify({ name: 'scaled-service', namespace: 'tenant-b' });
      const flags = ['-plaintext', '-emit-defaults', '-d', ref];
      const child = spawn(
        goProgramPath('grpcurl'),
        [...flags, gateway.address, `${SERVICE}/StreamIsActive`],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const results: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        const result = /"result": (\w+)/.exec(line)?.[1];
        if (result === undefined) continue;
        results.push(result);
        if (results.length === 3) break;
        const next = result === 'true' ? expired('tenant-b') : licensed('tenant-b');
        service.tenants.set('tenant-b', next);
      }
      const exit = once(child, 'exit');
      child.kill();
      await exit;
      expect(results).to.deep.equal(['false', 'true', 'false']);
    }),
  );

  it(
    'is told what is wrong, with an exit code for each kind',
    inKedaWorld('2.21.0', { ...OPTIONS, isServiceUp: false }, async (world) => {
      const ref = { name: 'scaled-service', namespace: 'tenant-a' };
      const wrong = onPlaintext(world, { ...ref, scalerMetadata: { tenantID: 'a' } }, 'IsActive');
      expect(await failureOf(wrong))
        .to.include('exit code 67')
        .and.to.include('"tenantID"');
      const unknown = onPlaintext(world, ref, 'IsActive');
      expect(await failureOf(unknown))
        .to.include('exit code 78')
        .and.to.include('no license data');
    }),
  );

  it('gets in with a certificate where mutual TLS is on, and only with one', async () => {
    const authority = createAuthority('ours');
    const { cert, key } = authority.issue({ commonName: 'a person', client: true });
    const config = async (folder: string) => ({
      grpc: { tls: await writeServerFiles(folder, authority, authority) },
    });
    await inKedaWorld('2.21.0', { ...OPTIONS, config }, async ({ gateway, folder }) => {
      const ca = ['-cacert', await writePem(folder, 'ca.pem', authority.cert)];
      const own = ['-cert', await writePem(folder, 'own.pem', cert)];
      own.push('-key', await writePem(folder, 'own-key.pem', key));
      expect(await grpcurl(...ca, ...own, gateway.address, 'list')).to.include(SERVICE);
      const without = grpcurl('-connect-timeout', '1', ...ca, gateway.address, 'list');
      expect(await failureOf(without)).to.include('exit code 1');
    })();
  });
});

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'it did not fail',
    (error: unknown) => String(error),
  );
}

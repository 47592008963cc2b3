/** TLS as KEDA does it: by what a TriggerAuthentication gives, without any other knowledge of the server. */
import { expect } from 'chai';
import { expired, licensed } from '../e2e/world.ts';
import { createAuthority, type Authority } from '../helpers/certificates.ts';
import { wanted } from './answers.ts';
import { KEDA_VERSIONS } from './build/go-programs.ts';
import { inKedaWorld, type KedaWorld, type KedaWorldOptions } from './in-keda-world.ts';
import type { ScaledObject, TriggerSpec } from './scaled-object.ts';
import { writeServerFiles } from './tls-files.ts';

const LICENSES = [licensed('tenant-a')];

/** A scaler that shows a certificate of one authority and lets in the clients of the other, if there is one. */
function onTls(server: Authority, clients?: Authority): KedaWorldOptions {
  const config = async (folder: string) => ({
    grpc: { tls: await writeServerFiles(folder, server, clients) },
  });
  return { licenses: LICENSES, config };
}

/** What a TriggerAuthentication gives for a scaler of this authority. */
function trust(server: Authority, client?: Authority): TriggerSpec {
  const caCert = server.cert;
  if (client === undefined) return { authParams: { caCert } };
  const { cert, key } = client.issue({ commonName: 'keda', client: true });
  return { authParams: { caCert, tlsClientCert: cert, tlsClientKey: key } };
}

/** By an operator of its own: KEDA 2.17 pools connections by nothing but the address. */
function watchAlone(world: KedaWorld, trigger: TriggerSpec): ScaledObject {
  return world.startOperator().watch('tenant-a', trigger);
}

async function expectAdmitted(scaledObject: ScaledObject): Promise<void> {
  expect(await scaledObject.received(1)).to.deep.equal([true]);
  expect(await scaledObject.answer()).to.deep.equal(wanted(2));
}

/** Not even a target: nothing gets through. */
async function expectRefused(scaledObject: ScaledObject, reason = ''): Promise<void> {
  await scaledObject.until('a refusal', () => scaledObject.streamErrors.length > 0);
  expect(scaledObject.streamErrors[0]).to.include('code = Unavailable').and.to.include(reason);
  const nothing = { specs: [], values: [], active: false, error: '' };
  expect(await scaledObject.poll()).to.deep.equal(nothing);
  expect(scaledObject.states).to.deep.equal([]);
}

for (const version of KEDA_VERSIONS) {
  describe(`KEDA ${version}: TLS`, () => {
    const [ours, others] = [createAuthority('ours'), createAuthority('others')];
    const clients = createAuthority('clients');

    it(
      'is on where its authority is given, and needs it',
      inKedaWorld(version, onTls(ours), async (world) => {
        await expectAdmitted(watchAlone(world, trust(ours)));
        await expectRefused(watchAlone(world, trust(others)), 'unknown authority');
        await expectRefused(watchAlone(world, {}));
      }),
    );

    it(
      'is on without an authority where KEDA is told not to look',
      inKedaWorld(version, onTls(ours), async (world) => {
        const metadata = { enableTLS: 'true', unsafeSsl: 'true' };
        await expectAdmitted(watchAlone(world, { metadata }));
      }),
    );

    it(
      'does not talk to a scaler that has it off',
      inKedaWorld(version, { licenses: LICENSES }, async (world) => {
        await expectRefused(watchAlone(world, trust(ours)));
      }),
    );

    it(
      'is mutual where the scaler has an authority for clients',
      inKedaWorld(version, onTls(ours, clients), async (world) => {
        await expectAdmitted(watchAlone(world, trust(ours, clients)));
        await expectRefused(watchAlone(world, trust(ours)));
        await expectRefused(watchAlone(world, trust(ours, others)));
      }),
    );

    it(
      'goes on where it is open when the certificate is replaced, and trusts the new one when it is opened',
      inKedaWorld(version, onTls(ours), async (world) => {
        const open = watchAlone(world, trust(ours));
        await expectAdmitted(open);
        await writeServerFiles(world.folder, others);
        await world.scaler.logged('CN=license-scaler of certFile', 2);
        await expectAdmitted(watchAlone(world, trust(others)));
        await expectRefused(watchAlone(world, trust(ours)), 'unknown authority');
        world.service.tenants.set('tenant-a', expired('tenant-a'));
        expect(await open.received(2)).to.deep.equal([true, false]);
        expect(open.retries).to.deep.equal([]);
      }),
    );

    it(
      'lets in the clients of the authority that is the one now',
      inKedaWorld(version, onTls(ours, clients), async (world) => {
        const open = watchAlone(world, trust(ours, clients));
        await expectAdmitted(open);
        await writeServerFiles(world.folder, ours, others);
        await world.scaler.logged('CN=others of');
        await expectAdmitted(watchAlone(world, trust(ours, others)));
        await expectRefused(watchAlone(world, trust(ours, clients)));
        world.service.tenants.set('tenant-a', expired('tenant-a'));
        expect(await open.received(2)).to.deep.equal([true, false]);
      }),
    );

    const isPooledByTls = version !== '2.17.3';
    it(
      isPooledByTls
        ? 'is on for one trigger and off for another of the same address'
        : 'is on or off for every trigger of an address as the first one has it',
      inKedaWorld(version, onTls(ours), async ({ operator }) => {
        await expectRefused(operator.watch('tenant-a', { name: 'plain' }));
        const second = operator.watch('tenant-a', trust(ours));
        await (isPooledByTls ? expectAdmitted(second) : expectRefused(second));
      }),
    );
  });
}

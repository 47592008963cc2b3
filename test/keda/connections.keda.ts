/** KEDA keeps one connection for all ScaledObjects of an address. */
import { expect } from 'chai';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expired, licensed } from '../e2e/world.ts';
import { wanted } from './answers.ts';
import { KEDA_VERSIONS } from './build/go-programs.ts';
import { inKedaWorld } from './in-keda-world.ts';

const MANY = 2_000;
const TENANTS = Array.from({ length: MANY }, (_, index) => `tenant-${index}`);

/** Writes a file of licenses in which every other tenant is licensed: the even ones, or the odd ones. */
async function license(file: string, which: 'even' | 'odd'): Promise<void> {
  const licenses = TENANTS.map((tenant, index) =>
    (index % 2 === 0) === (which === 'even') ? licensed(tenant) : expired(tenant),
  );
  await writeFile(`${file}.new`, JSON.stringify(licenses));
  await rename(`${file}.new`, file);
}

async function onLicenseFile(folder: string) {
  const path = join(folder, 'licenses.json');
  await license(path, 'even');
  return { licenseFile: { path }, licenseService: undefined };
}

for (const version of KEDA_VERSIONS) {
  describe(`KEDA ${version}: its connection`, () => {
    it(
      'carries two ScaledObjects of one tenant, each by its own trigger, until each is deleted',
      inKedaWorld(version, { licenses: [licensed('acme')] }, async (world) => {
        const { operator, service, gateway } = world;
        const acme = { tenantId: 'acme' };
        const web = operator.watch('shop', { name: 'web', metadata: acme });
        const jobs = operator.watch('shop', {
          name: 'jobs',
          metadata: { ...acme, service: 'reports' },
        });
        expect(await web.received(1)).to.deep.equal([true]);
        expect(await jobs.received(1)).to.deep.equal([false]);
        expect([await web.answer(), await jobs.answer()]).to.deep.equal([wanted(2), wanted(0)]);
        await web.stop();
        service.tenants.set('acme', licensed('acme', { services: ['reports'] }));
        expect(await jobs.received(2)).to.deep.equal([false, true]);
        expect(web.states).to.deep.equal([true]);
        expect(gateway.accepted).to.equal(1);
      }),
    );

    it(
      `carries ${MANY} ScaledObjects: each hears its first state, and each its change`,
      inKedaWorld(version, { config: onLicenseFile }, async ({ operator, gateway, folder }) => {
        const watched = TENANTS.map((tenant) => operator.watch(tenant));
        await Promise.all(watched.map((scaledObject) => scaledObject.received(1)));
        await license(join(folder, 'licenses.json'), 'odd');
        const states = await Promise.all(watched.map((scaledObject) => scaledObject.received(2)));
        const polls = await Promise.all(watched.map((scaledObject) => scaledObject.poll()));
        expect(states).to.deep.equal(TENANTS.map((_, index) => [index % 2 === 0, index % 2 === 1]));
        expect(polls).to.deep.equal(TENANTS.map((_, index) => wanted(index % 2 === 0 ? 0 : 2)));
        expect(gateway.accepted).to.equal(1);
      }),
    );
  });
}

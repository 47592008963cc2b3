import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { registerExplainCommand } from '../../src/cli/explain.ts';
import { inWorld } from '../e2e/in-world.ts';
import { expired, licensed, World } from '../e2e/world.ts';
import { scaledObject } from '../helpers/keda.ts';
import { complaintOf, Printed } from './run-command.ts';

function urlOf({ app }: World): string {
  return `http://127.0.0.1:${app.httpPort}`;
}

async function explain(...args: string[]): Promise<string> {
  const printed = new Printed();
  const program = printed.program();
  registerExplainCommand(program);
  await program.parseAsync(['explain', ...args], { from: 'user' });
  return printed.out;
}

const licenses = [licensed('tenant-a', { replicas: 1 }), expired('tenant-b')];

describe('license-scaler explain', () => {
  it(
    'says why, who decided, who listens and what happened',
    inWorld({ licenses }, async (world) => {
      const stream = world.keda.push(scaledObject('tenant-b', { service: 'scaled-service' }));
      await stream.received(1);
      await world.keda.poll(scaledObject('tenant-b', { service: 'scaled-service' }));
      await world.override({ 'tenant-b': { licensed: true, reason: 'paid\u001b[2J' } });
      await stream.received(2);
      await world.logged('tenant-b is licensed');
      const text = await explain('tenant-b', '--url', urlOf(world));
      expect(text).to.match(/^tenant-b is licensed: by an override \(paid\?\[2J\)\n/);
      expect(text).to.include('decided by  overrides-file, by the rule override');
      expect(text).to.match(/\* overrides-file {3}an override: licensed without an end/);
      expect(text).to.match(/ {4}license-service {2}a license for scaled-service/);
      expect(text).to.match(
        /tenant-b\/scaled-service \(service scaled-service\): stream since .*; last sent true, /,
      );
      expect(text).to.include('is answered true, replicas 2');
      expect(text).to.match(/answered false \(1 in all\)/);
      expect(text).to.match(/unlicensed -> licensed {2}tenant-b is licensed/);
      expect(text).not.to.include('\u001b');
    }),
  );

  it(
    'prints what the API answers with --json',
    inWorld({ licenses }, async (world) => {
      await world.keda.answered(scaledObject('tenant-a'));
      const answer = JSON.parse(
        await explain('tenant-a', '--url', urlOf(world), '--json'),
      ) as unknown;
      expect(answer).to.include({ tenant: 'tenant-a', standing: 'licensed', replicas: 1 });
    }),
  );

  it(
    'says that nothing is known about a tenant, and that nobody answers',
    inWorld({ licenses }, async (world) => {
      const url = urlOf(world);
      expect(await complaintOf(explain('nobody', '--url', url))).to.equal(
        `${url}/api/tenants/nobody answered 404: nothing is known about nobody, and nobody asks about it: ` +
          'the id is another, or KEDA is not connected, or to another replica',
      );
      await world.app.stop();
      expect(await complaintOf(explain('tenant-a', '--url', url))).to.include("can't be reached");
    }),
  );

  it(
    'says of a server whose API is off, or of another one, what may be wrong',
    inWorld({ licenses, config: { http: { api: false } } }, async (world) => {
      expect(await complaintOf(explain('tenant-a', '--url', urlOf(world)))).to.include(
        'answered 404: not found; is http.api false there, or is it not license-scaler?',
      );
    }),
  );

  it(
    'names the id that one looks like of which nothing is known, or which no source knows',
    inWorld({ licenses }, async (world) => {
      const url = urlOf(world);
      await world.keda.poll(scaledObject('tenant-a'));
      const hint = 'the id "tenant-a" is known and looks like "Tenant-A": is that one meant?';
      expect(await complaintOf(explain('Tenant-A', '--url', url))).to.include(hint);
      await world.keda.poll(scaledObject('Tenant-A'));
      expect(await explain('Tenant-A', '--url', url)).to.include(hint);
      expect(await explain('tenant-a', '--url', url)).not.to.include('looks like');
    }),
  );

  it(
    'lets no answer steer the terminal',
    inWorld({ licenses }, async (world) => {
      const complaint = await complaintOf(explain('x\u001b[2J', '--url', urlOf(world)));
      expect(complaint).to.include('nothing is known about x?[2J');
    }),
  );

  it('takes no token in the URL, where it would be printed', async () => {
    const error: unknown = await explain('a', '--url', 'http://:secret@localhost').catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('message').that.includes('--token-file');
  });

  it(
    'says below the standing what that alone does not tell',
    inWorld({ licenses }, async (world) => {
      await world.keda.answered(scaledObject('tenant-a', { service: 'batch' }));
      const [, remark] = (await explain('tenant-a', '--url', urlOf(world))).split('\n');
      expect(remark).to.equal(
        'tenant-a/scaled-service is answered false: the license lists scaled-service, not batch',
      );
    }),
  );

  it('shows the token that is required', async () => {
    const outer = await World.start();
    const file = join(outer.folder, 'token');
    await writeFile(file, 'secret\n');
    try {
      const config = { http: { tokenFile: file } };
      await inWorld({ licenses, config }, async (world) => {
        await world.keda.answered(scaledObject('tenant-a'));
        const url = urlOf(world);
        expect(await complaintOf(explain('tenant-a', '--url', url))).to.include('answered 401');
        const text = await explain('tenant-a', '--url', url, '--token-file', file);
        expect(text).to.include('tenant-a is licensed');
      })();
    } finally {
      await outer.close();
    }
  });
});

import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { guardedWorld } from '../e2e/guarded-world.ts';
import { inWorld } from '../e2e/in-world.ts';
import type { World } from '../e2e/world.ts';

async function status(world: World, path: string, authorization?: string): Promise<number> {
  const headers = authorization === undefined ? {} : { authorization };
  const url = `http://127.0.0.1:${world.app.httpPort}${path}`;
  return (await fetch(url, { headers })).status;
}

function basic(password: string): string {
  return `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`;
}

describe('the side port', () => {
  it('asks for the token at / and /api, and never at probes and metrics', () =>
    guardedWorld(async (world) => {
      for (const path of ['/', '/page/page.html', '/api/tenants', '/api/events', '/api/nothing']) {
        expect(await status(world, path), path).to.equal(401);
      }
      for (const path of ['/livez', '/metrics']) {
        expect(await status(world, path), path).to.equal(200);
      }
    }));

  it('takes the token as Bearer and as the password of Basic, and no other', () =>
    guardedWorld(async (world) => {
      expect(await status(world, '/api/tenants', 'Bearer secret')).to.equal(200);
      expect(await status(world, '/api/tenants', basic('secret'))).to.equal(200);
      expect(await status(world, '/api/tenants', 'Bearer secret2')).to.equal(401);
      expect(await status(world, '/api/tenants', basic(''))).to.equal(401);
      expect(await status(world, '/api/tenants', 'Digest secret')).to.equal(401);
    }));

  it('asks a browser for it in a line of its own, for otherwise Chromium asks nobody', () =>
    guardedWorld(async (world) => {
      const request = get({ port: world.app.httpPort, path: '/' });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.headersDistinct['www-authenticate']).to.deep.equal([
        'Basic realm="license-scaler", charset="UTF-8"',
        'Bearer',
      ]);
    }));

  it('goes by the token as it is now, and refuses everybody where there is none', () =>
    guardedWorld(async (world, file) => {
      await writeFile(`${file}.new`, 'another');
      await rename(`${file}.new`, file);
      expect(await status(world, '/api/tenants', 'Bearer secret')).to.equal(401);
      expect(await status(world, '/api/tenants', 'Bearer another')).to.equal(200);
      await writeFile(file, '');
      expect(await status(world, '/api/tenants', 'Bearer ')).to.equal(503);
      expect(await status(world, '/api/tenants', 'Bearer another')).to.equal(503);
      expect(world.linesWith('http.tokenFile').length).to.equal(1);
    }));

  it(
    'serves neither page nor API where http.api is false',
    inWorld({ config: { http: { api: false } } }, async (world) => {
      for (const path of ['/', '/page/page.html', '/api/tenants', '/api/openapi.json']) {
        expect(await status(world, path), path).to.equal(404);
      }
      expect(await status(world, '/livez')).to.equal(200);
    }),
  );
});

describe('the status page', () => {
  it(
    'comes under a policy that lets it load nothing from elsewhere',
    inWorld({}, async (world) => {
      const { headers, status: code } = await fetch(`http://127.0.0.1:${world.app.httpPort}/`);
      expect(code).to.equal(200);
      expect(headers.get('content-type')).to.equal('text/html; charset=utf-8');
      expect(headers.get('content-security-policy')).to.equal(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('referrer-policy')).to.equal('no-referrer');
    }),
  );

  it(
    'is sent once: whoever has it already is told that it is the same',
    inWorld({}, async (world) => {
      const url = `http://127.0.0.1:${world.app.httpPort}/page/page.html`;
      const etag = (await fetch(url)).headers.get('etag') ?? '';
      const again = await fetch(url, { headers: { 'if-none-match': etag } });
      expect([again.status, await again.text()]).to.deep.equal([304, '']);
      const other = await fetch(url, { headers: { 'if-none-match': '"another"' } });
      expect(other.status).to.equal(200);
    }),
  );

  it('is in the program as it is in its files', async () => {
    const args = ['--import', 'tsx', 'scripts/generate-page.ts', '--check'];
    const { stderr } = await promisify(execFile)(process.execPath, args);
    expect(stderr).to.equal('');
  });
});

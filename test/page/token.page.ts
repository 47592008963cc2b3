import { rename, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { guardedWorld } from '../e2e/guarded-world.ts';
import { expired, licensed, type World } from '../e2e/world.ts';
import { scaledObject } from '../helpers/keda.ts';
import { openPage, startBrowser } from './browser.ts';

const licenses = [licensed('tenant-a'), expired('tenant-b')];

/** What a person types in when the browser asks. */
const credentials = (password: string) => ({ username: 'anybody', password });

const urlOf = ({ app }: World): string => `http://127.0.0.1:${app.httpPort}/`;

describe('the status page behind a token, in a real Chromium', () => {
  let browser: Browser;

  before(async () => {
    browser = await startBrowser();
  });

  after(async () => {
    await browser.close();
  });

  it('is shown and is live once the token was typed in as the password, and keeps it out of every address', () =>
    guardedWorld(
      async (world) => {
        const stream = world.keda.push(scaledObject('tenant-b'));
        await stream.received(1);
        const { page, complaints } = await openPage(browser, urlOf(world), {
          httpCredentials: credentials('secret'),
        });
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));
        await page.locator('#live[data-live=yes]').waitFor();
        await page.getByRole('row').filter({ hasText: 'tenant-b' }).waitFor();
        await world.override({ 'tenant-b': { licensed: true, reason: 'paid by phone' } });
        await page.locator('tbody').getByText('By an override (paid by phone)').waitFor();
        expect([...asked, page.url()].join(' ')).not.to.include('secret');
        expect(complaints).to.deep.equal([]);
        await page.context().close();
      },
      { licenses },
    ));

  it('is not shown without it, nor with another', () =>
    guardedWorld(async (world) => {
      for (const options of [{}, { httpCredentials: credentials('another') }]) {
        const context = await browser.newContext(options);
        const page = await context.newPage();
        const answer = await page.goto(urlOf(world)).catch(() => null);
        expect(answer?.status() ?? 401).to.equal(401);
        expect(await page.locator('#live').count()).to.equal(0);
        await context.close();
      }
    }));

  it('says that it is refused when the token has changed', () =>
    guardedWorld(
      async (world, file) => {
        const stream = world.keda.push(scaledObject('tenant-b'));
        await stream.received(1);
        const { page } = await openPage(browser, urlOf(world), {
          httpCredentials: credentials('secret'),
        });
        await page.getByRole('row').filter({ hasText: 'tenant-b' }).waitFor();
        await writeFile(`${file}.new`, 'another');
        await rename(`${file}.new`, file);
        await world.override({ 'tenant-b': { licensed: true } });
        const banner = page.getByRole('region', { name: 'Trouble' });
        await banner.getByText('was answered 401: the token of http.tokenFile').waitFor();
        await page.context().close();
      },
      { licenses },
    ));
});

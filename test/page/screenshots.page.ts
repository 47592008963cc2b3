/** Pictures of the page for the docs, made anew by `SCREENSHOTS=1 npm run test:page`. */
import type { BrowserContextOptions } from 'playwright-core';
import { openPage, startBrowser } from './browser.ts';
import { FakeApi, type World } from './fake-api.ts';
import { largeWorld, troubledWorld } from './worlds.ts';

const FOLDER = new URL('../../docs/screenshots/', import.meta.url);
const DESK = { width: 1280, height: 860 };
const PHONE = { width: 375, height: 812 };

interface Shot {
  readonly world: () => World;
  readonly path: string;
  /** What is there when all of it is. */
  readonly ready: string;
  readonly options: BrowserContextOptions;
}

const SHOTS: Readonly<Record<string, Shot>> = {
  'page-light': {
    world: troubledWorld,
    path: '/',
    ready: '.trouble li:nth-child(5)',
    options: { viewport: DESK, colorScheme: 'light' },
  },
  'page-dark': {
    world: () => largeWorld(10_000),
    path: '/',
    ready: '.trouble.fine',
    options: { viewport: DESK, colorScheme: 'dark' },
  },
  'tenant-light': {
    world: troubledWorld,
    path: '/#tenant=acme',
    ready: 'dialog .log li',
    options: { viewport: { ...DESK, height: 1040 }, colorScheme: 'light' },
  },
  'page-phone': {
    world: troubledWorld,
    path: '/',
    ready: '.trouble li:nth-child(5)',
    options: { viewport: PHONE, colorScheme: 'light', deviceScaleFactor: 2 },
  },
};

if (process.env.SCREENSHOTS !== undefined) {
  describe('the screenshots of the docs', () => {
    for (const [name, { world, path, ready, options }] of Object.entries(SHOTS)) {
      it(`takes ${name}`, async () => {
        const api = await FakeApi.start(world());
        const browser = await startBrowser();
        const { page } = await openPage(browser, `${api.url}${path}`, options);
        await page.locator(ready).first().waitFor();
        // The picture is drawn for the table, the table when it has come.
        await page.locator('.lanes li:nth-child(7) rect').first().waitFor();
        await page.screenshot({ path: new URL(`${name}.png`, FOLDER).pathname });
        await browser.close();
        await api.close();
      });
    }
  });
}

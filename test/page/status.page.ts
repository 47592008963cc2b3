import { expect } from 'chai';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage, startBrowser, type Watched } from './browser.ts';
import { FakeApi, type World } from './fake-api.ts';
import { fakeScaledObject, inMinutes } from './fake-rows.ts';
import { calmWorld, largeWorld, troubledWorld } from './worlds.ts';

describe('the status page in a real Chromium', () => {
  let browser: Browser;

  before(async () => {
    browser = await startBrowser();
  });

  after(async () => {
    await browser.close();
  });

  /** Shows a world, and sees to it that nothing went wrong meanwhile. */
  async function show(
    world: World,
    look: (page: Page, api: FakeApi, watched: Watched) => Promise<void>,
    { path = '/', ...options }: BrowserContextOptions & { readonly path?: string } = {},
  ): Promise<void> {
    const api = await FakeApi.start(world);
    try {
      const watched = await openPage(browser, `${api.url}${path}`, options);
      await watched.page.locator('#live[data-live=yes]').waitFor();
      await look(watched.page, api, watched);
      expect(watched.complaints).to.deep.equal([]);
      await watched.page.context().close();
    } finally {
      await api.close();
    }
  }

  const row = (page: Page, tenant: string) => page.getByRole('row').filter({ hasText: tenant });
  const cells = (page: Page, tenant: string) => row(page, tenant).getByRole('cell');
  const banner = (page: Page) => page.getByRole('region', { name: 'Trouble' });

  it('shows each tenant with standing, reason, source, replicas and listeners', async () => {
    await show(calmWorld(), async (page) => {
      await row(page, 'tenant-c').waitFor();
      const texts = await cells(page, 'tenant-c').allInnerTexts();
      expect(texts.slice(0, 4)).to.deep.equal([
        '●\nlicensed',
        'By an override (paid by phone)',
        'overrides-file',
        '3 d ago',
      ]);
      expect(texts.slice(5)).to.deep.equal(['4', '1']);
      expect(await cells(page, 'tenant-a').nth(4).innerText()).to.match(/^in (3 h|2 h 59 min)$/);
      expect(await page.locator('#revision').innerText()).to.equal('7');
    });
  });

  it('says that there is no trouble where there is none', async () => {
    await show(calmWorld(), async (page) => {
      await banner(page).getByText('No trouble').waitFor();
    });
  });

  it('names every trouble in the banner', async () => {
    await show(troubledWorld(), async (page) => {
      await banner(page).getByText('KEDA is older').waitFor();
      await banner(page).getByText('held').waitFor();
      const troubles = await banner(page).getByRole('listitem').allInnerTexts();
      expect(troubles.map((each) => each.replace(/\d\d:\d\d:\d\d/, 'TIME'))).to.deep.equal([
        'License service https://licenses.example.com has failed since TIME: connect ECONNREFUSED 10.0.12.9:443.',
        '5 tenants are held, so what was known last stands, and nothing is started or stopped; the cause: license service https://licenses.example.com has failed: ECONNREFUSED: show them',
        '1 tenant is unknown, so KEDA is answered UNAVAILABLE and leaves the replicas as they are; the cause: license service https://licenses.example.com has failed: ECONNREFUSED: show them',
        '1 ScaledObject polls without a stream, so a change waits for the next poll: fabrikam/scaled-service.',
        'KEDA is older than 2.17 (2.15.1 at 10.3.0.8:55012): it comes back ever later after a lost stream, and an error can start its fallback.',
      ]);
    });
  });

  it('sees that tenants are held no more although no event tells so, and shows the held alone', async () => {
    await show(
      troubledWorld(),
      async (page, api) => {
        await page.getByRole('status').getByText('5 held tenants').waitFor();
        for (const tenant of api.world.tenants) tenant.held = false;
        await page.getByText('No held tenant').waitFor();
        await banner(page).getByText('tenants are held').waitFor({ state: 'hidden' });
      },
      { path: '/?standing=held' },
    );
  });

  it('shows a transition as soon as it is told of one, in the table, the picture and the words', async () => {
    await show(calmWorld(), async (page, api) => {
      await cells(page, 'tenant-b').getByText('unlicensed').waitFor();
      api.change('tenant-b', 'licensed', 'tenant-b is licensed: by an override (paid)');
      await cells(page, 'tenant-b').getByText('By an override (paid)').waitFor();
      expect(await row(page, 'tenant-b').getAttribute('data-standing')).to.equal('licensed');
      await page.getByRole('img', { name: /^tenant-b: .*, licensed from/ }).waitFor();
      await page.locator('#announcer').getByText('tenant-b is licensed').waitFor();
    });
  });

  it('shows that a source fails as soon as it is told', async () => {
    await show(calmWorld(), async (page, api) => {
      await banner(page).getByText('No trouble').waitFor();
      api.fail('license-service', 'connect ECONNREFUSED');
      await banner(page).getByText('has failed since').waitFor();
      await page.getByText('failing since').waitFor();
    });
  });

  it('finds and filters among 10,000 tenants, of which it holds one page', async () => {
    await show(largeWorld(10_000), async (page) => {
      const found = page.getByRole('status');
      await found.getByText('10,000 tenants').waitFor();
      expect(await page.locator('tbody tr').count()).to.equal(50);
      await page.keyboard.press('/');
      await page.keyboard.type('0999');
      await found.getByText('11 tenants with “0999” in the id').waitFor();
      await page.getByRole('radio', { name: /^Unlicensed/ }).check();
      await found.getByText('2 unlicensed tenants with').waitFor();
      await row(page, 'tenant-00999').waitFor();
      expect(new URL(page.url()).search).to.equal('?q=0999&standing=unlicensed');
    });
  });

  it('turns pages, and keeps its place over a reload', async () => {
    await show(largeWorld(10_000), async (page) => {
      await page.getByRole('button', { name: 'Next page' }).click();
      await row(page, 'tenant-00050').waitFor();
      await page.reload();
      await row(page, 'tenant-00050').waitFor();
      expect(await page.locator('#page').innerText()).to.equal('page 2 of 200');
    });
  });

  it('asks once, not a hundred times, after a hundred transitions', async () => {
    await show(largeWorld(1000), async (page, api) => {
      await row(page, 'tenant-00000').waitFor();
      const before = api.asked.length;
      for (const { tenant } of api.world.tenants.slice(0, 100)) {
        api.change(tenant, 'unlicensed', `${tenant} is unlicensed: its license is revoked`);
      }
      await cells(page, 'tenant-00049').getByText('Its license is revoked').waitFor();
      expect(api.asked.length - before).to.be.lessThan(8);
    });
  });

  it('explains one tenant in a dialog that has an address, and closes it by keyboard', async () => {
    await show(
      troubledWorld(),
      async (page) => {
        const dialog = page.getByRole('dialog', { name: 'acme' });
        await dialog.getByText('stream open').waitFor();
        await dialog.getByText('decides').waitFor();
        await dialog.getByText('KEDA 2.20.0 to 2.20.2 at 10.244.0.17:41230').waitFor();
        expect(await dialog.locator('.log li').count()).to.equal(3);
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'hidden' });
        await page.waitForURL(({ hash }) => hash === '');
        await row(page, 'globex').getByRole('link').press('Enter');
        await page.getByRole('dialog', { name: 'globex' }).getByText('KEDA 2.15.1').waitFor();
      },
      { path: '/#tenant=acme' },
    );
  });

  it('says what the standing alone does not tell: that nobody asks, what was scaled from here', async () => {
    const lastAct = 'suspension: scaled: Deployment tenant-b/app was scaled from 2 to 0 replicas';
    const acted = fakeScaledObject('tenant-b', { lastAct, lastActAt: inMinutes(-3) });
    await show(
      { ...calmWorld(), scaledObjects: [acted] },
      async (page) => {
        const dialog = page.getByRole('dialog');
        await dialog.getByText('no ScaledObject asks about tenant-a').waitFor();
        await page.keyboard.press('Escape');
        await row(page, 'tenant-b').getByRole('link').press('Enter');
        await dialog.getByText(lastAct).waitFor();
      },
      { path: '/#tenant=tenant-a' },
    );
  });

  it('says that nothing is known about a tenant that is not known', async () => {
    const path = '/#tenant=nobody%3Cb%3E';
    const api = await FakeApi.start(calmWorld());
    const { page } = await openPage(browser, `${api.url}${path}`);
    await page.getByText('Nothing is known about nobody<b>').waitFor();
    await page.context().close();
    await api.close();
  });

  it('says that it is not live when the server is gone, keeps what it shows, and comes back by itself', async () => {
    const first = await FakeApi.start(calmWorld());
    const { page } = await openPage(browser, first.url);
    await row(page, 'tenant-b').waitFor();
    await first.close();
    await page.locator('#live').getByText('not live').waitFor();
    await banner(page).getByText('Not live since').waitFor();
    expect(await page.locator('tbody tr').count()).to.equal(3);
    const second = await FakeApi.start({ ...calmWorld(), revision: 8 }, first.port);
    await page.locator('#live[data-live=yes]').waitFor();
    await page.locator('#revision').getByText('8', { exact: true }).waitFor();
    await banner(page).getByText('No trouble').waitFor();
    await page.context().close();
    await second.close();
  });

  it('keeps the focus on a tenant whose row changes', async () => {
    await show(calmWorld(), async (page, api) => {
      await row(page, 'tenant-b').getByRole('link').focus();
      api.change('tenant-b', 'licensed', 'tenant-b is licensed: its license is valid');
      await cells(page, 'tenant-b').getByText('Its license is valid').waitFor();
      expect(await page.locator(':focus').innerText()).to.equal('tenant-b');
    });
  });

  it('shows what comes from the API as text, whatever it is', async () => {
    const world = calmWorld();
    const script = '<img src=x onerror=alert(1)>';
    Object.assign(world.tenants[0]!, { sentence: script });
    world.scaledObjects.push(fakeScaledObject('tenant-a', { name: script, openSince: null }));
    await show(world, async (page) => {
      await cells(page, 'tenant-a').getByText(script).waitFor();
      await banner(page).getByText(script).waitFor();
      expect(await page.locator('img').count()).to.equal(0);
    });
  });

  it('needs no more width than there is, on a phone and on anything larger', async () => {
    await show(troubledWorld(), async (page) => {
      await row(page, 'globex').waitFor();
      for (const width of [320, 375, 770, 900, 1000, 1119, 1121, 1600]) {
        await page.setViewportSize({ width, height: 812 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(width);
      }
    });
  });
});

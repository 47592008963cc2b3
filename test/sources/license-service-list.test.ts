import { expect } from 'chai';
import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { asyncScheduler, firstValueFrom } from 'rxjs';
import type { HttpClient } from '../../src/sources/http/http-client.ts';
import { DEFAULT_RULES } from '../../src/core/license.ts';
import { LicenseList } from '../../src/sources/list/license-list.ts';
import type { RequestReport } from '../../src/sources/observer.ts';
import { withWallClock } from '../helpers/set-clock.ts';
import { answering } from './http-client-stage.ts';
import { knowing, on } from './license-service-stage.ts';

/** For tests in which only a tenant that waits brings the next request about. */
const SELDOM = { interval: 60_000 };

describe('createLicenseService in mode list', () => {
  it(
    'says all of it once, then that it is still so',
    on('list', knowing('a', 'b'), async ({ watch }) => {
      const watcher = watch();
      await watcher.until(({ seen }) => seen.length >= 3);
      expect(watcher.kinds).to.deep.equal({ a: ['license'], b: ['license'] });
      for (const each of watcher.seen) expect(each).to.include({ kind: 'sighting', whole: true });
    }),
  );

  for (const [shape, text] of [
    ['an array', '[{"id":"a"}]'],
    ['an object with tenants', '{"tenants":[{"id":"a"}]}'],
    ['an object with licenses', '{"licenses":[{"id":"a"}]}'],
  ] as const) {
    it(
      `reads ${shape}, zipped`,
      on(
        'list',
        answering(200, gzipSync(text), { 'content-encoding': 'gzip' }),
        async ({ watch }) => {
          const watcher = watch();
          await watcher.until(({ seen }) => seen.length >= 1);
          expect(watcher.kinds).to.deep.equal({ a: ['license'] });
        },
      ),
    );
  }

  for (const [what, headers, sign] of [
    ['by a header', { 'x-total-count': '2' }, 'header x-total-count is 2, and 1 are here'],
    ['by a link', { link: '</licenses?page=2>; rel="next"' }, 'header link has rel=next'],
  ] as const) {
    it(
      `takes a page that says ${what} that it is one for a failure`,
      on('list', knowing('a', 'b'), async ({ answerWith, watch }) => {
        const watcher = watch('a', 'b');
        await watcher.until(({ seen }) => seen.length >= 1);
        answerWith(answering(200, '{"tenants":[{"id":"a"}]}', headers));
        await watcher.until(({ failures }) => failures.length >= 1);
        expect(watcher.failures[0]).to.equal(`answer is not the whole list: ${sign}`);
        expect(watcher.kinds).to.deep.equal({ a: ['license'], b: ['license'] });
      }),
    );
  }

  it(
    'says of a tenant that drops out that this proves nothing',
    on('list', knowing('a', 'b'), async ({ answerWith, watch }) => {
      const watcher = watch('a', 'b');
      await watcher.until(({ seen }) => seen.length >= 1);
      answerWith(knowing('a'));
      await watcher.until(({ kinds }) => kinds.b?.includes('absent') === true);
      expect(watcher.readings.at(-1)).to.deep.equal(['b', { kind: 'absent', proven: false }]);
    }),
  );

  it(
    'asks whether the list is still the same, and believes it',
    on('list', knowing(), async ({ server, answerWith, watch }) => {
      answerWith((request, response) => {
        if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
        else response.writeHead(200, { etag: '"1"' }).end('[{"id":"a"}]');
      });
      const watcher = watch('a', 'x');
      await watcher.until(({ seen }) => seen.length >= 3);
      expect(
        server.requests.slice(0, 3).map(({ headers }) => headers['if-none-match']),
      ).to.deep.equal([undefined, '"1"', '"1"']);
      expect(watcher.kinds).to.deep.equal({ a: ['license'], x: ['absent'] });
      expect(watcher.seen[2]).to.include({ kind: 'sighting', whole: true });
    }),
  );

  it(
    'asks for the whole list, whatever its tag, where somebody waits for news',
    on('list', knowing(), async ({ server, answerWith, watch }) => {
      // It says for ever that nothing has changed.
      answerWith((request, response) => {
        if (request.headers['if-none-match'] !== undefined) response.writeHead(304).end();
        else response.writeHead(200, { etag: '"1"' }).end(JSON.stringify(listed));
      });
      const listed = [{ id: 'a' }];
      const watcher = watch('a');
      await watcher.until(({ seen }) => seen.length >= 3);
      listed.push({ id: 'b' });
      watcher.ask('b');
      await watcher.until(({ kinds }) => kinds.b !== undefined);
      expect(watcher.kinds.b).to.deep.equal(['license']);
      listed.push({ id: 'c' });
      watcher.refresh('a');
      const tags = () => server.requests.map(({ headers }) => headers['if-none-match']);
      await watcher.until(() => tags().filter((tag) => tag === undefined).length >= 3);
    }),
  );

  it(
    'answers for a tenant that came into demand after the list was read, by a list that is the same',
    on(
      'list',
      (request, response) => {
        if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
        else response.writeHead(200, { etag: '"1"' }).end('[{"id":"a"}]');
      },
      async ({ server, watch }) => {
        const watcher = watch();
        await watcher.until(({ seen }) => seen.length === 1);
        watcher.ask('x');
        await watcher.until(({ kinds }) => kinds.x !== undefined);
        expect(watcher.kinds).to.deep.equal({ a: ['license'], x: ['absent'] });
        expect(server.requests).to.have.length(2);
      },
      SELDOM,
    ),
  );

  it(
    'answers by the first list for who was in demand before',
    on(
      'list',
      knowing('a'),
      async ({ server, watch }) => {
        const watcher = watch('a', 'x');
        await watcher.until(({ seen }) => seen.length === 1);
        expect(watcher.kinds).to.deep.equal({ a: ['license'], x: ['absent'] });
        expect(server.requests).to.have.length(1);
      },
      SELDOM,
    ),
  );

  it(
    'does not go by the tag of an answer that it could not read',
    on('list', knowing(), async ({ server, answerWith, watch }) => {
      const answers = [
        ['"1"', '[{"id":"a"}]'],
        ['"2"', '[{"id":"a"},'],
        ['"3"', '[]'],
        ['"4"', '[{"id":"b"}]'],
      ];
      answerWith((_, response) => {
        const [etag = '"4"', body = '[{"id":"b"}]'] = answers.shift() ?? [];
        response.writeHead(200, { etag }).end(body);
      });
      const watcher = watch();
      await watcher.until(({ seen }) => seen.length >= 5);
      expect(
        server.requests.slice(0, 5).map(({ headers }) => headers['if-none-match']),
      ).to.deep.equal([undefined, '"1"', '"1"', '"1"', '"4"']);
    }),
  );

  it(
    'takes a 304 that it did not ask for, for a failure',
    on('list', answering(304, ''), async ({ watch }) => {
      const watcher = watch();
      await watcher.until(({ failures }) => failures.length >= 1);
      expect(watcher.failures[0]).to.equal('HTTP 304 Not Modified');
    }),
  );

  for (const [what, answer] of [
    ['an empty array', answering(200, '[]')],
    ['an empty list', answering(200, '{"tenants":[]}')],
    ['a 404', answering(404, 'Tenant not found', { 'content-type': 'text/plain' })],
    ['half a list', answering(200, '[{"id":"a"},{"id":"x')],
    ['a list with one record that is no JSON', answering(200, '[{"id":"a"},{"id":"x",}]')],
  ] as const) {
    it(
      `takes ${what} for a failure, by which nobody is absent`,
      on('list', knowing('a', 'b'), async ({ answerWith, watch }) => {
        const watcher = watch('a', 'b', 'c');
        await watcher.until(({ readings }) => readings.length === 3);
        answerWith(answer);
        await watcher.until(({ failures }) => failures.length >= 3);
        expect(watcher.kinds).to.deep.equal({ a: ['license'], b: ['license'], c: ['absent'] });
      }),
    );
  }

  it(
    'does not call a tenant absent by a list that was on its way when it was first asked about',
    on(
      'list',
      () => undefined,
      async ({ server, answerWith, watch }) => {
        const held: ServerResponse[] = [];
        answerWith((_, response) => held.push(response));
        const watcher = watch();
        await server.until(() => held.length === 1);
        watcher.ask('new');
        answerWith(knowing('a', 'new'));
        held[0]!.end('[{"id":"a"}]');
        await watcher.until(({ kinds }) => kinds.new !== undefined);
        expect(watcher.kinds).to.deep.equal({ a: ['license'], new: ['license'] });
        expect(server.requests).to.have.length(2);
      },
      SELDOM,
    ),
  );

  it(
    'forgets a tenant that is absent and not asked about any more',
    on('list', knowing('a'), async ({ watch }) => {
      const watcher = watch('x');
      await watcher.until(({ kinds }) => kinds.x?.length === 1);
      watcher.askNoMore('x');
      await watcher.until(({ kinds }) => kinds.x?.length === 2);
      expect(watcher.kinds.x).to.deep.equal(['absent', 'silent']);
    }),
  );

  it(
    'holds whoever is missing while there is a record without an id, and says so',
    on('list', knowing('a', 'b'), async ({ answerWith, watch }) => {
      const watcher = watch('a', 'b', 'c');
      await watcher.until(({ readings }) => readings.length === 3);
      answerWith(knowing('a', { name: 'Tenant B' }));
      watcher.ask('d');
      await watcher.until(({ kinds }) => kinds.b?.length === 2 && kinds.d !== undefined);
      expect(watcher.kinds).to.deep.equal({
        a: ['license'],
        b: ['license', 'unreadable'],
        c: ['absent', 'unreadable'],
        d: ['unreadable'],
      });
      const [, reading] = watcher.readings.find(([, { kind }]) => kind === 'unreadable')!;
      expect(reading).to.have.property(
        'problem',
        'not listed by its id, but it may be element 2 of the list: record id is undefined, allowed is a string',
      );
      answerWith(knowing('a', 'd'));
      await watcher.until(({ kinds }) => kinds.b?.length === 3);
      expect(watcher.kinds.b).to.deep.equal(['license', 'unreadable', 'absent']);
      expect(watcher.kinds.d).to.deep.equal(['unreadable', 'license']);
    }),
  );

  it(
    'calls a tenant unreadable that is listed twice, and nobody else',
    on('list', knowing('a', 'b', 'a'), async ({ watch }) => {
      const watcher = watch('a', 'b');
      await watcher.until(({ seen }) => seen.length >= 2);
      expect(watcher.kinds).to.deep.equal({ a: ['unreadable'], b: ['license'] });
    }),
  );

  it(
    'has one request in flight at a time, and waits longer and longer while they fail',
    on('list', answering(500, 'x'), async ({ server, answerWith, watch }) => {
      const watcher = watch('a');
      await watcher.until(({ failures }) => failures.length >= 5);
      answerWith(knowing('a'));
      await watcher.until(({ kinds }) => kinds.a !== undefined);
      expect(server.mostInFlight()).to.equal(1);
      expect(server.accepted()).to.equal(1);
    }),
  );

  it(
    'reads the list at once where somebody is to be refreshed, in or out of demand, changed or not',
    on(
      'list',
      knowing('a'),
      async ({ server, watch }) => {
        const watcher = watch('a');
        await watcher.until(({ seen }) => seen.length === 1);
        watcher.refresh('a', 'x', 'a');
        await watcher.until(({ seen }) => seen.length === 2);
        expect(watcher.seen[1]).to.include({ kind: 'sighting', whole: true });
        watcher.refresh('x');
        await watcher.until(({ seen }) => seen.length === 3);
        expect(server.requests).to.have.length(3);
      },
      SELDOM,
    ),
  );

  it(
    'reads the list once more where somebody is to be refreshed while it is read, however many are',
    on(
      'list',
      () => undefined,
      async ({ server, answerWith, watch }) => {
        const held: ServerResponse[] = [];
        answerWith((_, response) => held.push(response));
        const watcher = watch();
        await server.until(() => held.length === 1);
        const refreshedAt = asyncScheduler.now();
        watcher.refresh('a', 'b', 'c');
        answerWith(knowing('a'));
        held[0]!.end('[{"id":"a"}]');
        await watcher.until(({ seen }) => seen.length === 2);
        const [first, second] = watcher.seen;
        expect(first!.at).to.be.at.most(refreshedAt);
        expect(second!.at).to.be.at.least(refreshedAt);
        expect(server.requests).to.have.length(2);
      },
      SELDOM,
    ),
  );

  it(
    'asks for the whole list every ten minutes, whatever the server says about the tag',
    on('list', knowing(), async ({ server, answerWith, watch }) => {
      const etag = '"stale"';
      answerWith((request, response) => {
        if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
        else response.writeHead(200, { etag }).end('[{"id":"a"}]');
      });
      const tags = () => server.requests.map(({ headers }) => headers['if-none-match']);
      await withWallClock(async ({ setBy }) => {
        const watcher = watch('a');
        await watcher.until(({ seen }) => seen.length >= 3);
        expect(new Set(tags().slice(1))).to.deep.equal(new Set([etag]));
        const before = tags().length;
        setBy(600_000);
        await watcher.until(({ seen }) => seen.length >= before + 3);
        expect(
          tags()
            .slice(before + 1)
            .filter((tag) => tag === undefined).length,
        ).to.be.at.most(1);
        expect(
          tags()
            .slice(before)
            .filter((tag) => tag === undefined),
        ).to.have.length(1);
        expect(watcher.failures).to.deep.equal([]);
      });
    }),
  );

  it(
    'tells when a request began, and the clock of the server',
    on(
      'list',
      () => undefined,
      async ({ server, answerWith, watch }) => {
        const held: ServerResponse[] = [];
        answerWith((_, response) => held.push(response));
        const watcher = watch();
        await server.until(() => held.length === 1);
        const heldAt = asyncScheduler.now();
        held[0]!.writeHead(200, { date: 'Sun, 06 Nov 1994 08:49:37 GMT' }).end('[{"id":"a"}]');
        await watcher.until(({ seen }) => seen.length === 1);
        const [seen] = watcher.seen;
        expect(seen!.at).to.be.at.most(heldAt);
        expect(seen).to.include({ clock: Date.UTC(1994, 10, 6, 8, 49, 37) });
      },
      SELDOM,
    ),
  );

  for (const [duration, round] of [
    [3, undefined],
    [49, undefined],
    [60, 160],
    [2500, 2600],
  ] as const) {
    it(`tells how long a round takes where a list takes ${duration} ms and the interval is 100 ms`, async () => {
      const client: HttpClient = {
        get: () =>
          Promise.resolve({
            kind: 'answer',
            status: 200,
            headers: {},
            body: Buffer.from('[{"id":"a"}]'),
            redirectedTo: undefined,
            duration,
          }),
        close: () => Promise.resolve(),
      };
      const options = {
        source: 's',
        client,
        path: '/licenses',
        interval: 100,
        rules: DEFAULT_RULES,
        observer: {},
      };
      const { result } = await firstValueFrom(new LicenseList(options).ask());
      expect(result).to.include({ kind: 'sighting', round });
    });
  }

  it('tells of every request, and once of a record that is nobody s', async () => {
    const reports: RequestReport['result'][] = [];
    const notices: string[] = [];
    const observer = {
      requested: ({ result }: RequestReport): number => reports.push(result),
      noticed: (problem: string): number => notices.push(problem),
    };
    const answers: RequestListener[] = [
      knowing('a', { name: 'B' }),
      knowing('a', { name: 'B' }),
      knowing('a', { name: 'B' }, 'c'),
      answering(500, 'x'),
      knowing('a', 'c'),
      knowing('a', { name: 'B' }, 'c'),
    ];
    const inTurn: RequestListener = (request, response) => {
      (answers.shift() ?? answering(500, 'x'))(request, response);
    };
    const play = on(
      'list',
      inTurn,
      async ({ watch }) => watch().until(({ seen }) => seen.length >= 6),
      { observer },
    );
    await play();
    const told = ['list', 'unchanged', 'list', 'failed', 'list', 'list'];
    expect(reports.slice(0, 6)).to.deep.equal(told);
    const notice = 'element 2 of the list: record id is undefined, allowed is a string';
    expect(notices).to.deep.equal([notice, notice]);
  });
});

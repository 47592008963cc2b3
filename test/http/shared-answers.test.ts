import { expect } from 'chai';
import type { Answer } from '../../src/http/answer.ts';
import { SharedAnswers } from '../../src/http/shared-answers.ts';

describe('shared answers', () => {
  it('are made once for all who ask the same meanwhile, and are never older than the question', async () => {
    const answers = new SharedAnswers();
    let made = 0;
    const make = (): Promise<Answer> =>
      Promise.resolve({ status: 200, type: 'text/plain', body: String(++made) });
    const bodies = async (asking: readonly Promise<Answer>[]): Promise<unknown[]> =>
      (await Promise.all(asking)).map(({ body }) => body);
    expect(await bodies([answers.ask('a', make), answers.ask('a', make)])).to.deep.equal([
      '1',
      '1',
    ]);
    const later = [answers.ask('a', make), answers.ask('a', make), answers.ask('b', make)];
    expect(await bodies(later)).to.deep.equal(['3', '3', '2']);
  });

  it('of one question do not spoil the next when they fail', async () => {
    const answers = new SharedAnswers();
    let isBroken = true;
    const make = (): Promise<Answer> =>
      isBroken
        ? Promise.reject(new Error('broken'))
        : Promise.resolve({ status: 200, type: 'text/plain', body: '' });
    const failed = await answers.ask('a', make).catch((error: unknown) => error);
    expect(failed).to.be.an('error');
    isBroken = false;
    expect((await answers.ask('a', make)).status).to.equal(200);
  });
});

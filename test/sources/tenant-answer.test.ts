import { expect } from 'chai';
import type { Answer } from '../../src/sources/http/exchange.ts';
import { DEFAULT_ANSWER_RULES, interpret } from '../../src/sources/tenant-answer.ts';

const END = Date.UTC(2027, 0, 31);

describe('interpret', () => {
  it('takes a record whose status is not known for one that is over once its period is', () => {
    const record = { id: 'a', status: 'frosty', period_end: '2027-01-31T00:00:00Z' };
    expect(interpret(answer(200, record), 'a', DEFAULT_ANSWER_RULES, END - 1).kind).to.equal(
      'unreadable',
    );
    const over = interpret(answer(200, record), 'a', DEFAULT_ANSWER_RULES, END);
    expect(over.kind === 'license' && over.license.end).to.equal(END);
  });

  it('goes by what the operator says of absences, whatever the status', () => {
    const absence = {
      confirmFor: 1,
      proof: [
        { status: 200, json: { 'errors.0.code': 'customer_not_found' } },
        { status: 410 },
        { status: 404, contentType: 'text/html' },
      ],
    };
    const rules = { ...DEFAULT_ANSWER_RULES, absence };
    const proven = { kind: 'absent', proven: true };
    const missing = answer(200, { data: [], errors: [{ code: 'customer_not_found' }] });
    expect(interpret(missing, 'a', rules, 0)).to.deep.equal(proven);
    expect(interpret(answer(410, ''), 'a', rules, 0)).to.deep.equal(proven);
    const page = { ...answer(404, '<html>'), headers: { 'content-type': 'text/html' } };
    expect(interpret(page, 'a', rules, 0)).to.deep.equal(proven);
    expect(interpret({ ...page, redirectedTo: '/login' }, 'a', rules, 0).kind).to.equal('failed');
    expect(interpret(answer(404, 'Tenant not found'), 'a', rules, 0)).to.deep.equal({
      kind: 'absent',
      proven: false,
    });
  });

  for (const [what, beside] of Object.entries({
    'an end': { period_end: '2020-01-01T00:00:00Z' },
    'an end by another name': { expires_at: '2020-01-01T00:00:00Z' },
    'a status': { status: 'suspended' },
    'a flag against it': { active: false },
    'another record': { license: { period_end: '2020-01-01T00:00:00Z' } },
    'an error': { error: 'license expired' },
  })) {
    it(`takes no record for a license that has ${what} beside it and not in it`, () => {
      const read = interpret(
        answer(200, { tenant: { id: 'a' }, ...beside }),
        'a',
        DEFAULT_ANSWER_RULES,
        0,
      );
      expect(read.kind).to.equal('unreadable');
    });
  }

  it('passes over what stands beside a record and says nothing about it', () => {
    const beside = { tenant: { id: 'a', period_end: null }, request_id: 'x', ok: true };
    expect(interpret(answer(200, beside), 'a', DEFAULT_ANSWER_RULES, 0).kind).to.equal('license');
  });

  it('reads records by the rules of the operator', () => {
    const kindOf = (record: object, over: object) =>
      interpret(answer(200, record), 'a', { ...DEFAULT_ANSWER_RULES, ...over }, 0).kind;
    expect(kindOf({ id: 'a' }, { requireEnd: true })).to.equal('unreadable');
    expect(kindOf({ id: 'a', expiry: 1 }, { ignoreKeys: ['expiry'] })).to.equal('license');
    const statuses = { active: ['frosty'], inactive: [] };
    expect(kindOf({ id: 'a', status: 'frosty' }, { statuses })).to.equal('license');
  });
});

function answer(status: number, body: unknown): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const rest = { headers: {}, redirectedTo: undefined, duration: 1 };
  return { kind: 'answer', status, body: Buffer.from(text), ...rest };
}

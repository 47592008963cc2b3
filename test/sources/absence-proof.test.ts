import { expect } from 'chai';
import { DEFAULT_PROOF, type AbsenceProof } from '../../src/core/absence-proof.ts';
import { provesAbsence } from '../../src/sources/absence-proof.ts';

interface Given {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
}

const proves = (
  { status = 404, type, body = '' }: Given,
  ...proofs: readonly AbsenceProof[]
): boolean => {
  const headers = type === undefined ? {} : { 'content-type': type };
  return provesAbsence({ status, headers, body: Buffer.from(body) }, 'tenant-a', proofs);
};

describe('provesAbsence', () => {
  it("knows the exercise's own answer, and no other, without being told", () => {
    const plain = 'text/plain; charset=utf-8';
    expect(proves({ type: plain, body: 'Tenant not found\n' }, ...DEFAULT_PROOF)).to.equal(true);
    for (const other of [
      { body: 'Tenant not found' },
      { type: 'text/html', body: 'Tenant not found' },
      { type: plain, body: 'Not found' },
      { type: plain, body: 'Tenant not found on this route' },
      { type: plain },
      { type: plain, body: 'Tenant not found', status: 410 },
      { type: plain, body: 'Tenant not found', status: 200 },
    ]) {
      expect(proves(other, ...DEFAULT_PROOF), JSON.stringify(other)).to.equal(false);
    }
  });

  const json =
    '{"error":{"code":"no_such_tenant","status":7},"list":[{"id":"tenant-a"}],"tenant":null}';
  const cases: readonly (readonly [string, AbsenceProof, Given, boolean])[] = [
    ['a status alone', { status: 410 }, { status: 410 }, true],
    ['another status', { status: 410 }, { status: 404 }, false],
    ['a body with the id', { status: 404, body: 'no {tenantId}' }, { body: 'no tenant-a' }, true],
    [
      'a body with another id',
      { status: 404, body: 'no {tenantId}' },
      { body: 'no tenant-b' },
      false,
    ],
    [
      'a type in other letters',
      { status: 404, contentType: 'Text/Plain' },
      { type: 'text/PLAIN;q=1' },
      true,
    ],
    ['a value', { status: 404, json: { 'error.code': 'no_such_tenant' } }, { body: json }, true],
    ['a number', { status: 404, json: { 'error.status': 7 } }, { body: json }, true],
    ['null', { status: 404, json: { tenant: null } }, { body: json }, true],
    [
      'a value in a list',
      { status: 404, json: { 'list.0.id': '{tenantId}' } },
      { body: json },
      true,
    ],
    ['another value', { status: 404, json: { 'error.code': 'gone' } }, { body: json }, false],
    [
      'a value that is not there',
      { status: 404, json: { 'error.x.y': 'gone' } },
      { body: json },
      false,
    ],
    ['null that is not there', { status: 404, json: { constructor: null } }, { body: json }, false],
    ['one of two values', { status: 404, json: { tenant: null, x: 1 } }, { body: json }, false],
    ['no JSON', { status: 404, json: { tenant: null } }, { body: 'tenant' }, false],
    [
      'all but the type',
      { status: 404, contentType: 'a/b', json: { tenant: null } },
      { body: json },
      false,
    ],
  ];
  for (const [what, proof, given, expected] of cases) {
    it(`is ${expected} where ${what} is what is wanted or found`, () => {
      expect(proves(given, proof)).to.equal(expected);
    });
  }

  it('wants one proof of several', () => {
    expect(proves({ body: 'x' }, { status: 404, body: 'y' }, { status: 404, body: 'x' })).to.equal(
      true,
    );
  });
});

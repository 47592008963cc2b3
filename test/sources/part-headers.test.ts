import { expect } from 'chai';
import type { IncomingHttpHeaders } from 'node:http';
import { findPartHeader } from '../../src/sources/list/part-headers.ts';

const PARTS: readonly (readonly [IncomingHttpHeaders, string])[] = [
  [{ link: '</licenses?page=2>; rel="next"' }, 'header link has rel=next'],
  [{ link: '<x>; rel=self, <y>; rel="last next"; title="z"' }, 'header link has rel=next'],
  [{ link: '<x>; rel="prev"' }, 'header link has rel=prev'],
  [{ 'x-total-count': '4' }, 'header x-total-count is 4, and 2 are here'],
  [{ 'x-total': '4' }, 'header x-total is 4, and 2 are here'],
  [{ 'total-count': '4' }, 'header total-count is 4, and 2 are here'],
  [{ 'x-wp-total': '4' }, 'header x-wp-total is 4, and 2 are here'],
  [{ 'x-pagination-total-count': '4' }, 'header x-pagination-total-count is 4, and 2 are here'],
  [{ 'x-next-page': '2' }, 'header x-next-page is 2'],
  [{ 'x-next-cursor': 'abc' }, 'header x-next-cursor is given'],
  [{ 'x-has-more': 'true' }, 'header x-has-more is given'],
  [{ 'x-page': '1', 'x-total-pages': '2' }, 'header x-total-pages is 2'],
  [
    { 'x-pagination': '{"TotalCount":4,"HasNext":true}' },
    'header x-pagination.TotalCount is 4, and 2 are here',
  ],
  [{ 'content-range': 'items 0-1/4' }, 'header content-range is items 0-1/4'],
  [{ 'content-range': '0-1/4' }, 'header content-range is 0-1/4'],
  [{ 'x-ms-continuation': 'abc' }, 'header x-ms-continuation is given'],
  [{ 'content-range': 'items 2-3/4' }, 'header content-range is items 2-3/4'],
  [{ 'content-range': 'items 2-3/*' }, 'header content-range is items 2-3/*'],
  [{ warning: '199 - "Partial results"' }, 'header warning says partial'],
  [{ 'x-partial': 'true' }, 'header x-partial is given'],
  [{ 'x-truncated': '1' }, 'header x-truncated is 1'],
];

const WHOLES: readonly IncomingHttpHeaders[] = [
  { link: '</style.css>; rel=preload, <x>; rel="first", <y>; rel="last"' },
  { link: '<next>; rel="self"; title="next"' },
  { 'x-total-count': '2', 'x-total': '2', 'x-next-page': '', 'x-page': '1', 'x-total-pages': '1' },
  { 'content-range': 'items 0-1/2' },
  { 'content-range': 'items 0-1/*' },
  { warning: '299 - "Deprecated API"' },
  { 'x-pagination': '{"TotalCount":2,"HasNext":false}' },
  { 'x-pagination': '{broken' },
  {
    'content-type': 'application/json',
    'content-length': '4711',
    etag: '"4711"',
    date: 'Sat, 28 Nov 2026 23:39:23 GMT',
    age: '12',
    status: '200 OK',
    'set-cookie': ['a=1', 'b=2'],
    'x-ratelimit-remaining': '99',
    'x-request-id': '7',
    'x-cache-hits': '3',
    'cache-control': 'max-age=60',
    'last-modified': 'Sat, 28 Nov 2026 23:39:23 GMT',
    'x-runtime': '0.12',
  },
];

describe('findPartHeader', () => {
  for (const [headers, sign] of PARTS) {
    it(`finds that ${JSON.stringify(headers)} comes with a part`, () => {
      expect(findPartHeader(headers, 2)).to.equal(sign);
    });
  }

  for (const headers of WHOLES) {
    it(`finds nothing in ${JSON.stringify(headers)}`, () => {
      expect(findPartHeader(headers, 2)).to.equal(undefined);
    });
  }
});

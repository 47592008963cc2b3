import { expect } from 'chai';
import { findPartSign } from '../../src/core/whole-list.ts';

/** What stands around a list of two, and the sign that it is a part. */
const PARTS: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ has_more: true }, 'has_more is true'],
  [{ hasMore: 'true' }, 'hasMore is given'],
  [{ more: true }, 'more is true'],
  [{ hasNextPage: true }, 'hasNextPage is true'],
  [{ has_previous_page: true }, 'has_previous_page is true'],
  [{ moreAvailable: true }, 'moreAvailable is true'],
  [{ next: 'https://secret' }, 'next is given'],
  [{ next: 2 }, 'next is 2'],
  [{ next: { href: '/licenses?page=2' } }, 'next is given'],
  [{ next_page: 2 }, 'next_page is 2'],
  [{ next_cursor: 'abc' }, 'next_cursor is given'],
  [{ nextPageToken: 'abc' }, 'nextPageToken is given'],
  [{ nextToken: 'abc' }, 'nextToken is given'],
  [{ next_offset: '["1","2"]' }, 'next_offset is given'],
  [{ next_page_url: 'x' }, 'next_page_url is given'],
  [{ '@odata.nextLink': 'x' }, '@odata.nextLink is given'],
  [{ nextRecordsUrl: 'x' }, 'nextRecordsUrl is given'],
  [{ previous: 'x', next: null }, 'previous is given'],
  [{ cursor: 'abc' }, 'cursor is given'],
  [{ continuationToken: 'abc' }, 'continuationToken is given'],
  [{ LastEvaluatedKey: { id: 'x' } }, 'LastEvaluatedKey is given'],
  [{ resumptionToken: 'abc' }, 'resumptionToken is given'],
  [{ nextStartIndex: 3 }, 'nextStartIndex is 3'],
  [{ done: false }, 'done is false'],
  [{ finished: false }, 'finished is false'],
  [{ failedTenants: ['c'] }, 'failedTenants is given'],
  [{ skipped_records: 1 }, 'skipped_records is 1'],
  [{ nbHits: 3 }, 'nbHits is 3, and 2 are here'],
  [{ nbPages: 2 }, 'nbPages is 2'],
  [{ 'hydra:totalItems': 3 }, 'hydra:totalItems is 3, and 2 are here'],
  [{ 'hydra:view': { next: 'x' } }, 'hydra:view.next is given'],
  [{ pager: { total: 9 } }, 'pager.total is 9, and 2 are here'],
  [{ meta: { next_page: 2 } }, 'meta.next_page is 2'],
  [{ metadata: { continue: 'abc', remainingItemCount: 2 } }, 'metadata.continue is given'],
  [{ pagination: { has_more: true } }, 'pagination.has_more is true'],
  [{ paging: { cursors: { after: 'x' }, next: 'y' } }, 'paging.cursors.after is given'],
  [{ paging: { next: { after: 'x' } } }, 'paging.next is given'],
  [{ page_info: { hasNextPage: true, endCursor: 'x' } }, 'page_info.hasNextPage is true'],
  [{ links: { self: 'x', next: 'y' } }, 'links.next is given'],
  [{ _links: { next: { href: 'x' } } }, '_links.next is given'],
  [{ links: [{ rel: 'self' }, { rel: 'next', href: 'x' }] }, 'links.rel is "next"'],
  [{ cursors: { next: 'x' } }, 'cursors.next is given'],
  [{ response_metadata: { next_cursor: 'x' } }, 'response_metadata.next_cursor is given'],
  [{ total: 4 }, 'total is 4, and 2 are here'],
  [{ total: '4' }, 'total is 4, and 2 are here'],
  [{ total: { value: 4, relation: 'eq' } }, 'total is 4, and 2 are here'],
  [{ count: 3 }, 'count is 3, and 2 are here'],
  [{ total_count: 4 }, 'total_count is 4, and 2 are here'],
  [{ totalCount: 4 }, 'totalCount is 4, and 2 are here'],
  [{ totalElements: 4 }, 'totalElements is 4, and 2 are here'],
  [{ totalResults: 4 }, 'totalResults is 4, and 2 are here'],
  [{ recordsTotal: 4 }, 'recordsTotal is 4, and 2 are here'],
  [{ meta: { pagination: { total: 4 } } }, 'meta.pagination.total is 4, and 2 are here'],
  [{ page: 1, pages: 2 }, 'pages is 2'],
  [{ page: 2 }, 'page is 2'],
  [{ total_pages: 2 }, 'total_pages is 2'],
  [{ current_page: 1, last_page: 2 }, 'last_page is 2'],
  [{ page: { number: 0, size: 2, totalPages: 2 } }, 'page.totalPages is 2'],
  [{ offset: 2 }, 'offset is 2'],
  [{ first: true, last: false }, 'last is false'],
  [{ truncated: true }, 'truncated is true'],
  [{ isTruncated: true }, 'isTruncated is true'],
  [{ partial: true }, 'partial is true'],
  [{ incomplete_results: true }, 'incomplete_results is true'],
  [{ complete: false }, 'complete is false'],
  [{ timed_out: true }, 'timed_out is true'],
  [{ error: 'shard 2 is down', partial: true }, 'error is given'],
  [{ errors: [{}] }, 'errors is given'],
  [{ success: false }, 'success is false'],
  [{ status: 'partial' }, 'status is given'],
  [{ status: 206 }, 'status is 206'],
];

const WHOLES: readonly Record<string, unknown>[] = [
  {},
  { has_more: false, next: null, total: 2 },
  { done: true, nbHits: 2, nbPages: 1, failed: 0, skipped: [] },
  { resumptionToken: '', 'hydra:totalItems': 2 },
  { hasMore: 'false', next: '', previous: null },
  {
    count: 2,
    total_count: 2,
    totalCount: '2',
    next_page: null,
    next_cursor: '',
    nextPageToken: null,
  },
  { links: { self: 'x', first: 'x', last: 'x', next: null } },
  { _links: { self: { href: 'x' }, next: { href: null } } },
  { links: [{ rel: 'self', href: 'x' }] },
  { page: 1, pages: 1, per_page: 100, total: 2, limit: 100, offset: 0, size: 100 },
  { page: { number: 0, size: 20, totalElements: 2, totalPages: 1 }, first: true, last: true },
  { current_page: 1, last_page: 1, from: 1, to: 2 },
  { startIndex: 1, itemsPerPage: 100, totalResults: 2 },
  { pageInfo: { hasNextPage: false, endCursor: 'x' } },
  { paging: { cursors: {}, next: null, cursor: 'x' } },
  { error: null, errors: [], success: true, status: 'ok', partial: false, truncated: false },
  { status: 200, code: 0, version: 3, generated_at: '2027-01-01', next_update_at: 'soon' },
  { service: { next: '2.0', total: 9 }, count_of_users: 9, remaining: 7 },
  { total: 1 },
];

describe('findPartSign', () => {
  for (const [envelope, sign] of PARTS) {
    it(`finds that ${JSON.stringify(envelope)} stands around a part`, () => {
      expect(findPartSign(envelope, 2)).to.equal(sign);
    });
  }

  for (const envelope of WHOLES) {
    it(`finds nothing in ${JSON.stringify(envelope)}`, () => {
      expect(findPartSign(envelope, 2)).to.equal(undefined);
    });
  }

  it('looks no deeper than envelopes are', () => {
    const deep = { meta: { meta: { meta: { meta: { has_more: true } } } } };
    expect(findPartSign(deep, 2)).to.equal(undefined);
    expect(findPartSign(deep.meta, 2)).to.equal('meta.meta.meta.has_more is true');
  });
});

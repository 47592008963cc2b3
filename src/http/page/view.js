/** What is looked at, as it stands in the address: so that it can be sent to somebody, and survives a reload. */

/**
 * @typedef {object} View
 * @property {string} q a part of the ids that are looked for
 * @property {string} standing '': any
 * @property {number} page from 1
 */

export const STANDINGS = ['', 'licensed', 'unlicensed', 'unknown', 'held'];

/** @returns {View} */
export function readView() {
  const query = new URLSearchParams(location.search);
  const standing = query.get('standing') ?? '';
  return {
    q: query.get('q') ?? '',
    standing: STANDINGS.includes(standing) ? standing : '',
    page: Math.max(1, Math.trunc(Number(query.get('page') ?? 1)) || 1),
  };
}

/** @param {View} view */
export function writeView({ q, standing, page }) {
  const query = new URLSearchParams();
  if (q !== '') query.set('q', q);
  if (standing !== '') query.set('standing', standing);
  if (page > 1) query.set('page', String(page));
  const text = query.toString();
  history.replaceState(null, '', `${location.pathname}${text && `?${text}`}${location.hash}`);
}

/** @param {string} standing */
export const linkToStanding = (standing) => `?standing=${standing}`;

/** The tenant whose details are looked at: `#tenant=tenant-b`. */
export function readTenant() {
  return new URLSearchParams(location.hash.slice(1)).get('tenant') ?? undefined;
}

/** Goes back to the page as it was without a tenant. */
export function leaveTenant() {
  history.replaceState(null, '', `${location.pathname}${location.search}`);
}

/** The sources, highest rank first, with health and age. */
import { el, setContent } from './dom.js';
import { ago, moment, things } from './words.js';

/** @typedef {import('./api.js').Source} Source */

/**
 * @param {HTMLElement} list
 * @param {readonly Source[]} sources lowest rank first, as the API gives them
 */
export function showSources(list, sources) {
  const items = sources.map(itemOf).reverse();
  setContent(list, ...(items.length === 0 ? [el('li', {}, 'No source is configured.')] : items));
}

/** @param {Source} source */
function itemOf(source) {
  const { label, lastSuccessAt, tenants, reason } = source;
  const trouble =
    healthOf(source) === 'failing' && reason !== null
      ? el('p', { class: 'reason' }, reason)
      : undefined;
  const read = lastSuccessAt === null ? 'never read' : el('span', {}, 'read ', ago(lastSuccessAt));
  const facts = el('p', { class: 'hint' }, read, ` · ${things(tenants, 'tenant')}`);
  return el('li', {}, el('p', {}, el('b', {}, label), ' ', healthBadge(source)), facts, trouble);
}

/** @param {Source} source */
function healthOf({ up, tried }) {
  if (!tried) return 'not tried yet';
  return up ? 'works' : 'failing';
}

/** @param {Source} source */
function healthBadge(source) {
  const health = healthOf(source);
  const sign = { works: '✓', failing: '✕', 'not tried yet': '…' }[health];
  const kind = { works: 'good', failing: 'bad', 'not tried yet': 'unknown' }[health];
  const since =
    health === 'failing' && source.failingSince !== null
      ? el('span', {}, ' since ', moment(source.failingSince))
      : undefined;
  return el(
    'span',
    { class: `badge ${kind}` },
    el('span', { 'aria-hidden': 'true', class: 'sign' }, sign),
    el('span', {}, health, since),
  );
}

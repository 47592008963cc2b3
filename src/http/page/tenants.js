/** The table of tenants: one page of them. */
import { el, setContent } from './dom.js';
import { ago, badge, count, NOTHING, upperFirst } from './words.js';

/** @typedef {import('./api.js').TenantRow} TenantRow */

const COLUMNS = [
  'Tenant',
  'Standing',
  'Why',
  'Source',
  'Since',
  'Next change',
  'Replicas',
  'Listeners',
];

/** Where a tenant's details are on this page. @param {string} tenant */
export const linkTo = (tenant) => `#tenant=${encodeURIComponent(tenant)}`;

/**
 * Shows these rows and no others. A tenant that stays keeps its row, and so the focus in it.
 *
 * @param {HTMLElement} body
 * @param {readonly TenantRow[]} tenants
 */
export function showTenants(body, tenants) {
  const before = new Map([...body.children].map((row) => [row.getAttribute('data-tenant'), row]));
  const rows = tenants.map((tenant) => {
    const known = before.get(tenant.tenant);
    const row = known ?? emptyRow(tenant.tenant);
    fillRow(row, tenant, known !== undefined);
    return row;
  });
  const isSame =
    rows.length === body.children.length && rows.every((row, at) => row === body.children[at]);
  if (isSame) return;
  const focused = document.activeElement;
  body.replaceChildren(...rows);
  // Moving an element takes the focus away from it.
  if (focused instanceof HTMLElement && body.contains(focused))
    focused.focus({ preventScroll: true });
}

/** @param {string} tenant */
function emptyRow(tenant) {
  const cells = COLUMNS.map((label, at) => {
    const kind = at > 5 ? { class: 'number' } : {};
    const attributes = { 'data-label': label, ...kind };
    return at === 0
      ? el('th', { scope: 'row', role: 'rowheader', ...attributes })
      : el('td', { role: 'cell', ...attributes });
  });
  return el('tr', { role: 'row', 'data-tenant': tenant }, ...cells);
}

/**
 * @param {Element} row
 * @param {TenantRow} tenant
 * @param {boolean} isOld whether it was shown before: then a change of its standing is pointed out
 */
function fillRow(row, tenant, isOld) {
  const contents = [
    el('a', { href: linkTo(tenant.tenant) }, tenant.tenant),
    badge(tenant.standing, tenant.held),
    whyOf(tenant),
    tenant.source ?? NOTHING,
    ago(tenant.since),
    ago(tenant.until),
    tenant.replicas === null ? NOTHING : count(tenant.replicas),
    count(tenant.listeners),
  ];
  contents.forEach((content, at) => {
    const cell = row.children[at];
    if (cell !== undefined) setContent(cell, content);
  });
  const changed = isOld && row.getAttribute('data-standing') !== tenant.standing;
  row.setAttribute('data-standing', tenant.standing);
  if (changed) pointOut(row);
}

/** The sentence without what the first two columns and the banner say. @param {TenantRow} tenant */
function whyOf({ tenant, standing, sentence }) {
  const head = [`${tenant} is ${standing}: `, `${tenant} `].find((each) =>
    sentence.startsWith(each),
  );
  const [why = ''] = sentence.slice(head?.length ?? 0).split('; held, because ');
  return upperFirst(why);
}

/** Restarts the animation of the style sheet. @param {Element} row */
function pointOut(row) {
  row.classList.remove('changed');
  requestAnimationFrame(() => {
    row.classList.add('changed');
  });
}

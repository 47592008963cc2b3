/** The filter by standing, and the pages of what was found. */
import { byId, el, setText } from './dom.js';
import { STANDINGS } from './view.js';
import { count, things, upperFirst } from './words.js';

/** @typedef {import('./api.js').TenantPage} TenantPage */
/** @typedef {import('./view.js').View} View */

/**
 * @param {HTMLElement} fieldset
 * @param {(standing: string) => void} onChoice
 */
export function createFilter(fieldset, onChoice) {
  const choices = STANDINGS.map((standing) => {
    const radio = el('input', { type: 'radio', name: 'standing', value: standing });
    radio.addEventListener('change', () => {
      onChoice(standing);
    });
    const number = el('span', { class: 'count' });
    const label = el('label', {}, radio, upperFirst(standing || 'all'), ' ', number);
    fieldset.append(label);
    return { standing, radio, number };
  });
  return {
    /**
     * @param {string} chosen
     * @param {TenantPage | undefined} page
     */
    show: (chosen, page) => {
      for (const { standing, radio, number } of choices) {
        if (radio.checked !== (standing === chosen)) radio.checked = standing === chosen;
        setText(number, page === undefined ? '' : count(countOf(standing, page)));
      }
    },
  };
}

/**
 * @param {string} standing
 * @param {TenantPage} page
 */
function countOf(standing, { counts }) {
  if (standing === '') return counts.licensed + counts.unlicensed + counts.unknown;
  return counts[/** @type {keyof typeof counts} */ (standing)] ?? 0;
}

/**
 * Says what was found, and where in it the page is.
 *
 * @param {TenantPage | undefined} found
 * @param {View} view
 */
export function showFound(found, { q, standing, page }) {
  if (found === undefined) return;
  const { total, size } = found;
  const last = Math.max(1, Math.ceil(total / size));
  const like = q === '' ? '' : ` with “${q}” in the id`;
  const which = standing === '' ? 'tenant' : `${standing} tenant`;
  setText(
    byId('found', HTMLElement),
    total === 0 ? `No ${which}${like}.` : `${things(total, which)}${like}`,
  );
  byId('pages', HTMLElement).hidden = last === 1;
  setText(byId('page', HTMLElement), `page ${count(page)} of ${count(last)}`);
  byId('previous', HTMLButtonElement).disabled = page <= 1;
  byId('next', HTMLButtonElement).disabled = page >= last;
}

/** What a hand or a keyboard does to the page. */
import { byId } from './dom.js';

/** @typedef {import('./view.js').View} View */

/** A pause in typing after which it is looked for. */
const TYPED = 120;

/**
 * @param {View} view is changed by what is typed
 * @param {(page: number) => void} turnTo
 * @param {() => void} draw draws the timeline of the period that was chosen
 */
export function wireControls(view, turnTo, draw) {
  const search = byId('search', HTMLInputElement);
  search.value = view.q;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      view.q = search.value.trim();
      turnTo(1);
    }, TYPED);
  });
  byId('previous', HTMLButtonElement).addEventListener('click', () => {
    turnTo(view.page - 1);
  });
  byId('next', HTMLButtonElement).addEventListener('click', () => {
    turnTo(view.page + 1);
  });
  for (const radio of document.querySelectorAll('input[name=period]')) {
    radio.addEventListener('change', draw);
  }
  wireShortcut(search);
}

/** A slash goes to the search, unless it is typed somewhere. @param {HTMLInputElement} search */
function wireShortcut(search) {
  const dialog = byId('detail', HTMLDialogElement);
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || dialog.open || event.target === search) return;
    event.preventDefault();
    search.focus();
  });
}

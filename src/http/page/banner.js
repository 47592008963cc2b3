/** The banner, and whether what is shown is live. */
import { el, setContent, setText } from './dom.js';
import { linkToStanding } from './view.js';

/** @typedef {import('./troubles.js').Trouble} Trouble */

/**
 * @param {HTMLElement} banner
 * @param {readonly Trouble[]} troubles
 */
export function showTroubles(banner, troubles) {
  banner.classList.toggle('fine', troubles.length === 0);
  if (troubles.length === 0) {
    const all = 'no source fails, nothing is held, whatever polls has a stream.';
    setContent(banner, el('p', {}, el('b', {}, 'No trouble: '), all));
    return;
  }
  const list = banner.querySelector('ul') ?? el('ul');
  if (list.parentElement === null) banner.replaceChildren(list);
  const before = new Map([...list.children].map((item) => [item.getAttribute('data-key'), item]));
  // An item that stays is the same element: a screen reader says what is new, and not all of it again.
  let last = /** @type {Element | null} */ (null);
  for (const { key, sentence, standing } of troubles) {
    const item = before.get(key) ?? el('li', { 'data-key': key });
    before.delete(key);
    setContent(item, sentence, standing === undefined ? '.' : ': ', ...show(standing));
    if (item.parentElement === null)
      list.insertBefore(item, last?.nextSibling ?? (last ? null : list.firstChild));
    last = item;
  }
  for (const gone of before.values()) gone.remove();
}

/** @param {string | undefined} standing */
const show = (standing) =>
  standing === undefined ? [] : [el('a', { href: linkToStanding(standing) }, 'show them')];

/**
 * @param {HTMLElement} place
 * @param {boolean} isLive
 */
export function showLive(place, isLive) {
  place.setAttribute('data-live', isLive ? 'yes' : 'no');
  setText(place, isLive ? 'live' : 'not live');
}

/**
 * Reads out what happened, a few seconds' worth at a time: a screen reader that is told each of a
 * thousand transitions says nothing else any more.
 *
 * @param {HTMLElement} place
 * @returns {(sentence: string) => void}
 */
export function createAnnouncer(place) {
  /** @type {string[]} */
  let waiting = [];
  setInterval(() => {
    if (waiting.length === 0) return;
    setText(place, waiting.length > 3 ? `${waiting.length} transitions` : waiting.join('. '));
    waiting = [];
  }, 3000);
  return (sentence) => {
    waiting.push(sentence);
  };
}

/** How times, spans, counts and standings read. */
import { el } from './dom.js';

/** @typedef {import('./api.js').Status} Status */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What stands for "not known". */
export const NOTHING = '–';

const counts = new Intl.NumberFormat('en');
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const shortClock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** @param {number} number */
export const count = (number) => counts.format(number);

/**
 * A count of things: `1 tenant`, `1,204 tenants`.
 *
 * @param {number} number
 * @param {string} thing in the singular
 */
export const things = (number, thing) => `${count(number)} ${thing}${number === 1 ? '' : 's'}`;

/** @param {string} text */
export const upperFirst = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {number} at */
export const clockOf = (at) => clock.format(at);

/** @param {number} at */
export const shortClockOf = (at) => shortClock.format(at);

/**
 * How long something takes, in its two largest units: `4 s`, `3 min 20 s`, `2 d 5 h`.
 *
 * @param {number} millis
 */
export function span(millis) {
  const whole = Math.max(0, Math.round(millis / SECOND)) * SECOND;
  if (whole < MINUTE) return `${whole / SECOND} s`;
  if (whole < 10 * MINUTE) return two(whole, MINUTE, 'min', SECOND, 's');
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < DAY) return two(whole, HOUR, 'h', MINUTE, 'min');
  return whole < 10 * DAY ? two(whole, DAY, 'd', HOUR, 'h') : `${count(Math.floor(whole / DAY))} d`;
}

/**
 * @param {number} millis
 * @param {number} large
 * @param {string} largeUnit
 * @param {number} small
 * @param {string} smallUnit
 */
function two(millis, large, largeUnit, small, smallUnit) {
  const rest = Math.floor((millis % large) / small);
  const head = `${Math.floor(millis / large)} ${largeUnit}`;
  return rest === 0 ? head : `${head} ${rest} ${smallUnit}`;
}

/** The server's clock, as far as its last answer told: ages are right even where this machine's clock is not. */
let ahead = 0;

/** @param {string} at what the server said its time was, a moment ago */
export function setServerTime(at) {
  ahead = Date.parse(at) - Date.now();
}

/** The time now, by the server's clock. */
export const now = () => Date.now() + ahead;

/**
 * A time, as told relative to now; `tick` keeps it right.
 *
 * @param {string | null} at RFC 3339
 */
export function ago(at) {
  if (at === null) return NOTHING;
  const time = el('time', { datetime: at, 'data-relative': '' });
  time.title = `${date.format(Date.parse(at))}, UTC ${at}`;
  time.textContent = relative(Date.parse(at));
  return time;
}

/**
 * A time by the clock: the hour of today, or the date.
 *
 * @param {string} at RFC 3339
 */
export function moment(at) {
  const instant = Date.parse(at);
  const isToday = new Date(instant).toDateString() === new Date(now()).toDateString();
  const time = el('time', { datetime: at, title: `UTC ${at}` });
  time.textContent = isToday ? clock.format(instant) : date.format(instant);
  return time;
}

/** @param {number} instant */
function relative(instant) {
  const away = instant - now();
  return away > 0 ? `in ${span(away)}` : `${span(-away)} ago`;
}

/** Brings every time that is told relative to now up to date. */
export function tick() {
  /** @type {NodeListOf<HTMLTimeElement>} */
  const times = document.querySelectorAll('time[data-relative]');
  for (const time of times) {
    const text = relative(Date.parse(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}

/** A sign of its own for each standing, for those who can't tell the colors. */
const SIGNS = { licensed: '●', unlicensed: '○', unknown: '?' };

/**
 * A standing with its sign, and whether it is held.
 *
 * @param {Status} standing
 * @param {boolean} held
 */
export function badge(standing, held = false) {
  const sign = el('span', { 'aria-hidden': 'true', class: 'sign' }, SIGNS[standing]);
  const mark = el('span', { class: `badge ${standing}` }, sign, standing);
  if (!held) return mark;
  const title = 'Its source can’t be read: what was known last stands';
  return el(
    'span',
    { class: 'badges' },
    mark,
    ' ',
    el('span', { class: 'badge held', title }, 'held'),
  );
}

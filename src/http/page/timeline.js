/** The picture of who was licensed when. */
import { el, setContent, svg } from './dom.js';
import { tally } from './lanes.js';
import { linkTo } from './tenants.js';
import { clockOf, shortClockOf, things } from './words.js';

/** @typedef {import('./api.js').Transition} Transition */
/** @typedef {import('./lanes.js').Lane} Lane */
/** @typedef {import('./lanes.js').Period} Period */
/** @typedef {import('./lanes.js').Segment} Segment */

/** The pictures are stretched to the width that there is; heights are pixels. */
const WIDTH = 1000;
const LANE = 20;
const BARS = 44;
const PARTS = 60;

/**
 * @param {HTMLElement} place
 * @param {{ lanes: readonly Lane[], changed: number, history: readonly Transition[], period: Period, step: number }} shown
 *   `step`: millis between two marks of the time axis
 */
export function showTimeline(place, { lanes, changed, history, period, step }) {
  const marks = marksOf(period, step);
  const more = changed - lanes.length;
  setContent(
    place,
    legend(),
    el(
      'div',
      { class: 'lane all' },
      el('span', { class: 'who' }, 'all tenants'),
      bars(history, period, marks),
    ),
    el(
      'ol',
      { class: 'lanes' },
      ...lanes.map((lane) =>
        el(
          'li',
          { class: 'lane' },
          el('a', { class: 'who', href: linkTo(lane.tenant) }, lane.tenant),
          lanePicture(lane, period, marks),
        ),
      ),
    ),
    axis(period, marks),
    el('p', { class: 'hint' }, ...remarks(history, period, more)),
  );
}

/**
 * One lane: a full bar where licensed, a thin one where not, nothing where nothing is known.
 *
 * @param {Lane} lane
 * @param {Period} period
 * @param {readonly number[]} marks
 */
export function lanePicture({ tenant, segments }, period, marks) {
  const label = `${tenant}: ${segments.map(inWords).join(', ') || 'not known in this period'}`;
  return picture(
    LANE,
    label,
    ...grid(period, marks, LANE),
    ...segments.map((segment) => rectOf(segment, period)),
  );
}

/**
 * @param {Segment} segment
 * @param {Period} period
 */
function rectOf(segment, period) {
  const x = xOf(segment.from, period);
  const isOn = segment.standing === 'licensed';
  const size = {
    x: x.toFixed(1),
    width: Math.max(1, xOf(segment.to, period) - x).toFixed(1),
    y: isOn ? '3' : '8',
    height: isOn ? '14' : '4',
  };
  return svg(
    'rect',
    { class: `is-${segment.standing}`, ...size },
    svg('title', {}, inWords(segment)),
  );
}

/** @param {Segment} segment */
function inWords({ standing, from, to }) {
  return `${standing} from ${clockOf(from)} to ${clockOf(to)}`;
}

/**
 * Up: became licensed. Down: ceased to be.
 *
 * @param {readonly Transition[]} history
 * @param {Period} period
 * @param {readonly number[]} marks
 */
function bars(history, period, marks) {
  const { begun, ended } = tally(history, period, PARTS);
  const most = Math.max(1, ...begun, ...ended);
  const half = BARS / 2;
  const bar = (
    /** @type {number} */ number,
    /** @type {number} */ at,
    /** @type {string} */ kind,
  ) => {
    if (number === 0) return [];
    const height = Math.max(3, (number / most) * (half - 2));
    const y = kind === 'licensed' ? half - 1 - height : half + 1;
    const size = {
      x: String(((at + 0.12) * WIDTH) / PARTS),
      width: String((0.76 * WIDTH) / PARTS),
      y: y.toFixed(1),
      height: height.toFixed(1),
    };
    const what = `${things(number, 'tenant')} ${kind === 'licensed' ? 'became licensed' : 'ceased to be licensed'}`;
    return [svg('rect', { class: `is-${kind}`, ...size }, svg('title', {}, what))];
  };
  const sum = (/** @type {number[]} */ all) => all.reduce((a, b) => a + b, 0);
  return picture(
    BARS,
    `all tenants: ${sum(begun)} times one became licensed, ${sum(ended)} times one ceased to be`,
    ...grid(period, marks, BARS),
    svg('line', { class: 'zero', x1: '0', x2: String(WIDTH), y1: String(half), y2: String(half) }),
    ...begun.flatMap((number, at) => bar(number, at, 'licensed')),
    ...ended.flatMap((number, at) => bar(number, at, 'unlicensed')),
  );
}

/**
 * @param {number} height
 * @param {string} label
 * @param {SVGElement[]} children
 */
function picture(height, label, ...children) {
  const attributes = { role: 'img', 'aria-label': label, preserveAspectRatio: 'none' };
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${height}`, height: String(height), ...attributes },
    ...children,
  );
}

/**
 * @param {Period} period
 * @param {readonly number[]} marks
 * @param {number} height
 */
function grid(period, marks, height) {
  return marks.map((mark) => {
    const x = xOf(mark, period).toFixed(1);
    return svg('line', { class: 'grid', x1: x, x2: x, y1: '0', y2: String(height) });
  });
}

/**
 * @param {Period} period
 * @param {readonly number[]} marks
 */
export function axis(period, marks) {
  // At the very edges there is no room for a label.
  const roomy = marks.filter((mark) => Math.abs(xOf(mark, period) / WIDTH - 0.5) < 0.46);
  const labels = roomy.map((mark) => {
    const label = el('span', {}, shortClockOf(mark));
    label.style.setProperty('left', `${((xOf(mark, period) / WIDTH) * 100).toFixed(2)}%`);
    return label;
  });
  return el(
    'div',
    { class: 'lane', 'aria-hidden': 'true' },
    el('span'),
    el('div', { class: 'axis' }, ...labels),
  );
}

/**
 * Round times in the period, by the clock of whoever looks.
 *
 * @param {Period} period
 * @param {number} step
 */
export function marksOf({ from, to }, step) {
  const offset = new Date(to).getTimezoneOffset() * 60_000;
  const first = Math.ceil((from - offset) / step) * step + offset;
  const length = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length }, (_, at) => first + at * step);
}

/**
 * @param {number} instant
 * @param {Period} period
 */
function xOf(instant, { from, to }) {
  return ((instant - from) / (to - from)) * WIDTH;
}

function legend() {
  const key = (/** @type {string} */ kind, /** @type {string} */ text) =>
    el(
      'span',
      { class: 'key' },
      el('span', { class: `swatch is-${kind}`, 'aria-hidden': 'true' }),
      text,
    );
  return el(
    'p',
    { class: 'legend' },
    key('licensed', 'licensed'),
    key('unlicensed', 'not licensed'),
    key('unknown', 'not known'),
  );
}

/**
 * @param {readonly Transition[]} history
 * @param {Period} period
 * @param {number} more
 */
function remarks(history, period, more) {
  const first = history[0];
  const start = first === undefined ? period.to : Date.parse(first.at);
  return [
    ...(more > 0 ? [`${things(more, 'more tenant')} changed in this time. `] : []),
    ...(first === undefined ? ['No transition so far.'] : []),
    ...(first !== undefined && start > period.from
      ? [`No transition before ${clockOf(start)} is kept.`]
      : []),
  ];
}

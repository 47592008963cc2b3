/** All about one tenant: the dialog that answers "why". */
import { el, setContent } from './dom.js';
import { laneOf } from './lanes.js';
import { axis, lanePicture, marksOf } from './timeline.js';
import { ago, badge, count, moment, NOTHING, now, span } from './words.js';

/** @typedef {import('./api.js').ScaledObject} ScaledObject */
/** @typedef {import('./api.js').SourceWord} SourceWord */
/** @typedef {import('./api.js').TenantDetail} TenantDetail */
/** @typedef {import('./api.js').Transition} Transition */
/** @typedef {import('./dom.js').Child} Child */

const DAY = 24 * 3_600_000;
const MARKS = 6 * 3_600_000;

/**
 * @param {HTMLElement} body
 * @param {TenantDetail} detail
 */
export function showDetail(body, detail) {
  setContent(
    body,
    el('p', { class: 'verdict' }, badge(detail.standing, detail.held), ' ', detail.sentence),
    detail.why === null || detail.sentence.includes(detail.why)
      ? undefined
      : el('p', { class: 'why' }, detail.why),
    ...detail.remarks.map((remark) => el('p', { class: 'why' }, remark)),
    facts(detail),
    ...part('The last day', picture(detail)),
    ...part('What each source says', sourcesList(detail.sources)),
    ...part('ScaledObjects that ask about it', scaledObjectList(detail.scaledObjects)),
    ...part('The last transitions', transitionList(detail.transitions)),
  );
}

/**
 * @param {HTMLElement} body
 * @param {string} sentence
 */
export function showNoDetail(body, sentence) {
  setContent(body, el('p', {}, sentence));
}

/**
 * @param {string} title
 * @param {Child} content
 */
const part = (title, content) => [el('h3', {}, title), content];

/** @param {TenantDetail} detail */
function facts(detail) {
  /** @type {[string, Child][]} */
  const rows = [
    ['Decided by', detail.source ?? NOTHING],
    ['Rule', detail.reason],
    ['Certainty', detail.certainty],
    ['Since', ago(detail.since)],
    ['Replicas', detail.replicas === null ? NOTHING : count(detail.replicas)],
    ['Listeners', count(detail.listeners)],
    ['Next change', nextOf(detail)],
  ];
  return el(
    'dl',
    { class: 'facts' },
    ...rows.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}

/** @param {TenantDetail} detail */
function nextOf({ next, until }) {
  if (next === null) return until === null ? 'none known' : ago(until);
  return el('span', {}, ago(next.at), ': ', next.what);
}

/** @param {TenantDetail} detail */
function picture(detail) {
  // To the minute, so that the picture does not change with every look at it.
  const to = Math.ceil(now() / 60_000) * 60_000;
  const period = { from: to - DAY, to };
  const marks = marksOf(period, MARKS);
  const transitions = [...detail.transitions].reverse();
  const start = Date.parse(transitions[0]?.at ?? '');
  const lane = laneOf(detail.tenant, transitions, detail, period, start);
  return el(
    'div',
    { class: 'timeline wide' },
    lanePicture(lane, period, marks),
    axis(period, marks),
  );
}

/** @param {readonly SourceWord[]} sources */
function sourcesList(sources) {
  const items = sources.map(({ label, says, readAt, ageSeconds, trouble, decides }) =>
    el(
      'li',
      decides ? { class: 'decides' } : {},
      el(
        'p',
        {},
        el('b', {}, label),
        ...(decides ? [' ', el('span', { class: 'badge good' }, 'decides')] : []),
      ),
      el('p', {}, says),
      el('p', { class: 'hint' }, 'read ', readAt === null ? ageOf(ageSeconds) : ago(readAt)),
      trouble === null ? undefined : el('p', { class: 'reason' }, trouble),
    ),
  );
  return el('ol', { class: 'sources' }, ...items);
}

/** @param {number | null} seconds */
const ageOf = (seconds) => (seconds === null ? 'never' : `${span(seconds * 1000)} ago`);

/** @param {TenantDetail['scaledObjects']} scaledObjects */
function scaledObjectList(scaledObjects) {
  if (scaledObjects.length === 0) return el('p', {}, 'None: nothing follows what is decided here.');
  return el('ul', { class: 'sources' }, ...scaledObjects.map(scaledObjectItem));
}

/** @param {TenantDetail['scaledObjects'][number]} scaledObject */
function scaledObjectItem(scaledObject) {
  const { namespace, name, peer, openSince, says } = scaledObject;
  const { lastSaid, lastSaidAt, lastPollAt, polls, lastAnswer, lastAct, lastActAt } = scaledObject;
  const stream =
    openSince === null
      ? el('span', { class: 'badge bad' }, 'no stream')
      : el('span', { class: 'badge good' }, 'stream open, since ', ago(openSince));
  return el(
    'li',
    {},
    el('p', {}, el('b', {}, `${namespace}/${name}`), ' ', stream),
    el('p', {}, kedaOf(scaledObject), peer === null ? '' : ` at ${peer}`, triggerOf(scaledObject)),
    el('p', {}, 'is answered ', el('b', {}, says)),
    el(
      'p',
      {},
      'was sent ',
      lastSaid === null ? 'nothing yet' : el('b', {}, String(lastSaid)),
      ...after(lastSaidAt),
    ),
    el(
      'p',
      { class: 'hint' },
      ...(lastPollAt === null
        ? ['never polled']
        : [`polled ${count(polls)} times, last `, ago(lastPollAt)]),
      lastAnswer === null ? '' : `, answered ${lastAnswer}`,
    ),
    lastAct === null ? undefined : el('p', {}, lastAct, ...after(lastActAt)),
  );
}

/** @param {ScaledObject} scaledObject */
function kedaOf({ kedaVersion, userAgent }) {
  if (kedaVersion !== null) return el('span', { title: userAgent ?? '' }, `KEDA ${kedaVersion}`);
  return userAgent ?? 'a client that does not say what it is';
}

/** @param {ScaledObject} scaledObject */
function triggerOf({ trigger: { service, replicas } }) {
  const asks = [
    ...(service === null ? [] : [`service ${service}`]),
    ...(replicas === null ? [] : [`replicas ${replicas}`]),
  ];
  return asks.length === 0 ? '' : `, trigger: ${asks.join(', ')}`;
}

/** @param {string | null} at */
const after = (at) => (at === null ? [] : [' ', ago(at)]);

/** @param {readonly Transition[]} transitions */
function transitionList(transitions) {
  if (transitions.length === 0) return el('p', {}, 'None since license-scaler was started.');
  return el('ol', { class: 'log' }, ...transitions.map(transitionItem));
}

/** A transition in a line. @param {Transition} transition */
export function transitionItem({ at, from, to, sentence, source }) {
  const change = from === to ? [badge(to)] : [badge(from), ' → ', badge(to)];
  return el('li', {}, moment(at), ' ', ...change, ` ${sentence}`, by(source));
}

/** @param {string | null} source */
const by = (source) => (source === null ? '' : `, says the ${source}`);

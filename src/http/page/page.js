/** The status page: what it asks, when, and where it shows it. */
import { ApiError, askScaledObjects, askSources, askTenant, askTenants, parse } from './api.js';
import { createAnnouncer, showLive, showTroubles } from './banner.js';
import { showDetail, showNoDetail, transitionItem } from './detail.js';
import { byId, setContent, setText } from './dom.js';
import { createFilter, showFound } from './finder.js';
import { wireControls } from './controls.js';
import { nothingKnown, Transitions } from './known.js';
import { lanesOf } from './lanes.js';
import { listen } from './live.js';
import { createPaced } from './paced.js';
import { showSources } from './sources.js';
import { showTenants } from './tenants.js';
import { showTimeline } from './timeline.js';
import { troublesOf } from './troubles.js';
import { leaveTenant, readTenant, readView, writeView } from './view.js';
import { clockOf, now, setServerTime, tick } from './words.js';

/** @typedef {import('./api.js').Transition} Transition */
/** @typedef {import('./live.js').Message} Message */

const SIZE = 50;
const LANES = 10;
const HOUR = 3_600_000;
/** What events set off is asked for at most this often: fifty open pages are to be no burden. */
const PACE = 3000;
const SLOW = 30_000;
/** For each ScaledObject in the list, which is read as a whole. */
const EACH = 15;
const PERIODS = {
  hour: { length: HOUR, step: HOUR / 6 },
  day: { length: 24 * HOUR, step: 4 * HOUR },
};

const element = (/** @type {string} */ id) => byId(id, HTMLElement);
const dialog = byId('detail', HTMLDialogElement);
const announce = createAnnouncer(element('announcer'));

const view = readView();
const known = nothingKnown();
const transitions = new Transitions();
/** What could not be read at the last attempt, by what it is. @type {Map<string, string>} */
const unread = new Map();
/** @type {{ notLive: string | undefined, lostAt: number | undefined }} */
const line = { notLive: 'Connecting', lostAt: undefined };

const filter = createFilter(element('filter'), (standing) => {
  view.standing = standing;
  turnTo(1);
});

/**
 * Does a reading; what it can't read is named in the banner, and what was shown stays.
 *
 * @param {string} what
 * @param {(signal: AbortSignal) => Promise<void>} read
 * @param {() => number} pause
 */
const reading = (what, read, pause = () => PACE) =>
  createPaced(async (signal) => {
    try {
      await read(signal);
      unread.delete(what);
    } catch (error) {
      // Another one took its place.
      if (signal.aborted) return;
      unread.set(what, error instanceof ApiError ? error.message : `${what} can’t be read`);
    }
    showBanner();
  }, pause);

const tenants = reading('the tenants', async (signal) => {
  const page = await askTenants({ ...view, size: SIZE }, signal);
  const last = Math.max(1, Math.ceil(page.total / SIZE));
  known.tenants = page;
  setServerTime(page.at);
  setText(element('revision'), String(page.revision));
  if (view.page > last) {
    turnTo(last);
    return;
  }
  showTenants(element('tenants'), page.tenants);
  showTenantCounts();
  drawn.soon();
});

const sources = reading('the sources', async () => {
  known.sources = await askSources();
  showSources(element('sources'), known.sources);
});

const scaledObjects = reading(
  'the ScaledObjects',
  async () => {
    known.scaledObjects = await askScaledObjects();
  },
  () => SLOW + EACH * (known.scaledObjects?.length ?? 0),
);

const detail = reading('the tenant', async () => {
  const tenant = readTenant();
  if (tenant === undefined) return;
  const body = element('detail-body');
  try {
    const report = await askTenant(tenant);
    if (tenant === readTenant()) showDetail(body, report);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    const nothing = `Nothing is known about ${tenant}, and nobody asks about it`;
    showNoDetail(
      body,
      `${nothing}: the id is another, or KEDA is not connected, or to another replica.`,
    );
  }
});

const drawn = createPaced(
  () => {
    drawTimeline();
    return Promise.resolve();
  },
  () => 500,
);

function drawTimeline() {
  /** @type {HTMLInputElement | null} */
  const chosen = document.querySelector('input[name=period]:checked');
  const { length, step } = chosen?.value === 'day' ? PERIODS.day : PERIODS.hour;
  const to = now();
  const period = { from: to - length, to };
  const sought = view.q.toLowerCase();
  const isWanted = (/** @type {string} */ tenant) => tenant.toLowerCase().includes(sought);
  const history = transitions.all;
  const chart = lanesOf(history, known.tenants?.tenants ?? [], period, isWanted, LANES);
  showTimeline(element('timeline'), { ...chart, history, period, step });
  setContent(element('changes'), ...history.slice(-20).reverse().map(transitionItem));
}

function showTenantCounts() {
  filter.show(view.standing, known.tenants);
  showFound(known.tenants, view);
}

function showBanner() {
  showLive(element('live'), line.notLive === undefined);
  if (line.notLive !== undefined && line.lostAt === undefined) return;
  const troubles = troublesOf(
    {
      notLive: line.notLive,
      // When nothing is live, that says it all.
      unread: line.notLive === undefined ? [...unread.values()][0] : undefined,
      sources: known.sources ?? [],
      tenants: known.tenants,
      scaledObjects: known.scaledObjects ?? [],
    },
    now(),
  );
  const { tenants: rows, sources: states, scaledObjects: clients } = known;
  const isAllRead = rows !== undefined && states !== undefined && clients !== undefined;
  // That there is no trouble is said when it is known.
  if (troubles.length > 0 || isAllRead) showTroubles(element('trouble'), troubles);
}

/** @param {number} page */
function turnTo(page) {
  view.page = page;
  writeView(view);
  tenants.now();
}

function showTenant() {
  const tenant = readTenant();
  if (tenant === undefined) {
    dialog.close();
    return;
  }
  setText(element('detail-title'), tenant);
  showNoDetail(element('detail-body'), 'Reading…');
  if (!dialog.open) dialog.showModal();
  element('detail-title').focus();
  detail.now();
}

function readAll() {
  for (const each of [tenants, sources, scaledObjects, detail]) each.soon();
}

/** @param {Message} message */
function take({ event, data }) {
  if (event === 'source') {
    for (const each of [sources, tenants, detail]) each.soon();
  }
  if (event !== 'transition') return;
  const transition = /** @type {Transition} */ (parse(data));
  if (!transitions.add(transition)) return;
  drawn.soon();
  // The history that comes at the beginning is no news.
  if (Date.parse(transition.at) < now() - SLOW) return;
  announce(transition.sentence);
  tenants.soon();
  if (transition.tenant === readTenant()) detail.soon();
}

const listener = {
  onOpen: () => {
    line.notLive = line.lostAt = undefined;
    showBanner();
    readAll();
  },
  onMessage: take,
  onLost: (/** @type {string} */ why) => {
    line.lostAt ??= Date.now();
    const shown = known.tenants === undefined ? '' : '; what is shown is from before';
    line.notLive = `Not live since ${clockOf(line.lostAt)}, for ${why}${shown}, and it is tried again`;
    showBanner();
  },
};

wireControls(view, turnTo, drawTimeline);
dialog.addEventListener('close', leaveTenant);
window.addEventListener('hashchange', showTenant);
setText(element('zone'), Intl.DateTimeFormat().resolvedOptions().timeZone);
filter.show(view.standing, undefined);
showTenant();
setInterval(tick, 1000);
setInterval(() => {
  showBanner();
  // Tenants are asked about one by one when their source is back, and no event tells of each.
  if (line.notLive === undefined && (known.tenants?.counts.held ?? 0) > 0) tenants.soon();
}, 5000);
setInterval(() => {
  if (line.notLive !== undefined) return;
  readAll();
  drawn.soon();
}, SLOW);
void listen('api/events', listener);

/** What is wrong, in sentences, worst first. Pure: what the banner says can be tested without a page. */
import { clockOf, count, things, upperFirst } from './words.js';

/** @typedef {import('./api.js').ScaledObject} ScaledObject */
/** @typedef {import('./api.js').Source} Source */
/** @typedef {import('./api.js').TenantPage} TenantPage */

/**
 * What is known, as far as anything is.
 *
 * @typedef {object} Known
 * @property {string | undefined} notLive why nothing is live; undefined: it is
 * @property {string | undefined} unread what could not be read
 * @property {readonly Source[]} sources
 * @property {TenantPage | undefined} tenants
 * @property {readonly ScaledObject[]} scaledObjects
 */

/** @typedef {{ key: string, sentence: string, standing?: string }} Trouble */

/** A poll longer ago than this was the last one: the ScaledObject is gone. */
const GONE = 15 * 60_000;
/** Until it has polled as often, its first stream may be on its way. */
const POLLS = 2;

/**
 * @param {Known} known
 * @param {number} now
 * @returns {Trouble[]}
 */
export function troublesOf(known, now) {
  return [
    ...(known.notLive === undefined ? [] : [{ key: 'live', sentence: known.notLive }]),
    ...(known.unread === undefined ? [] : [{ key: 'unread', sentence: known.unread }]),
    ...known.sources.flatMap(troubleOfSource),
    ...troubleOfTenants(known),
    ...withoutStream(known.scaledObjects, now),
    ...oldKeda(known.scaledObjects),
  ];
}

/**
 * @param {Source} source
 * @returns {Trouble[]}
 */
function troubleOfSource({ source, label, up, tried, failingSince, reason }) {
  if (up !== false || !tried) return [];
  // The time that it began, and not how long ago that is: what changes all the time is read out all the time.
  const begun = failingSince === null ? '' : ` since ${clockOf(Date.parse(failingSince))}`;
  const why = reason === null ? '' : `: ${reason}`;
  return [{ key: `source ${source}`, sentence: `${upperFirst(label)} has failed${begun}${why}` }];
}

/**
 * @param {Known} known
 * @returns {Trouble[]}
 */
function troubleOfTenants({ tenants }) {
  if (tenants === undefined) return [];
  const { causes } = tenants;
  const heldMeans = 'what was known last stands, and nothing is started or stopped';
  const unknownMeans = 'KEDA is answered UNAVAILABLE and leaves the replicas as they are';
  return causes.map(({ standing, cause, tenants: number }) => ({
    key: `${standing} ${cause}`,
    standing,
    sentence: `${areTenants(number)} ${standing}, so ${standing === 'held' ? heldMeans : unknownMeans}; the cause: ${cause}`,
  }));
}

/** @param {number} number */
const areTenants = (number) => `${things(number, 'tenant')} ${number === 1 ? 'is' : 'are'}`;

/**
 * @param {readonly ScaledObject[]} all
 * @param {number} now
 * @returns {Trouble[]}
 */
function withoutStream(all, now) {
  const deaf = all.filter(
    ({ openSince, lastPollAt, polls }) =>
      openSince === null &&
      polls >= POLLS &&
      lastPollAt !== null &&
      now - Date.parse(lastPollAt) < GONE,
  );
  if (deaf.length === 0) return [];
  const verb = deaf.length === 1 ? 'polls without a stream' : 'poll without a stream';
  const what = `${things(deaf.length, 'ScaledObject')} ${verb}, so a change waits for the next poll`;
  return [{ key: 'deaf', sentence: `${what}: ${some(deaf.map(nameOf))}` }];
}

/**
 * @param {readonly ScaledObject[]} all
 * @returns {Trouble[]}
 */
function oldKeda(all) {
  /** @type {Map<string, string | null>} */
  const old = new Map();
  for (const { kedaVersion, peer } of all) {
    if (kedaVersion !== null && isOld(kedaVersion)) old.set(kedaVersion, peer);
  }
  if (old.size === 0) return [];
  const which = [...old].map(([version, peer]) =>
    peer === null ? version : `${version} at ${peer}`,
  );
  const why = 'it comes back ever later after a lost stream, and an error can start its fallback';
  return [{ key: 'keda', sentence: `KEDA is older than 2.17 (${some(which)}): ${why}` }];
}

/** @param {string} version as guessed: `2.16`, `2.8.1 to 2.8.2` */
function isOld(version) {
  const [major = 0, minor = 0] = (/^\d+\.\d+/.exec(version)?.[0] ?? '99.0').split('.').map(Number);
  return major < 2 || (major === 2 && minor < 17);
}

/** @param {ScaledObject} scaledObject */
function nameOf({ namespace, name }) {
  return `${namespace}/${name}`;
}

/** @param {readonly string[]} names */
function some(names) {
  const first = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${first} and ${count(names.length - 3)} more` : first;
}

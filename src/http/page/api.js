/** What the API says, and how it is asked. */

/** @typedef {'licensed' | 'unlicensed' | 'unknown'} Status */

/**
 * @typedef {object} TenantRow
 * @property {string} tenant
 * @property {Status} standing
 * @property {string} certainty
 * @property {string} reason
 * @property {string} sentence
 * @property {string | null} source
 * @property {string | null} since
 * @property {string | null} until
 * @property {number | null} replicas
 * @property {boolean} held
 * @property {number} listeners
 */

/**
 * @typedef {object} TenantPage
 * @property {number} revision
 * @property {string} at
 * @property {number} total
 * @property {number} page
 * @property {number} size
 * @property {Record<Status | 'held', number>} counts held: of all of these, those that are held
 * @property {{ standing: 'held' | 'unknown', cause: string, tenants: number }[]} causes why they are, those of the most first
 * @property {TenantRow[]} tenants
 */

/**
 * @typedef {object} Transition
 * @property {number} id
 * @property {string} at
 * @property {string} tenant
 * @property {Status} from
 * @property {Status} to
 * @property {string} reason
 * @property {string} sentence
 * @property {string | null} source
 * @property {number} revision
 */

/**
 * @typedef {object} Source
 * @property {string} source
 * @property {string} label
 * @property {boolean | null} up null: not tried yet
 * @property {boolean} tried
 * @property {string | null} lastSuccessAt
 * @property {number | null} ageSeconds
 * @property {string | null} failingSince
 * @property {string | null} reason
 * @property {number} tenants
 */

/**
 * @typedef {object} ScaledObject
 * @property {string} namespace
 * @property {string} name
 * @property {string} tenant
 * @property {{ service: string | null, replicas: number | null }} trigger
 * @property {string | null} peer
 * @property {string | null} userAgent
 * @property {string | null} kedaVersion
 * @property {string | null} openSince
 * @property {boolean | null} lastSaid
 * @property {string | null} lastSaidAt
 * @property {string | null} lastPollAt
 * @property {number} polls
 * @property {string | null} lastAnswer
 * @property {string | null} lastAct
 * @property {string | null} lastActAt
 */

/**
 * @typedef {object} SourceWord
 * @property {string} source
 * @property {string} label
 * @property {number} rank
 * @property {string} says
 * @property {string | null} readAt
 * @property {number | null} ageSeconds
 * @property {string | null} trouble
 * @property {boolean} decides
 */

/**
 * @typedef {object} DetailParts
 * @property {string | null} why
 * @property {string[]} remarks
 * @property {SourceWord[]} sources
 * @property {{ at: string, what: string } | null} next
 * @property {(ScaledObject & { says: string })[]} scaledObjects
 * @property {Transition[]} transitions newest first
 */

/** @typedef {TenantRow & DetailParts} TenantDetail */

/** How long an answer may take: a page that waits for ever looks as if nothing were wrong. */
const TIMEOUT = 10_000;

/** An answer that is not 200. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Asks the API. The path is relative to the page, so that both work behind a proxy's prefix as well.
 *
 * @param {string} path
 * @param {AbortSignal[]} signals end the wait earlier
 * @returns {Promise<unknown>}
 * @throws {ApiError} where it answers anything but 200
 */
export async function ask(path, ...signals) {
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT), ...signals]);
  const response = await fetch(path, { headers: { accept: 'application/json' }, signal });
  if (response.ok) return response.json();
  const text = await response.text();
  throw new ApiError(response.status, `${path} was answered ${response.status}: ${errorOf(text)}`);
}

/** @param {string} text @returns {unknown} */
export const parse = (text) => JSON.parse(text);

/** @param {string} text */
function errorOf(text) {
  try {
    const { error } = /** @type {{ error?: unknown }} */ (parse(text));
    return String(error);
  } catch {
    return text.trim().slice(0, 200);
  }
}

/**
 * @param {{ standing: string, q: string, page: number, size: number }} wanted
 * @param {AbortSignal} signal
 */
export async function askTenants({ standing, q, page, size }, signal) {
  const query = new URLSearchParams({ page: String(page), size: String(size) });
  if (standing !== '') query.set('standing', standing);
  if (q !== '') query.set('q', q);
  return /** @type {TenantPage} */ (await ask(`api/tenants?${query.toString()}`, signal));
}

/** @param {string} tenant */
export async function askTenant(tenant) {
  return /** @type {TenantDetail} */ (await ask(`api/tenants/${encodeURIComponent(tenant)}`));
}

export async function askSources() {
  return /** @type {Source[]} */ (await ask('api/sources'));
}

export async function askScaledObjects() {
  return /** @type {ScaledObject[]} */ (await ask('api/scaledobjects'));
}

/** What was read from the server, and what is under way to be known. */

/** @typedef {import('./api.js').ScaledObject} ScaledObject */
/** @typedef {import('./api.js').Source} Source */
/** @typedef {import('./api.js').TenantPage} TenantPage */
/** @typedef {import('./api.js').Transition} Transition */

const KEPT = 2000;

/**
 * @typedef {object} Facts
 * @property {TenantPage | undefined} tenants
 * @property {readonly Source[] | undefined} sources
 * @property {readonly ScaledObject[] | undefined} scaledObjects
 */

/** @returns {Facts} */
export function nothingKnown() {
  return { tenants: undefined, sources: undefined, scaledObjects: undefined };
}

/** The transitions that were heard of, oldest first, each once however often it is told. */
export class Transitions {
  /** @type {Transition[]} */
  #all = [];
  /** @type {Set<string>} */
  #keys = new Set();

  /** @returns {readonly Transition[]} */
  get all() {
    return this.#all;
  }

  /**
   * @param {Transition} transition
   * @returns {boolean} whether it was new
   */
  add(transition) {
    const key = `${transition.at} ${transition.tenant} ${transition.revision}`;
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    this.#all.push(transition);
    if (this.#all.length > KEPT + KEPT / 4) {
      this.#all.splice(0, this.#all.length - KEPT);
    }
    return true;
  }
}

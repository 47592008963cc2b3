/** Who was licensed when, as data: made from transitions, and from what stands now. Pure. */

/** @typedef {import('./api.js').Status} Status */
/** @typedef {import('./api.js').Transition} Transition */
/** @typedef {import('./api.js').TenantRow} TenantRow */
/** @typedef {Pick<TenantRow, 'tenant' | 'standing' | 'since'>} Standing */
/** @typedef {{ from: number, to: number, standing: Status }} Segment */
/** @typedef {{ tenant: string, segments: Segment[] }} Lane */
/** @typedef {{ from: number, to: number }} Period */

/**
 * One tenant's lane.
 *
 * @param {string} tenant
 * @param {readonly Transition[]} transitions the tenant's, oldest first
 * @param {Standing | undefined} standing what stands now, where that is known
 * @param {Period} period
 * @param {number} start from when on no transition is missing; what a tenant was before is not known
 * @returns {Lane} neighbors differ; what is not known is left out
 */
export function laneOf(tenant, transitions, standing, period, start) {
  /** @type {Segment[]} */
  const segments = [];
  const add = (
    /** @type {number} */ begin,
    /** @type {number} */ end,
    /** @type {Status} */ is,
  ) => {
    const from = Math.max(begin, period.from);
    const to = Math.min(end, period.to);
    const last = segments.at(-1);
    if (to <= from || is === 'unknown') return;
    if (last?.standing === is && last.to === from) last.to = to;
    else segments.push({ from, to, standing: is });
  };
  let at = start;
  for (const { from, at: change } of transitions) {
    add(at, Date.parse(change), from);
    at = Math.max(at, Date.parse(change));
  }
  const last = transitions.at(-1)?.to;
  if (last !== undefined) add(at, period.to, last);
  else if (standing?.since) add(Date.parse(standing.since), period.to, standing.standing);
  return { tenant, segments };
}

/**
 * The lanes of a picture: the tenants that changed last in the period, then those of the table.
 *
 * @param {readonly Transition[]} history oldest first
 * @param {readonly TenantRow[]} rows
 * @param {Period} period
 * @param {(tenant: string) => boolean} isWanted
 * @param {number} limit
 * @returns {{ lanes: Lane[], changed: number }} in the order of the tenants, and how many changed in all
 */
export function lanesOf(history, rows, period, isWanted, limit) {
  /** @type {Map<string, Transition[]>} */
  const byTenant = new Map();
  for (const transition of history) {
    if (!isWanted(transition.tenant)) continue;
    const own = byTenant.get(transition.tenant) ?? [];
    // To the end of the map, which is in the order of the last change at the end.
    byTenant.delete(transition.tenant);
    byTenant.set(transition.tenant, [...own, transition]);
  }
  const changed = [...byTenant]
    .filter(([, own]) => Date.parse(own.at(-1)?.at ?? '') >= period.from)
    .map(([tenant]) => tenant)
    .reverse();
  const chosen = [...new Set([...changed, ...rows.map(({ tenant }) => tenant)])].slice(0, limit);
  const start = Date.parse(history[0]?.at ?? '');
  const standings = new Map(rows.map((row) => [row.tenant, row]));
  const lanes = chosen
    .sort()
    .map((tenant) =>
      laneOf(tenant, byTenant.get(tenant) ?? [], standings.get(tenant), period, start),
    );
  return { lanes, changed: changed.length };
}

/**
 * How many tenants became licensed, and how many ceased to be, in each of equal parts of the period.
 *
 * @param {readonly Transition[]} history
 * @param {Period} period
 * @param {number} parts
 */
export function tally(history, { from, to }, parts) {
  const begun = Array.from({ length: parts }, () => 0);
  const ended = Array.from({ length: parts }, () => 0);
  for (const { at, from: before, to: after } of history) {
    const part = Math.floor(((Date.parse(at) - from) / (to - from)) * parts);
    if (part < 0 || part >= parts || before === after) continue;
    if (after === 'licensed') begun[part] = (begun[part] ?? 0) + 1;
    else if (before === 'licensed') ended[part] = (ended[part] ?? 0) + 1;
  }
  return { begun, ended };
}

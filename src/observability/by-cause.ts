import type { TenantId } from '../core/tenant.ts';

/** The tenants of which a line says the same. */
export interface Group<T> {
  readonly tenants: readonly TenantId[];
  /** The first of them: what is the same of all. */
  readonly like: T;
}

/** Puts together what has the same cause, in the order of the first of each. */
export function byCause<T extends { readonly tenant: TenantId }>(
  all: readonly T[],
  causeOf: (one: T) => string,
): Group<T>[] {
  const groups = new Map<string, { like: T; tenants: TenantId[] }>();
  for (const one of all) {
    const cause = causeOf(one);
    const known = groups.get(cause);
    if (known === undefined) groups.set(cause, { like: one, tenants: [one.tenant] });
    else known.tenants.push(one.tenant);
  }
  return [...groups.values()];
}

/** Names in a sentence; more would not be read. */
const NAMED = 3;
/** Names in a line's facts. */
const LISTED = 100;

/** `tenant-a`, or `5 tenants (tenant-a, tenant-b, tenant-c and 2 more)` */
export function nameTenants(tenants: readonly TenantId[]): string {
  const { length } = tenants;
  if (length === 1) return tenants.join('');
  const rest = length > NAMED ? ` and ${(length - NAMED).toLocaleString('en')} more` : '';
  return `${length.toLocaleString('en')} tenants (${tenants.slice(0, NAMED).join(', ')}${rest})`;
}

/** The same for machines. */
export function listTenants(tenants: readonly TenantId[]): object {
  const [tenant, ...others] = tenants;
  return others.length === 0
    ? { tenant }
    : { count: tenants.length, tenants: tenants.slice(0, LISTED) };
}

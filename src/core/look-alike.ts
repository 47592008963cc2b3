import type { TenantId } from './tenant.ts';

/** Cyrillic and Greek letters, and in the same places the Latin ones that they look like. */
const FOREIGN = 'аеорсухіјѕαορν';
const LATIN = 'aeopcyxijsaopv';

/**
 * The known id that looks most like one that is not known: `tenant-a` for `Tenant-A`, `tenant_a` or a
 * `tenant-a` with a Cyrillic а. For a hint to people; nothing is ever decided by it.
 *
 * @returns undefined where none looks like it, or the id itself is known
 */
export function lookAlikeOf(id: TenantId, known: Iterable<TenantId>): TenantId | undefined {
  const appearance = appearanceOf(id);
  let found: TenantId | undefined;
  for (const candidate of known) {
    if (candidate === id) return undefined;
    if (found === undefined && appearanceOf(candidate) === appearance) found = candidate;
  }
  return found;
}

/** What is left of an id without upper case, separators and what can't be seen: the same for ids that look the same. */
export function appearanceOf(id: TenantId): string {
  const plain = (isAscii(id) ? id : id.normalize('NFKC')).toLowerCase();
  const bare = plain.replace(isAscii(plain) ? /[^a-z0-9]/g : /[^\p{L}\p{N}]/gu, '');
  if (isAscii(bare)) return bare || plain;
  return bare.replace(/\p{L}/gu, (letter) => {
    const at = FOREIGN.indexOf(letter);
    return at < 0 ? letter : LATIN.charAt(at);
  });
}

/** Most ids are, and those are compared by the hundred thousand. */
function isAscii(text: string): boolean {
  return !/[^ -~]/.test(text);
}

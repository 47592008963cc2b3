import type { Manifest } from '../manifest.ts';

/** Whether kustomize has put a hash of the content behind the name. Its hashes are in this alphabet. */
export function isHashed({ metadata: { name } }: Manifest): boolean {
  return /-[2456789bcdfghkmt]{10}$/.test(name);
}

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Records } from './parse-records.ts';

/** All licenses, as they are sent. */
export interface LicenseList {
  readonly body: Buffer;
  /** Zipped when it is first asked for. */
  readonly zipped: () => Promise<Buffer>;
  /** A weak tag, for it stands for the zipped list as well. */
  readonly etag: string;
}

const zip = promisify(gzip);

/** Makes the list once for the same records. */
export function createLicenseLists(): (records: Records) => LicenseList {
  const lists = new WeakMap<Records, LicenseList>();
  return (records) => {
    const list = lists.get(records) ?? createLicenseList(records);
    lists.set(records, list);
    return list;
  };
}

function createLicenseList(records: Records): LicenseList {
  const body = Buffer.from(JSON.stringify({ tenants: [...records.values()] }));
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  let zipped: Promise<Buffer> | undefined;
  return { body, etag, zipped: () => (zipped ??= zip(body)) };
}

import { isIPv6 } from 'node:net';
import { parsed, quote, unparsed, type Parsed } from '../core/parsed.ts';

/** Where a server listens. */
export interface Address {
  /** A name, an IPv4 address or an IPv6 address without brackets. */
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
}

/** What an address looks like, as a regular expression for JSON Schema. */
export const ADDRESS_PATTERN = '^(\\[[0-9A-Fa-f:.]+\\]|[0-9A-Za-z._-]*):[0-9]{1,5}$';

/** What an address looks like, for people. */
export const AN_ADDRESS = 'host:port such as [::]:6000, :6000 or 0.0.0.0:6000';

const ADDRESS = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[0-9A-Za-z._-]*)):(?<port>\d{1,5})$/;

/** Parses `host:port`. Without a host it is `::`: every address of the machine, IPv6 and IPv4. */
export function parseAddress(text: string): Parsed<Address> {
  const { v6, name, port } = ADDRESS.exec(text)?.groups ?? {};
  const isHost = v6 === undefined ? name !== undefined : isIPv6(v6);
  if (!isHost || Number(port) > 65_535) {
    return unparsed(`is ${quote(text)}, allowed is ${AN_ADDRESS}`);
  }
  return parsed({ host: v6 ?? (name === '' ? '::' : (name ?? '')), port: Number(port) });
}

/** Whether nobody can listen on the one while somebody listens on the other. */
export function isSamePort(a: Address, b: Address): boolean {
  if (a.port !== b.port || a.port === 0) return false;
  return a.host === b.host || isEvery(a) || isEvery(b);
}

/** Whether it stands for every address of the machine, or every one of IPv4. */
export function isEvery({ host }: Address): boolean {
  return host === '::' || host === '0.0.0.0';
}

/** The address as it is written: `0.0.0.0:6000`, `[::]:6000`. */
export function formatAddress({ host, port }: Address): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

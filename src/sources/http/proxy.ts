import { BlockList, isIP } from 'node:net';
import { parsed, unparsed, type Parsed } from '../../core/parsed.ts';

/** A proxy on the way to the server. */
export interface Proxy {
  /** Scheme, host and port: what may be told. */
  readonly origin: string;
  /** For the header `Proxy-Authorization`. Never told. */
  readonly authorization: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy by which a server is reached; undefined: none.
 *
 * @param setting `licenseService.proxy`: a URL, or `none`; undefined: as the environment says, by
 * `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in lower case as well, which comes first
 */
export function proxyFor(
  url: string,
  setting: string | undefined,
  environment: Environment = process.env,
): Parsed<Proxy | undefined> {
  if (setting !== undefined) {
    return setting === 'none' ? parsed(undefined) : parseProxy(setting, 'licenseService.proxy');
  }
  const target = new URL(url);
  const name = target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = variable(environment, name);
  if (text === undefined || isExempt(target, variable(environment, 'NO_PROXY') ?? '')) {
    return parsed(undefined);
  }
  return parseProxy(text, name);
}

function variable(environment: Environment, name: string): string | undefined {
  const text = environment[name.toLowerCase()] ?? environment[name];
  return text?.trim() === '' ? undefined : text?.trim();
}

/** Never quotes the text, which may hold a password. */
function parseProxy(text: string, name: string): Parsed<Proxy | undefined> {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    return unparsed(
      `${name} is a text that is not shown, allowed is an http or https URL such as http://proxy:3128`,
    );
  }
  return parsed({ origin: url.origin, authorization: authorizationOf(url) });
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  try {
    const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(plain).toString('base64')}`;
  } catch {
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
}

/**
 * Whether a server is reached directly, as curl and Go have it: an entry of the list is a host (and every
 * name below it), an address, a network such as 10.0.0.0/8, or `*`; a host can have a port.
 */
function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const actualPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry, host, actualPort));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isWithin(host, entry);
  const [, name = '', wanted] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [undefined, entry];
  if (wanted !== undefined && wanted !== port) return false;
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return bare !== '' && (host === bare || host.endsWith(`.${bare}`));
}

function isWithin(host: string, network: string): boolean {
  const [address = '', bits] = network.split('/');
  const version = isIP(host);
  if (version === 0 || isIP(address) !== version || !/^\d{1,3}$/.test(bits ?? '')) return false;
  if (Number(bits) > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const networks = new BlockList();
  networks.addSubnet(address, Number(bits), family);
  return networks.check(host, family);
}

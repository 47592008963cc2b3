import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import type { Millis } from '../../core/time.ts';
import type { Proxy } from './proxy.ts';

/** What a TLS connection is made with: authorities, certificate and private key, as far as they are given. */
export type Material = readonly (Buffer | undefined)[];

export interface DispatcherOptions {
  /** How many connections are open at a time. */
  readonly connections: number;
  /** For making a connection. */
  readonly timeout: Millis;
  readonly proxy: Proxy | undefined;
}

/** Makes a pool of connections, by way of the proxy where there is one. It opens none before a request. */
export function createDispatcher(
  [ca, cert, key]: Material,
  options: DispatcherOptions,
): Dispatcher {
  const { connections, timeout, proxy } = options;
  const tls = {
    timeout,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  if (proxy === undefined) return new Agent({ connections, connect: tls });
  return new ProxyAgent({
    uri: proxy.origin,
    ...(proxy.authorization === undefined ? {} : { token: proxy.authorization }),
    connections,
    requestTls: tls,
    proxyTls: { timeout },
    // What is not encrypted is forwarded: many a proxy refuses CONNECT to other ports than 443.
    proxyTunnel: false,
  });
}

import { parsed, quote, unparsed, type Parsed } from '../../src/core/parsed.ts';
import { ofKind } from './kinds.ts';
import type { Manifest } from './manifest.ts';

/** KEDA's gRPC client balances over the addresses of a headless Service where it is told to ask DNS. */
const ADDRESS =
  /^(?:dns:\/\/\/)?([a-z0-9-]+)\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?:(\d{1,5})$/;

const SHAPE = 'SERVICE.NAMESPACE.svc.cluster.local:PORT';

/**
 * Reads a `scalerAddress` inside the cluster.
 *
 * @returns `service.namespace:port`
 */
export function parseScalerAddress(text: string): Parsed<string> {
  const [, service, namespace, port] = ADDRESS.exec(text) ?? [];
  if (service === undefined) return unparsed(`is ${quote(text)}, allowed is ${SHAPE}`);
  return parsed(`${service}.${namespace ?? ''}:${port ?? ''}`);
}

/** The gRPC ports of license-scaler's Services, as `service.namespace:port`; without a namespace there is no address. */
export function scalersIn(objects: readonly Manifest[]): string[] {
  return ofKind(objects, 'Service')
    .filter(({ metadata: { labels } }) => labels?.['app.kubernetes.io/name'] === 'license-scaler')
    .flatMap(({ metadata: { name, namespace }, spec }) =>
      (spec?.ports ?? [])
        .filter((port) => port.name === 'grpc' && namespace !== undefined)
        .map(({ port }) => `${name}.${namespace ?? ''}:${port}`),
    );
}

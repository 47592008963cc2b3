import { headerOf, type Answer } from './http/exchange.ts';

/** What routers and proxies say, in plain text or JSON, where nobody serves a path. */
const ROUTERS: readonly string[] = [
  // Traefik, and every server in Go that has no such route.
  '404 page not found',
  // The default backend of Kubernetes' ingress controllers.
  'default backend - 404',
  // Kong.
  'no Route matched with those values',
];

/**
 * What keeps a 404 from being a fact about the tenant; undefined: nothing, the license service says that
 * it does not know the tenant.
 *
 * A 404 also comes from whoever stands in front of a license service that is gone, or from the service
 * itself where the path is wrong. Both would suspend every tenant at once. So a page for people, an
 * answer that is known to come from a router, and one from another path are no facts.
 */
export function doubtAbsence(answer: Answer): string | undefined {
  if (answer.redirectedTo !== undefined) {
    return 'HTTP 404 after a redirect: set licenseService.path to where the answer is';
  }
  if (headerOf(answer.headers, 'content-type')?.toLowerCase().includes('html') === true) {
    return 'HTTP 404 with an HTML page, so not from the license service: check url and path';
  }
  const text = answer.body.toString('utf8');
  if (ROUTERS.some((phrase) => text.includes(phrase)) || isFromEnvoy(answer)) {
    return 'HTTP 404 from a router that knows no such path: check licenseService.url and path';
  }
  return undefined;
}

/** Envoy's own 404 is empty, and lacks the header by which it says how long a server took to answer. */
function isFromEnvoy({ headers, body }: Answer): boolean {
  const server = headerOf(headers, 'server');
  return (
    body.length === 0 &&
    (server === 'envoy' || server === 'istio-envoy') &&
    headers['x-envoy-upstream-service-time'] === undefined
  );
}

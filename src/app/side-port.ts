/** The side port, put together from what the other parts know. */
import { createRoutes } from '../http/routes.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import { createBearerToken } from '../sources/http/bearer-token.ts';
import type { Parts } from './parts.ts';

/** The side port; it does not listen yet. */
export function buildHttp(parts: Parts): HttpServer {
  const { config, logger, metrics, directory, phase } = parts;
  const { api, tokenFile } = config.http;
  const token =
    tokenFile === undefined ? undefined : createBearerToken(tokenFile, 'http.tokenFile');
  const routes = createRoutes({
    fleet: () => directory.fleet(),
    isReady: () => phase.hasAnswers && !phase.isStopping,
    metrics: () => metrics.expose(),
    known: api ? knownTo(parts) : undefined,
    readToken: token && (() => token.read()),
    onTokenTrouble: onceEach((problem) => {
      logger.error({ problem }, `/ and /api are refused: ${problem}`);
    }),
  });
  return createHttpServer(routes, (path, error) => {
    logger.error({ path, err: error }, `${path} failed in a way that it should not`);
  });
}

function knownTo({ config, directory, history, scaledObjects, version }: Parts) {
  return {
    view: () => ({
      fleet: directory.fleet(),
      now: Date.now(),
      maxStaleness: config.hold.maxStaleness,
      defaultReplicas: config.replicas.default,
    }),
    history,
    scaledObjects,
    version,
  };
}

/** Tells a problem again only when there was another one in between: it is found at every request. */
function onceEach(tell: (problem: string) => void): (problem: string) => void {
  let last: string | undefined;
  return (problem) => {
    if (problem !== last) tell(problem);
    last = problem;
  };
}

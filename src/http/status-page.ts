/** The status page: a few files, kept in memory, that load nothing from elsewhere. */
import { createHash } from 'node:crypto';
import type { Answer, FindRoute, Route } from './answer.ts';
import { FILES } from './page/files.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/` and `/page/*`. */
export function createStatusPage(): FindRoute {
  const routes = new Map(
    Object.entries(FILES).map(([name, body]) => [`/page/${name}`, page(name, body)]),
  );
  const first = routes.get('/page/page.html');
  return (path) => (path === '/' ? first : routes.get(path));
}

/** Asked for again each time, and sent only where it is another one. */
function page(name: string, body: string): Route {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = { etag, 'cache-control': 'no-cache', 'content-security-policy': POLICY };
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain; charset=utf-8';
  const whole: Answer = { status: 200, type, body, headers };
  const same: Answer = { status: 304, type, body: '', headers };
  return ({ header }) => (header('if-none-match')?.includes(etag) === true ? same : whole);
}

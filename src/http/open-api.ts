/** The API's description, in OpenAPI 3.1. */
import { z } from 'zod';
import { shapes } from './api-schema.ts';
import { KINDS } from './tenants-query.ts';

type Name = keyof typeof shapes;
type Json = Readonly<Record<string, unknown>>;

/** @param version the program's */
export function openApi(version: string): Json {
  const entries = Object.entries<z.ZodType>(shapes);
  return {
    openapi: '3.1.0',
    info: {
      title: 'license-scaler',
      version,
      description:
        'What license-scaler does and why. It only reads. Off with http.api: false; with http.tokenFile every path needs the token, as Bearer or as the password of Basic.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{}, { bearer: [] }, { basic: [] }],
    paths: paths(),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic' },
      },
      schemas: Object.fromEntries(entries.map(([name, shape]) => [name, schemaOf(shape)])),
    },
  };
}

function paths(): Json {
  return {
    '/api/tenants': get('The tenants, by id.', answer('TenantPage'), {
      parameters: [
        parameter('standing', 'Those of this standing; held: those whose standing is held.', {
          ...{ type: 'string', enum: KINDS },
        }),
        parameter('q', 'Those with this in their id, in capitals or not.', { type: 'string' }),
        parameter('page', 'Which page, from 1.', { type: 'integer', minimum: 1, default: 1 }),
        parameter('size', 'Tenants on a page.', {
          ...{ type: 'integer', minimum: 1, maximum: 1_000, default: 100 },
        }),
      ],
      problems: { 400: 'A parameter is not as it must be.' },
    }),
    '/api/tenants/{id}': get('All about one tenant.', answer('TenantReport'), {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      problems: {
        400: 'The id is not encoded as a URL is.',
        404: 'Nothing is known about it, and nobody asks about it.',
      },
    }),
    '/api/sources': get('The sources, lowest rank first.', list('Source')),
    '/api/scaledobjects': get('The ScaledObjects that were seen.', list('ScaledObject')),
    '/api/events': get('What happens, as it happens: server-sent events.', EVENTS, {
      parameters: [
        {
          ...{ name: 'Last-Event-ID', in: 'header', schema: { type: 'integer' } },
          description: 'Goes on after this event, if it is among the last 1,000.',
        },
        parameter('lastEventId', 'The same, where no header can be sent.', { type: 'integer' }),
      ],
      problems: { 503: 'There are too many listeners.' },
    }),
    '/api/openapi.json': get('This description.', {
      content: { 'application/json': { schema: { type: 'object' } } },
    }),
  };
}

/** A stream has no schema in OpenAPI 3.1; its events are named here. */
const EVENTS: Json = {
  content: { 'text/event-stream': { schema: { type: 'string' } } },
  'x-events': { hello: ref('Hello'), transition: ref('Transition'), source: ref('SourceTurn') },
};

interface Rest {
  readonly parameters?: readonly Json[];
  readonly problems?: Readonly<Record<number, string>>;
}

function get(summary: string, good: Json, { parameters = [], problems = {} }: Rest = {}): Json {
  const all = { ...problems, 401: 'http.tokenFile is configured, and the token is not given.' };
  const bad = Object.entries(all).map(([status, description]) => [
    status,
    { description, ...answer('Error') },
  ]);
  const responses = {
    200: { description: summary, ...good },
    ...(Object.fromEntries(bad) as Json),
  };
  return { get: { summary, parameters, responses } };
}

function answer(name: Name): Json {
  return { content: { 'application/json': { schema: ref(name) } } };
}

function list(name: Name): Json {
  return { content: { 'application/json': { schema: { type: 'array', items: ref(name) } } } };
}

function ref(name: Name): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function parameter(name: string, description: string, schema: Json): Json {
  return { name, in: 'query', description, schema };
}

function schemaOf(shape: z.ZodType): Json {
  const { $schema: dialect, ...schema } = z.toJSONSchema(shape) as Json;
  // The dialect is said once, by OpenAPI itself.
  return dialect === undefined ? {} : schema;
}

/** The API server of Kubernetes, as far as license-scaler asks it: over TLS, with a kubeconfig to reach it. */
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createAuthority, type Issued } from './certificates.ts';
import { startHttpServer, type HttpServer } from './http-server.ts';

/** A request, in the order of its coming. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** What is answered in place of what is true. */
export type Answer =
  | { readonly status: number; readonly body: unknown; readonly type?: string }
  /** Never. */
  | 'nothing';

interface Scale {
  readonly replicas: number;
  readonly resourceVersion: string;
}

export class ApiServer {
  readonly asked: Asked[] = [];
  readonly events: Record<string, unknown>[] = [];
  /** Says what to answer in place of what is true; undefined: what is true. */
  instead: (asked: Asked) => Answer | undefined = () => undefined;
  readonly #scaledObjects = new Map<string, object>();
  readonly #scales = new Map<string, Scale>();
  readonly #issued: Issued;
  #version = 100;
  #server!: HttpServer;

  private constructor(issued: Issued) {
    this.#issued = issued;
  }

  static async start(): Promise<ApiServer> {
    const issued = createAuthority('kubernetes').issue({ commonName: '', ip: ['127.0.0.1'] });
    const server = new ApiServer(issued);
    await server.listen();
    return server;
  }

  get http(): HttpServer {
    return this.#server;
  }

  /** PEM. */
  get authority(): string {
    return this.#issued.ca;
  }

  /** Comes back at the same address, if it has been there before. */
  async listen(port = 0): Promise<void> {
    const { cert, key } = this.#issued;
    this.#server = await startHttpServer(
      (request, response) => void this.#serve(request, response),
      { cert, key },
      port,
    );
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** @param manifest of a ScaledObject of this name, whose target is a Deployment of the same name */
  add(namespace: string, name: string, manifest: object, replicas: number): void {
    this.#scaledObjects.set(
      `/apis/keda.sh/v1alpha1/namespaces/${namespace}/scaledobjects/${name}`,
      manifest,
    );
    this.scale(namespace, name, replicas);
  }

  /** As somebody else does. */
  scale(namespace: string, name: string, replicas: number): void {
    const resourceVersion = `${++this.#version}`;
    this.#scales.set(scalePath(namespace, name), { replicas, resourceVersion });
  }

  replicas(namespace: string, name: string): number | undefined {
    return this.#scales.get(scalePath(namespace, name))?.replicas;
  }

  /** Writes a kubeconfig. @returns its path */
  async kubeconfig(directory: string): Promise<string> {
    const file = join(directory, 'kubeconfig.yaml');
    const ca = Buffer.from(this.#issued.ca).toString('base64');
    const content = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'fake', user: 'me' } }],
      clusters: [
        { name: 'fake', cluster: { server: this.http.url, 'certificate-authority-data': ca } },
      ],
      users: [{ name: 'me', user: { token: 'secret' } }],
    };
    await writeFile(file, JSON.stringify(content));
    return file;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const asked = { method, path: url.replace(/\?.*/, ''), headers, body };
    this.asked.push(asked);
    const answer = this.instead(asked) ?? this.#answer(asked);
    if (answer === 'nothing') return;
    response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  }

  #answer({ method, path, body }: Asked): Answer {
    if (method === 'POST' && path.endsWith('/events')) {
      this.events.push(body as Record<string, unknown>);
      return { status: 201, body };
    }
    const found = this.#scaledObjects.get(path);
    if (found !== undefined) return { status: 200, body: found };
    const scale = this.#scales.get(path);
    if (scale === undefined) return refusal(404, `${path} not found`);
    return method === 'PATCH' ? this.#patch(path, scale, body) : toAnswer(scale);
  }

  #patch(path: string, scale: Scale, body: unknown): Answer {
    const { metadata, spec } = body as {
      metadata: { resourceVersion: string };
      spec: { replicas: number };
    };
    if (metadata.resourceVersion !== scale.resourceVersion) {
      return refusal(409, 'the object has been modified');
    }
    const after = { replicas: spec.replicas, resourceVersion: `${++this.#version}` };
    this.#scales.set(path, after);
    return toAnswer(after);
  }
}

/** As the API server says no. */
export function refusal(status: number, message: string): Answer {
  return {
    status,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: status },
  };
}

function scalePath(namespace: string, name: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale`;
}

function toAnswer({ replicas, resourceVersion }: Scale): Answer {
  const spec = replicas === 0 ? {} : { replicas };
  const body = { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { resourceVersion }, spec };
  return { status: 200, body };
}

import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../src/core/operator-error.ts';
import type { Cluster } from '../../src/scaling/cluster.ts';
import { createCluster } from '../../src/scaling/kubernetes-cluster.ts';
import { ApiServer, refusal, type Answer } from '../helpers/api-server.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { TARGET, scaledObject } from './builders.ts';
import { manifest } from './manifests.ts';

const SCALED_OBJECT = '/apis/keda.sh/v1alpha1/namespaces/tenant-a/scaledobjects/app';
const SCALE = '/apis/apps/v1/namespaces/tenant-a/deployments/app/scale';

/** A test with an API server that has one ScaledObject, whose target has 3 replicas. */
function onServer(
  play: (server: ApiServer, cluster: Cluster, directory: string) => Promise<void>,
  timeout = PATIENCE_MS,
): () => Promise<void> {
  return inTemporaryDirectory(async (directory) => {
    const server = await ApiServer.start();
    try {
      server.add('tenant-a', 'app', manifest(), 3);
      const cluster = createCluster(await server.kubeconfig(directory), { timeout });
      await play(server, cluster, directory);
    } finally {
      await server.close();
    }
  });
}

/** Why it was rejected. */
async function whyNot(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? error.message : 'not an Error';
  }
  return 'it was not rejected';
}

describe('the cluster', () => {
  it(
    'reads a ScaledObject',
    onServer(async (server, cluster) => {
      expect(await cluster.readScaledObject('tenant-a', 'app')).to.deep.include({
        uid: 'uid-of-app',
        target: TARGET,
      });
      const [asked] = server.asked;
      expect(asked).to.include({ method: 'GET', path: SCALED_OBJECT });
      expect(asked?.headers).to.include({ authorization: 'Bearer secret' });
    }),
  );

  it(
    'reads a scale, and writes it as a merge patch on top of what was read',
    onServer(async (server, cluster) => {
      const read = await cluster.readScale(TARGET);
      expect(read).to.deep.equal({ replicas: 3, resourceVersion: '101' });
      if (read === undefined) return;
      expect(await cluster.writeScale(TARGET, read, 0)).to.deep.equal({
        replicas: 0,
        resourceVersion: '102',
      });
      expect(server.replicas('tenant-a', 'app')).to.equal(0);
      const written = server.asked[1];
      expect(written).to.deep.include({
        method: 'PATCH',
        path: SCALE,
        body: { metadata: { resourceVersion: '101' }, spec: { replicas: 0 } },
      });
      expect(written?.headers).to.include({ 'content-type': 'application/merge-patch+json' });
    }),
  );

  it(
    'scales whatever kind the target is',
    onServer(async (server, cluster) => {
      const target = { ...TARGET, group: 'argoproj.io', version: 'v1alpha1', resource: 'rollouts' };
      expect(await cluster.readScale(target)).to.equal(undefined);
      expect(server.asked[0]?.path).to.equal(
        '/apis/argoproj.io/v1alpha1/namespaces/tenant-a/rollouts/app/scale',
      );
    }),
  );

  it(
    'refuses to write over what was changed since',
    onServer(async (server, cluster) => {
      const read = { replicas: 3, resourceVersion: '101' };
      server.scale('tenant-a', 'app', 5);
      expect(await cluster.writeScale(TARGET, read, 0)).to.equal(undefined);
      expect(server.replicas('tenant-a', 'app')).to.equal(5);
    }),
  );

  it(
    'says that an Event can not be written where there is no namespace for it',
    onServer(async (server, cluster) => {
      server.instead = () => refusal(404, 'namespaces "tenant-a" not found');
      const notice = { reason: 'LicenseReinstated', message: 'short' } as const;
      expect(await whyNot(cluster.announce(scaledObject(), notice))).to.equal(
        'create events in tenant-a: the API server answered 404 (namespaces "tenant-a" not found)',
      );
    }),
  );

  it(
    'tells what is not there from what went wrong',
    onServer(async (_server, cluster) => {
      const gone = { ...TARGET, name: 'gone' };
      expect(await cluster.readScaledObject('tenant-a', 'gone')).to.equal(undefined);
      expect(await cluster.readScale(gone)).to.equal(undefined);
      const read = { replicas: 1, resourceVersion: '1' };
      expect(await cluster.writeScale(gone, read, 0)).to.equal(undefined);
    }),
  );

  it(
    'writes an Event about the ScaledObject',
    onServer(async (server, cluster) => {
      const notice = { reason: 'LicenseSuspended', message: 'x'.repeat(2_000) } as const;
      await cluster.announce(scaledObject(), notice);
      await cluster.announce(scaledObject(), { ...notice, message: 'short' });
      expect(server.asked[0]).to.include({
        method: 'POST',
        path: '/apis/events.k8s.io/v1/namespaces/tenant-a/events',
      });
      const [long, short] = server.events;
      expect(short).to.deep.include({
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        type: 'Normal',
        reason: 'LicenseSuspended',
        action: 'LicenseSuspended',
        note: 'short',
        regarding: {
          apiVersion: 'keda.sh/v1alpha1',
          kind: 'ScaledObject',
          namespace: 'tenant-a',
          name: 'app',
          uid: 'uid-of-app',
        },
        reportingController: 'license-scaler',
      });
      expect(short?.eventTime).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(String(long?.note)).to.have.length(1_000);
      const names = server.events.map(({ metadata }) => (metadata as { name: string }).name);
      expect(new Set(names).size).to.equal(2);
      for (const name of names) expect(name).to.match(/^app\.[0-9a-f]+$/);
    }),
  );

  describe('says what was asked and what came back', () => {
    const cases: readonly (readonly [string, Answer, string])[] = [
      [
        'where a right is missing, and where to find it',
        refusal(403, 'deployments.apps "app" is forbidden: User "x" cannot patch resource'),
        'patch deployments/scale tenant-a/app: the API server answered 403 (deployments.apps "app" is forbidden: User "x" cannot patch resource): see k8s/components/fast-suspension for the rights',
      ],
      [
        'where the token is not taken',
        refusal(401, 'Unauthorized'),
        'patch deployments/scale tenant-a/app: the API server answered 401',
      ],
      [
        'where the API server is in trouble',
        refusal(500, 'etcdserver: request timed out'),
        'patch deployments/scale tenant-a/app: the API server answered 500 (etcdserver: request timed out)',
      ],
      [
        'where somebody else answers',
        { status: 503, body: '<html>try later</html>', type: 'text/html' },
        'patch deployments/scale tenant-a/app: the API server answered 503',
      ],
    ];
    for (const [title, answer, expected] of cases) {
      it(
        title,
        onServer(async (server, cluster) => {
          server.instead = () => answer;
          const read = { replicas: 3, resourceVersion: '101' };
          expect(await whyNot(cluster.writeScale(TARGET, read, 0))).to.equal(expected);
        }),
      );
    }

    it(
      'where what came is no ScaledObject and no Scale',
      onServer(async (server, cluster) => {
        server.instead = () => ({ status: 200, body: { metadata: {} } });
        const reading = cluster.readScaledObject('tenant-a', 'app');
        expect(await whyNot(reading)).to.match(
          /^get scaledobjects tenant-a\/app: the ScaledObject can't be read: metadata\.namesp/,
        );
        const scale = cluster.readScale(TARGET);
        expect(await whyNot(scale)).to.match(
          /^get deployments\/scale tenant-a\/app: the Scale can't be read: metadata\.res/,
        );
      }),
    );

    it(
      'where what came is not even JSON',
      onServer(async (server, cluster) => {
        server.instead = () => ({ status: 200, body: '<html>', type: 'text/html' });
        const why = await whyNot(cluster.readScale(TARGET));
        expect(why).to.match(
          /^get deployments\/scale tenant-a\/app: the Scale can't be read: [^\n]*$/,
        );
      }),
    );

    it(
      'where nobody is there, and goes on when somebody is again',
      onServer(async (server, cluster) => {
        const { port } = server.http;
        await server.close();
        const why = await whyNot(cluster.readScale(TARGET));
        expect(why).to.match(/^get deployments\/scale tenant-a\/app: .*ECONNREFUSED/);
        await server.listen(port);
        expect(await cluster.readScale(TARGET)).to.include({ replicas: 3 });
      }),
    );

    it(
      'where no answer comes in time, and goes on after it',
      onServer(async (server, cluster) => {
        server.instead = () => 'nothing';
        const why = await whyNot(cluster.readScale(TARGET));
        expect(why).to.equal('get deployments/scale tenant-a/app: no answer within 1 s');
        server.instead = () => undefined;
        // A machine may be too busy to answer in a second: then it is asked again.
        let again = why;
        while (again === why) again = await whyNot(cluster.readScale(TARGET));
        expect(again).to.equal('it was not rejected');
      }, 1_000),
    );
  });

  it(
    'keeps its connection for what follows',
    onServer(async (server, cluster) => {
      for (let count = 0; count < 20; count++) await cluster.readScale(TARGET);
      expect(server.asked).to.have.length(20);
      expect(server.http.accepted()).to.equal(1);
    }),
  );

  it(
    'asks only whom its kubeconfig vouches for',
    onServer(async (server, _cluster, directory) => {
      const other = await ApiServer.start();
      const file = await other.kubeconfig(directory);
      await other.close();
      await server.close();
      await server.listen(other.http.port);
      const why = await whyNot(createCluster(file).readScale(TARGET));
      expect(why).to.match(/certificate/);
      expect(server.asked).to.deep.equal([]);
    }),
  );
});

describe('createCluster', () => {
  it(
    'says which kubeconfig is missing',
    inTemporaryDirectory(async (directory) => {
      const file = join(directory, 'none.yaml');
      expect(() => createCluster(file)).to.throw(
        OperatorError,
        `kubernetes.kubeconfig ${file} can't be read: ENOENT`,
      );
      return Promise.resolve();
    }),
  );

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['is no YAML', '{', /can't be read: /],
    ['is empty', '', /can't be read: /],
    ['says nothing', '{}', /can't be read: |has no cluster/],
    [
      'has no cluster for its context',
      '{ current-context: here, contexts: [], clusters: [], users: [] }',
      /has no cluster for its current-context \("here"\)$/,
    ],
  ];
  for (const [title, text, expected] of broken) {
    it(
      `says which kubeconfig ${title}`,
      inTemporaryDirectory(async (directory) => {
        const file = join(directory, 'broken.yaml');
        await writeFile(file, text);
        expect(() => createCluster(file))
          .to.throw(OperatorError, `kubernetes.kubeconfig ${file} `)
          .with.property('message')
          .that.matches(expected);
      }),
    );
  }

  it('says what to give where there is neither a kubeconfig nor a pod', () =>
    withEnvironment({}, () => {
      expect(() => createCluster(undefined)).to.throw(
        OperatorError,
        'suspension.mode scale and reinstatement push+scale need the Kubernetes API, and this is no pod: give kubernetes.kubeconfig',
      );
      return Promise.resolve();
    }));

  it(
    "uses the pod's service account, and takes up its token when it was replaced",
    onServer((server, _cluster, directory) =>
      inPod(server, directory, async (account) => {
        await writeFile(join(account, 'ca.crt'), server.authority);
        await writeFile(join(account, 'token'), 'first');
        const cluster = createCluster(undefined, { root: directory });
        expect(await cluster.readScale(TARGET)).to.include({ replicas: 3 });
        await writeFile(join(account, 'token'), 'second');
        await later(61_000, () => cluster.readScale(TARGET));
        const tokens = server.asked.map(({ headers }) => headers.authorization);
        expect(tokens).to.deep.equal(['Bearer first', 'Bearer second']);
      }),
    ),
  );

  for (const missing of ['ca.crt', 'token']) {
    it(
      `says what gives a pod its service account where ${missing} is missing`,
      onServer((server, _cluster, directory) =>
        inPod(server, directory, async (account) => {
          const present = missing === 'token' ? 'ca.crt' : 'token';
          await writeFile(join(account, present), server.authority);
          expect(() => createCluster(undefined, { root: directory })).to.throw(
            OperatorError,
            new RegExp(
              `^suspension\\.mode scale and reinstatement push\\+scale need the pod's service account, and its ${missing} can't be read: ENOENT.*: k8s/components/fast-suspension mounts it$`,
            ),
          );
        }),
      ),
    );
  }
});

/** As in a pod in the cluster of this server. @param play is told where the files of the service account belong */
async function inPod(
  { http }: ApiServer,
  directory: string,
  play: (account: string) => Promise<void>,
): Promise<void> {
  const account = join(directory, 'var/run/secrets/kubernetes.io/serviceaccount');
  await mkdir(account, { recursive: true });
  await withEnvironment({ host: '127.0.0.1', port: `${http.port}` }, () => play(account));
}

/** So much later by the clock: the client reads a token again that it has read more than a minute ago. */
async function later<T>(ms: number, run: () => Promise<T>): Promise<T> {
  const { Date: now } = globalThis;
  class Later extends now {
    constructor() {
      super(now.now() + ms);
    }
  }
  Object.assign(globalThis, { Date: Later });
  try {
    return await run();
  } finally {
    globalThis.Date = now;
  }
}

async function withEnvironment(
  kubernetes: { host?: string; port?: string },
  run: () => Promise<void>,
): Promise<void> {
  const before = { ...process.env };
  const names = { host: 'KUBERNETES_SERVICE_HOST', port: 'KUBERNETES_SERVICE_PORT' } as const;
  for (const key of ['host', 'port'] as const) {
    const value = kubernetes[key];
    if (value === undefined) Reflect.deleteProperty(process.env, names[key]);
    else process.env[names[key]] = value;
  }
  try {
    await run();
  } finally {
    process.env = before;
  }
}

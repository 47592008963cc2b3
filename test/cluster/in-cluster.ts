import type { KedaModule } from './build/versions.ts';
import { ReplicaRecord } from './client/replica-record.ts';
import { Cluster } from './control-plane/cluster.ts';
import { Stage } from './processes/stage.ts';

/** What a scenario has. */
export interface Scene {
  /** Where it starts its own processes. */
  readonly stage: Stage;
  readonly cluster: Cluster;
  /** Kept since before the first object of the scenario. */
  readonly replicas: ReplicaRecord;
}

/** How long a cluster may take to start. */
const START = 5 * 60_000;

/**
 * Gives a describe a control plane of its own. When one of its tests fails, the end of every log is shown.
 *
 * @param keda which release
 * @returns the scene, for use in tests only
 */
export function inCluster(keda: KedaModule = 'keda'): () => Scene {
  let stage: Stage | undefined;
  let scene: Scene | undefined;

  before(async function () {
    this.timeout(START);
    stage = await Stage.open();
    const cluster = await Cluster.start(stage, keda);
    scene = { stage, cluster, replicas: new ReplicaRecord(cluster.client) };
  });

  afterEach(function () {
    if (this.currentTest?.isFailed() === true) console.error(stage?.lastLines());
  });

  after(async function () {
    this.timeout(START);
    scene?.replicas.stop();
    await scene?.cluster.close();
    await stage?.close();
  });

  return () => {
    if (scene === undefined) throw new Error('there is a scene only while a test runs');
    return scene;
  };
}

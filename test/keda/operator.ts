/** KEDA's own client code in a process of its own: what an operator does with external-push triggers. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { goProgramPath, type KedaVersion } from './build/go-programs.ts';
import { ScaledObject, type KedaEvent, type Order, type TriggerSpec } from './scaled-object.ts';

export interface ScaledObjectSpec extends TriggerSpec {
  /** `scaled-service` if not given; with the namespace it names the ScaledObject in this operator. */
  readonly name?: string;
}

/** A ScaledObject with `idleReplicaCount: 0` and `minReplicaCount: 2`. */
export interface TargetSpec {
  /** How many the target has at first. */
  readonly replicas: number;
  /** In seconds. */
  readonly pollingInterval: number;
  /** In seconds; 0 if not given. */
  readonly cooldownPeriod?: number;
}

/** One operator, with a connection pool of its own. */
export class Operator {
  readonly #child: ChildProcess;
  readonly #address: string;
  readonly #scaledObjects = new Map<string, ScaledObject>();
  readonly #started: Promise<string>;

  /** @param address what its triggers have as `scalerAddress`, unless they say otherwise */
  constructor(version: KedaVersion, address: string) {
    this.#address = address;
    const child = spawn(goProgramPath(`keda-${version}`), { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#started = new Promise((resolve, reject) => {
      child.once('error', reject);
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event = JSON.parse(line) as KedaEvent;
        if (event.event === 'started') resolve(event.version ?? '');
        this.#scaledObjects.get(event.id ?? '')?.add(event);
      });
    });
  }

  /** The version of KEDA that is linked in; resolves when the operator is up. */
  version(): Promise<string> {
    return this.#started;
  }

  /** A ScaledObject whose stream is kept open, as KEDA keeps it. */
  watch(namespace: string, spec: ScaledObjectSpec = {}): ScaledObject {
    const scaledObject = this.open(namespace, spec);
    scaledObject.run();
    return scaledObject;
  }

  /** A ScaledObject that is only polled until it is told to run. */
  open(namespace: string, spec: ScaledObjectSpec = {}): ScaledObject {
    return this.#add('open', namespace, spec);
  }

  /** A ScaledObject in the hands of KEDA's own scale handler, which scales its target. */
  operate(namespace: string, target: TargetSpec): ScaledObject {
    return this.#add('operate', namespace, {}, target);
  }

  /** Ends with all its connections, as a crash ends it. */
  async close(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await ended;
  }

  #add(
    order: Order['order'],
    namespace: string,
    { name = 'scaled-service', ...trigger }: ScaledObjectSpec,
    target: Partial<TargetSpec> = {},
  ): ScaledObject {
    const scaledObject = new ScaledObject(namespace, name, (next) => {
      this.#child.stdin?.write(`${JSON.stringify(next)}\n`);
    });
    if (this.#scaledObjects.has(scaledObject.id)) throw new Error(`${scaledObject.id} is there`);
    this.#scaledObjects.set(scaledObject.id, scaledObject);
    const metadata = { scalerAddress: this.#address, ...trigger.metadata };
    scaledObject.order(order, { trigger: { ...trigger, metadata }, ...target });
    return scaledObject;
  }
}

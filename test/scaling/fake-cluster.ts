import type { Cluster, Notice, Scale } from '../../src/scaling/cluster.ts';
import type { ScaledObject, Target } from '../../src/scaling/scaled-object.ts';
import { TARGET, scaledObject } from './builders.ts';

/** A cluster in memory. It keeps the rule of the API server: a write on top of what was changed is refused. */
export class FakeCluster implements Cluster {
  /** What was asked, in order. */
  readonly calls: string[] = [];
  readonly notices: (Notice & { readonly about: string })[] = [];
  /** Happens when a call has come, before it is answered; what it throws is the answer. */
  onCall: (call: string) => void = () => undefined;
  readonly #scaledObjects = new Map<string, ScaledObject>();
  readonly #scales = new Map<string, Scale>();
  #version = 0;

  /** A ScaledObject and its target, which has the same name. */
  add(name: string, replicas: number, over: Partial<ScaledObject> = {}): this {
    this.#scaledObjects.set(name, scaledObject({ name, target: { ...TARGET, name }, ...over }));
    this.scaleTo(name, replicas);
    return this;
  }

  /** As somebody else does: KEDA, the HPA, a person. */
  scaleTo(name: string, replicas: number): void {
    this.#scales.set(name, { replicas, resourceVersion: `${++this.#version}` });
  }

  change(name: string, over: Partial<ScaledObject>): void {
    const before = this.#scaledObjects.get(name);
    if (before !== undefined) this.#scaledObjects.set(name, { ...before, ...over });
  }

  remove(name: string, what: 'ScaledObject' | 'target'): void {
    (what === 'target' ? this.#scales : this.#scaledObjects).delete(name);
  }

  replicas(name: string): number | undefined {
    return this.#scales.get(name)?.replicas;
  }

  async readScaledObject(_namespace: string, name: string): Promise<ScaledObject | undefined> {
    await this.#called(`get ${name}`);
    return this.#scaledObjects.get(name);
  }

  async readScale({ name }: Target): Promise<Scale | undefined> {
    await this.#called(`get scale of ${name}`);
    return this.#scales.get(name);
  }

  async writeScale({ name }: Target, read: Scale, replicas: number): Promise<Scale | undefined> {
    await this.#called(`scale ${name} from ${read.replicas} to ${replicas}`);
    if (this.#scales.get(name)?.resourceVersion !== read.resourceVersion) return undefined;
    this.scaleTo(name, replicas);
    return this.#scales.get(name);
  }

  async announce({ name }: ScaledObject, notice: Notice): Promise<void> {
    await this.#called(`announce ${notice.reason} of ${name}`);
    this.notices.push({ ...notice, about: name });
  }

  /** Not at once: an answer always takes its time. */
  async #called(call: string): Promise<void> {
    this.calls.push(call);
    await Promise.resolve();
    this.onCall(call);
  }
}

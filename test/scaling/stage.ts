/** The room that scales, on a real fleet and directory, with a cluster in memory. */
import { Subject, type Subscription } from 'rxjs';
import { createFleet, observe, type Fleet, type FleetUpdate } from '../../src/core/fleet.ts';
import type { License } from '../../src/core/license.ts';
import { decide } from '../../src/core/merge.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { ScaledObjectState } from '../../src/core/report/scaled-object-row.ts';
import type { TenantId } from '../../src/core/tenant.ts';
import { createDirectory, type Directory } from '../../src/pipeline/directory.ts';
import { scaleByLicense, type Act, type ScalerOptions } from '../../src/scaling/scaling.ts';
import { SERVICE, failure, licensed, sighting } from '../helpers/facts.ts';
import { heard, registered } from './builders.ts';
import { FakeCluster } from './fake-cluster.ts';

export class Stage {
  readonly cluster: FakeCluster;
  readonly acts: Act[] = [];
  readonly #updates$ = new Subject<FleetUpdate>();
  readonly #opened$ = new Subject<TenantId>();
  readonly #registered = new Map<TenantId, ScaledObjectState[]>();
  readonly #directory: Directory;
  readonly #running: Subscription;
  #fleet: Fleet = createFleet([SERVICE]);

  /** @param cluster shared with another stage, or one of its own */
  constructor(over: Partial<ScalerOptions> = {}, cluster = new FakeCluster()) {
    this.cluster = cluster;
    const directory = (this.#directory = createDirectory(this.#fleet, 3_600_000));
    const acts$ = scaleByLicense(this.#updates$.pipe(directory.follow), this.#opened$, {
      cluster: this.cluster,
      suspends: true,
      reinstates: false,
      maxPerSecond: 1_000,
      burst: 100,
      defaultReplicas: 2,
      outlook: (tenant) => directory.outlook(tenant),
      confirmedAt: (tenant) => this.#confirmedAt(tenant),
      scaledObjectsOf: (tenant) => this.#registered.get(tenant) ?? [],
      ...over,
    });
    this.#running = acts$.subscribe((act) => this.acts.push(act));
  }

  /** What happened, shortly: `suspension of app: scaled`. */
  get happened(): string[] {
    return this.acts.map(
      ({ direction, scaledObject, result }) => `${direction} of ${scaledObject.name}: ${result}`,
    );
  }

  /** A ScaledObject that KEDA asks about, with the name and the target of its tenant. */
  add(tenant: TenantId, replicas: number, service?: string, name: string = tenant): void {
    const trigger = heard({ tenant, service });
    const metadata = { scalerAddress: trigger.address ?? '', tenantId: tenant };
    const triggers = [
      {
        type: 'external-push',
        metadata: service === undefined ? metadata : { ...metadata, service },
      },
    ];
    this.cluster.add(name, replicas, { triggers });
    const others = this.#registered.get(tenant) ?? [];
    this.#registered.set(tenant, [...others, registered(trigger, { name })]);
  }

  /** The license service says this of a tenant; without more, what it says is that the license is valid. */
  say(tenant: TenantId, over: Partial<License> = {}): void {
    const readings = { [tenant]: licensed({ tenant, services: ['api'], ...over }) };
    this.#observe(sighting(SERVICE, Date.now(), readings, false));
  }

  /** It says that the license was taken away. */
  lapse(tenant: TenantId): void {
    this.say(tenant, { status: 'suspended' });
  }

  /** The license service can't be asked any more. */
  fail(): void {
    this.#observe(failure(SERVICE, Date.now()));
  }

  /** A stream was opened, and its first word was `false`. */
  open(tenant: TenantId): void {
    this.#opened$.next(tenant);
  }

  close(): void {
    this.#running.unsubscribe();
  }

  #observe(observation: Observation): void {
    const update = observe(this.#fleet, observation, Date.now());
    this.#fleet = update.fleet;
    this.#updates$.next(update);
  }

  #confirmedAt(tenant: TenantId): number | undefined {
    const { tenants, sources } = this.#directory.fleet();
    const decision = decide(tenants.get(tenant)?.words ?? [], sources, Date.now());
    if (decision.kind === 'undecided' || decision.doubt !== undefined) return undefined;
    return decision.knownAt;
  }
}

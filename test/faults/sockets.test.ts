/** The fault matrix on real sockets: shorter, one fault after the other, with the whole program and KEDA's client. */
import { expect } from 'chai';
import { isDeepStrictEqual } from 'node:util';
import { Subject, filter, firstValueFrom, take, timeout, toArray } from 'rxjs';
import { startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createLicenseService as createSource } from '../../src/sources/license-service.ts';
import { Keda, scaledObject, type Poll, type PushStream } from '../helpers/keda.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';
import { QUICK, type Mode } from '../sources/license-service-stage.ts';
import { faultsOf, type Fault } from './case.ts';
import { createLicenseService } from './license-service.ts';
import { Random } from './random.ts';
import { TcpServer } from './tcp-server.ts';
import type { LicenseRecord, Tenant } from './truth.ts';

const SEED = process.env.FAULTS_SEED ?? '1';

/** How many requests have ended in one way or another, before what was said is looked at. */
const ENDS = 5;

/** Who is licensed for good, who is not, and who is one after the other. */
const [ON, OFF, CHANGING] = ['tenant-on', 'tenant-off', 'tenant-changing'] as const;

/** Where in the list of streams the last of them is. */
const CHANGED = 2;

const RUNS = { active: true, replicas: 2 };
const STOPS = { active: false, replicas: 0 };

describe(`The fault matrix, on real sockets (FAULTS_SEED=${SEED})`, () => {
  for (const mode of ['per-tenant', 'list'] as const) {
    it(`makes nothing wrong of any fault in mode ${mode}`, async () => {
      const stage = await Stage.start(mode);
      try {
        const random = new Random(`${SEED}/${mode}`);
        const wrong: string[] = [];
        for (const [kind, variants] of Object.entries(faultsOf(mode))) {
          if (variants[0]?.with === 'http')
            wrong.push(...(await stage.endure(kind, random.pick(variants))));
        }
        expect(wrong.join('\n')).to.equal('');
      } finally {
        await stage.close();
      }
    });
  }
});

class Stage {
  readonly #licensed = new Map<string, boolean>([
    [ON, true],
    [OFF, false],
    [CHANGING, true],
  ]);
  readonly #ended$ = new Subject<void>();
  readonly #closing: (() => unknown)[] = [];
  readonly #random = new Random(SEED);
  readonly #server = new TcpServer(this.#hostWith(undefined));
  #keda!: Keda;
  readonly #streams: PushStream[] = [];

  static async start(mode: Mode): Promise<Stage> {
    const stage = new Stage();
    await stage.#server.open();
    stage.#closing.push(() => stage.#server.close());
    const source = createSource({
      ...QUICK,
      timeout: 100,
      url: stage.#server.url,
      mode,
      path: mode === 'list' ? '/licenses' : '/licenses/{tenantId}',
      observer: {
        requested: () => {
          stage.#ended$.next();
        },
      },
    });
    const app = await startApp(await config(stage.#server.url), silent(), {
      version: 'test',
      sources: [source],
    });
    stage.#closing.push(() => app.stop());
    stage.#keda = new Keda(`127.0.0.1:${app.grpcPort}`, { firstRetryMs: 50 });
    stage.#closing.push(() => {
      stage.#keda.close();
    });
    stage.#streams.push(...[ON, OFF, CHANGING].map((tenant) => stage.#open(tenant)));
    for (const stream of stage.#streams) await stream.received(1);
    return stage;
  }

  /** Lets a fault begin and end. Gives what was said wrong meanwhile, and what was not heard after it. */
  async endure(kind: string, fault: Fault): Promise<string[]> {
    const wrong: string[] = [];
    const look = (what: string, found: unknown, ...allowed: readonly unknown[]): void => {
      if (allowed.some((each) => isDeepStrictEqual(found, each))) return;
      wrong.push(`${kind} (${fault.variant}): ${what} ${JSON.stringify(found)}`);
    };
    const newcomer = `tenant-${this.#licensed.size}`;
    const isOn = !this.#licensed.get(CHANGING);
    this.#licensed.set(newcomer, true).set(CHANGING, isOn);
    const before = this.#streams.map(({ states }) => states.length);
    await this.#begin(fault);
    const opened = [ON, OFF, newcomer].map((tenant) => this.#open(tenant));
    await this.#requests(ENDS);
    look('a poll of the licensed hears', await this.#poll(ON), RUNS);
    look('a poll of the unlicensed hears', await this.#poll(OFF), STOPS);
    look('a poll of the newcomer hears', kindOf(await this.#poll(newcomer)), 'UNAVAILABLE', RUNS);
    await this.#end(fault);
    await this.#streams[CHANGED]!.received((before[CHANGED] ?? 0) + 1);
    for (const stream of opened) await stream.received(1);
    const since = this.#streams.map(({ states }, index) => states.slice(before[index]));
    look('the streams hear', since, [[], [], [isOn]]);
    look(
      'the streams that opened hear',
      opened.map(({ states }) => states),
      [[true], [false], [true]],
    );
    for (const stream of opened) stream.cancel();
    return wrong;
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
  }

  async #begin(fault: Fault): Promise<void> {
    if (fault.with !== 'http') return;
    this.#server.host = this.#hostWith(fault);
    if (fault.connects === 'refused') await this.#server.close();
    else if (fault.cuts === true) this.#server.cut();
  }

  async #end(fault: Fault): Promise<void> {
    this.#server.host = this.#hostWith(undefined);
    if (fault.with === 'http' && fault.connects === 'refused') await this.#server.open();
  }

  #hostWith(fault: Fault | undefined) {
    const tenants = [...this.#licensed.keys()].map(toTenant);
    const none: Fault = { with: 'clock', variant: 'right', ahead: 0, asleep: 0 };
    return createLicenseService(
      { fault: fault ?? none, tenants, spared: new Set(), random: this.#random },
      {
        now: Date.now,
        licenseOf: ({ id }) => toRecord(id, this.#licensed.get(id) === true),
        told: () => undefined,
        toldUnproven: () => undefined,
        isFaulty: () => true,
      },
    );
  }

  #open(tenant: string): PushStream {
    return this.#keda.push(scaledObject(tenant));
  }

  #poll(tenant: string): ReturnType<Keda['poll']> {
    return this.#keda.poll(scaledObject(tenant));
  }

  /** Resolves when so many more requests have ended. */
  #requests(count: number): Promise<unknown> {
    return firstValueFrom(
      this.#ended$.pipe(
        take(count),
        toArray(),
        filter((all) => all.length === count),
        timeout(PATIENCE_MS),
      ),
    );
  }
}

function kindOf(poll: Poll): unknown {
  return 'error' in poll ? poll.error : poll;
}

function toTenant(id: string): Tenant {
  return { id, story: '', knowledge: 'known', license: [], override: [], filed: undefined };
}

const YEAR = 365 * 86_400_000;

function toRecord(id: string, isLicensed: boolean): LicenseRecord {
  const end = Date.now() + (isLicensed ? YEAR : -YEAR);
  return {
    id,
    name: id,
    services: ['scaled-service'],
    period_start: new Date(Date.now() - 2 * YEAR).toISOString(),
    period_end: new Date(Math.floor(end / YEAR) * YEAR).toISOString(),
  };
}

function silent() {
  return createLogger({ level: 'silent', format: 'json' });
}

function config(url: string) {
  return loadConfig({
    env: {
      LICENSE_SCALER_GRPC_LISTEN: '127.0.0.1:0',
      LICENSE_SCALER_HTTP_LISTEN: '127.0.0.1:0',
      LICENSE_SCALER_LICENSE_SERVICE_URL: url,
      LICENSE_SCALER_PUSH_REPEATS: '',
      LICENSE_SCALER_SHUTDOWN_DELAY: '0s',
    },
  });
}

/** A ScaledObject as KEDA's own code has it: what reached it, in order. */
import { EventEmitter, once } from 'node:events';

/** An external-push trigger. */
export interface TriggerSpec {
  readonly index?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /** What a TriggerAuthentication gives: `caCert`, `tlsClientCert`, `tlsClientKey`. */
  readonly authParams?: Readonly<Record<string, string>>;
  /** The environment of the target's container. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A line to the Go program; its `order.go` says what the keys mean. */
export interface Order {
  readonly order: 'open' | 'run' | 'stop' | 'poll' | 'operate' | 'edit' | 'query';
  readonly namespace: string;
  readonly name: string;
  readonly trigger?: TriggerSpec;
  readonly replicas?: number;
  readonly pollingInterval?: number;
  readonly cooldownPeriod?: number;
}

/** A line from the Go program; its `report.go` says what the keys mean. */
export interface KedaEvent {
  readonly at: number;
  readonly event:
    | 'started'
    | 'state'
    | 'specs'
    | 'polled'
    | 'scaled'
    | 'queried'
    | 'logged'
    | 'closed'
    | 'refused';
  readonly id?: string;
  readonly version?: string;
  readonly active?: boolean;
  readonly specs?: Poll['specs'];
  readonly poll?: Poll;
  readonly replicas?: number;
  readonly log?: LogLine;
  readonly error?: string;
}

interface LogLine {
  readonly level: number;
  readonly message: string;
  readonly error?: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What one poll brought: targets and values as Kubernetes quantities. */
export interface Poll {
  readonly specs: readonly { metric: string; type: string; target: string }[];
  readonly values: readonly { metric: string; value: string }[];
  readonly active: boolean;
  /** Of GetMetrics or IsActive; empty: there was none. */
  readonly error: string;
}

/** What KEDA logs of a stream of StreamIsActive: up to 2.20, and from 2.21 on. */
const RETRY = ['external push retry backoff', 'StreamIsActive retry backoff'];
const STREAM_FAILED = ['error running internalRun', 'error running StreamIsActive'];

/** Longer than KEDA's third wait before a reconnect, 8 s. */
const PATIENCE = 20_000;

export class ScaledObject {
  /** Namespace and name. */
  readonly id: string;
  readonly #events: KedaEvent[] = [];
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #send: (order: Order) => void;
  readonly #name: Pick<Order, 'namespace' | 'name'>;

  constructor(namespace: string, name: string, send: (order: Order) => void) {
    this.id = `${namespace}/${name}`;
    this.#name = { namespace, name };
    this.#send = send;
  }

  /** What was pushed. */
  get states(): boolean[] {
    return this.#all('state').map(({ active }) => active === true);
  }

  /** What was told of the metrics by StreamMetricSpec, message by message. */
  get streamedSpecs(): Poll['specs'][] {
    return this.#all('specs').map(({ specs }) => specs ?? []);
  }

  /** What KEDA scaled the target to. */
  get scaled(): number[] {
    return this.#all('scaled').map(({ replicas }) => replicas ?? Number.NaN);
  }

  /** How long KEDA said that it waits before it opens the stream again, each time that it was ended. */
  get retries(): string[] {
    return this.#logsOf(RETRY).map(({ values }) => values.duration ?? '');
  }

  /** What KEDA said of each stream that ended with any other status than OK. */
  get streamErrors(): string[] {
    return this.#logsOf(STREAM_FAILED).map(({ error }) => error ?? '');
  }

  logs(message: string): LogLine[] {
    return this.#logsOf([message]);
  }

  /** Resolves when so many states have been pushed in all. */
  async received(count: number): Promise<boolean[]> {
    await this.until(`${count} states`, () => this.states.length >= count);
    return this.states;
  }

  /** Resolves when KEDA has scaled the target so many times in all. */
  async scaledTimes(count: number): Promise<number[]> {
    await this.until(`scaled ${count} times`, () => this.scaled.length >= count);
    return this.scaled;
  }

  /** One poll: GetMetricSpec, GetMetrics, IsActive. */
  async poll(): Promise<Poll> {
    const before = this.#all('polled').length;
    this.order('poll');
    await this.until('an answer to a poll', () => this.#all('polled').length > before);
    return this.#all('polled')[before]!.poll!;
  }

  /** The first poll that brings something: KEDA polls again as long as nothing is known of a tenant. */
  answer(): Promise<Poll> {
    return this.pollUntil('known', ({ error }) => !error.includes('no license data'));
  }

  /**
   * Polls again and again until the answer is the wanted one.
   *
   * @param meanwhile is given every answer before it
   */
  async pollUntil(
    what: string,
    isWanted: (poll: Poll) => boolean,
    meanwhile: (poll: Poll) => void = () => undefined,
  ): Promise<Poll> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const poll = await this.poll();
      if (isWanted(poll)) return poll;
      meanwhile(poll);
      if (Date.now() > deadline) {
        throw new Error(`${this.id}: no poll is ${what}, the last was ${JSON.stringify(poll)}`);
      }
    }
  }

  run(): void {
    this.order('run');
  }

  /** As when its spec is edited: KEDA begins with it anew. */
  edit(): void {
    this.order('edit');
  }

  /** As when the HPA asks for the metric. Resolves with the error, which is empty if there was none. */
  async query(): Promise<string> {
    const before = this.#all('queried').length;
    this.order('query');
    await this.until('an answer for the HPA', () => this.#all('queried').length > before);
    return this.#all('queried')[before]?.error ?? '';
  }

  /** As when the ScaledObject is deleted: resolves when KEDA has closed its channel. */
  async stop(): Promise<void> {
    this.order('stop');
    await this.until('the end of its channel', () => this.#all('closed').length > 0);
  }

  order(order: Order['order'], more: Partial<Order> = {}): void {
    this.#send({ order, ...this.#name, ...more });
  }

  /** Takes what the Go program tells of it. */
  add(event: KedaEvent): void {
    this.#events.push(event);
    this.#emitter.emit('event');
  }

  /** Resolves when it holds; looked at whenever something happens to this ScaledObject. */
  async until(what: string, holds: () => boolean, patience = PATIENCE): Promise<void> {
    const signal = AbortSignal.timeout(patience);
    while (!holds()) {
      const refused = this.#all('refused')[0];
      if (refused !== undefined) throw new Error(`${this.id}: ${refused.error ?? ''}`);
      await once(this.#emitter, 'event', { signal }).catch(() => {
        const seen = JSON.stringify(this.#events.slice(-8), undefined, 1);
        throw new Error(`${this.id}: not within ${patience} ms: ${what}; seen last: ${seen}`);
      });
    }
  }

  #logsOf(messages: readonly string[]): LogLine[] {
    return this.#all('logged').flatMap(({ log }) =>
      log !== undefined && messages.includes(log.message) ? [log] : [],
    );
  }

  #all(event: KedaEvent['event']): KedaEvent[] {
    return this.#events.filter((each) => each.event === event);
  }
}

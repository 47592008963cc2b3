import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { messageOf } from '../core/operator-error.ts';
import { shapes } from '../http/api-schema.ts';
import { serverEvents, type ServerEvent } from './event-lines.ts';
import { paletteFor, printable, type Palette } from './palette.ts';
import {
  addSidePortOptions,
  ask,
  parseJson,
  RefusalError,
  type SidePortOptions,
} from './side-port.ts';
import type { StopSignal } from './stop-signal.ts';

/** The server says something every 15 s: who hears nothing for longer has lost it. */
const PATIENCE = 40_000;
const RETRY = 1_000;

/** `license-scaler watch`: what happens in a running license-scaler, as it happens. */
export function registerWatchCommand(program: Command, stopSignal: StopSignal): void {
  const command = program
    .command('watch')
    .description('print transitions as they happen in a running license-scaler')
    .argument('[tenants...]', 'only these; without any: all, and the sources too');
  addSidePortOptions(command)
    .addHelpText(
      'after',
      '\nWhere the connection is lost it is made again, and what happened meanwhile is told.' +
        '\nCtrl-C ends it.',
    )
    .action(async (tenants: string[], options: SidePortOptions) => {
      const abort = new AbortController();
      void stopSignal.then(() => {
        abort.abort();
      });
      const output = command.configureOutput();
      await new Watch(options, new Set(tenants), abort.signal, {
        out: (text) => output.writeOut?.(text),
        err: (text) => output.writeErr?.(text),
      }).run();
    });
}

interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

class Watch {
  readonly #options: SidePortOptions;
  readonly #tenants: ReadonlySet<string>;
  readonly #signal: AbortSignal;
  readonly #output: Output;
  #lastEventId: string | undefined;
  #isLost = false;

  constructor(
    options: SidePortOptions,
    tenants: ReadonlySet<string>,
    signal: AbortSignal,
    output: Output,
  ) {
    this.#options = options;
    this.#tenants = tenants;
    this.#signal = signal;
    this.#output = output;
  }

  /** Until it is aborted. @throws OperatorError where it can't begin, or is refused */
  async run(): Promise<void> {
    while (!this.#isOver()) {
      try {
        await this.#follow();
        this.#lost('the server ended it');
      } catch (error) {
        if (this.#isOver()) return;
        if (error instanceof RefusalError || this.#lastEventId === undefined) throw error;
        this.#lost(messageOf(error));
      }
      await sleep(RETRY, undefined, { signal: this.#signal }).catch(() => undefined);
    }
  }

  async #follow(): Promise<void> {
    const id = this.#lastEventId;
    const headers = id === undefined ? {} : { 'last-event-id': id };
    const asking = { signal: this.#signal, headers, patience: PATIENCE };
    const body = await ask(this.#options, '/api/events', asking);
    for await (const event of serverEvents(body)) {
      if (this.#isLost) this.#output.err('connected again\n');
      this.#isLost = false;
      if (event.id !== '') this.#lastEventId = event.id;
      const line = toLine(event, this.#tenants, paletteFor(process.stdout));
      if (line !== undefined) this.#output.out(`${line}\n`);
    }
  }

  #isOver(): boolean {
    return this.#signal.aborted;
  }

  #lost(why: string): void {
    if (!this.#isLost && !this.#isOver()) {
      this.#output.err(`not live, the connection is lost: ${printable(why)}; trying again\n`);
    }
    this.#isLost = true;
  }
}

/** The line of an event; undefined: it is not asked for. */
function toLine(
  { event, data }: ServerEvent,
  tenants: ReadonlySet<string>,
  palette: Palette,
): string | undefined {
  const value = parseJson(data);
  if (!value.ok) return undefined;
  switch (event) {
    case 'hello':
      return describeHello(value.value);
    case 'transition':
      return describeTransition(value.value, tenants, palette);
    case 'source':
      return tenants.size > 0 ? undefined : describeSource(value.value, palette);
    default:
      return undefined;
  }
}

function describeHello(value: unknown): string | undefined {
  const hello = shapes.Hello.safeParse(value);
  if (hello.data?.missed !== true) return undefined;
  return 'some of what happened meanwhile is no longer known: see license-scaler explain';
}

function describeTransition(
  value: unknown,
  tenants: ReadonlySet<string>,
  { faint, standing }: Palette,
): string | undefined {
  const { data } = shapes.Transition.safeParse(value);
  if (data === undefined || (tenants.size > 0 && !tenants.has(data.tenant))) return undefined;
  const { at, from, to, sentence } = data;
  return `${faint(at ?? '')} ${standing(from)} -> ${standing(to)}  ${printable(sentence)}`;
}

function describeSource(value: unknown, { faint, trouble }: Palette): string | undefined {
  const { data } = shapes.SourceTurn.safeParse(value);
  if (data === undefined) return undefined;
  const { at, source, up, reason } = data;
  const state = up === true ? 'works' : trouble(`fails: ${printable(reason ?? 'not known why')}`);
  return `${faint(at ?? '')} ${source} ${state}`;
}

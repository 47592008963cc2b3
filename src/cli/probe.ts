import { status, type ServiceError } from '@grpc/grpc-js';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { request } from 'undici';
import { formatAddress, isEvery, parseAddress, type Address } from '../config/address.ts';
import { formatDuration, parseDuration } from '../config/duration.ts';
import { messageOf, OperatorError } from '../core/operator-error.ts';
import { parsed, unparsed, type Parsed } from '../core/parsed.ts';
import type { Millis } from '../core/time.ts';
import { askHealth } from '../grpc/health-client.ts';
import { describeGrpcFailure } from './grpc-failure.ts';
import { addTlsOptions, createCredentials, type TlsOptions } from './tls-options.ts';

interface ProbeOptions extends TlsOptions {
  readonly grpc?: Address;
  readonly http?: URL;
  readonly service: string;
  readonly timeout: Millis;
}

const GRPC: Address = { host: '127.0.0.1', port: 6000 };
const HTTP = new URL('http://127.0.0.1:8080/readyz');

/** `license-scaler probe`: asks a running license-scaler whether it is ready, where there is no shell to do it. */
export function registerProbeCommand(program: Command): void {
  const command = program
    .command('probe')
    .description('ask a running license-scaler whether it is ready: exit code 0 if it is')
    .option('-g, --grpc <host:port>', 'ask the gRPC health service there', toAddress)
    .option('-H, --http <url>', 'ask /readyz there', toUrl)
    .option('-s, --service <name>', 'the service whose health is asked for; "": the server', '')
    .addOption(
      new Option('-t, --timeout <duration>', 'how long an answer may take')
        .argParser(toTimeout)
        .default(1_000, '1s'),
    );
  addTlsOptions(command)
    .addHelpText(
      'after',
      `\nWithout --grpc and --http it asks both, at ${formatAddress(GRPC)} and ${HTTP.href}.` +
        '\nAny of the TLS options makes gRPC speak TLS.' +
        '\nExit codes: 0 ready, 2 not ready or no answer (why is said on standard error), 1 a fault of the program.',
    )
    .action(async (options: ProbeOptions) => {
      const answers = await Promise.all(ask(options));
      const problems = answers.flatMap((answer) => (answer.ok ? [] : answer.problem));
      if (problems.length > 0) throw new OperatorError(problems.join('; '));
      const ready = answers.flatMap((answer) => (answer.ok ? answer.value : []));
      command.configureOutput().writeOut?.(`ready: ${ready.join(', ')}\n`);
    });
}

function ask(options: ProbeOptions): Promise<Parsed<string>>[] {
  const isBoth = options.grpc === undefined && options.http === undefined;
  const grpc = options.grpc ?? (isBoth ? GRPC : undefined);
  const http = options.http ?? (isBoth ? HTTP : undefined);
  return [
    ...(grpc === undefined ? [] : [askGrpc(grpc, options)]),
    ...(http === undefined ? [] : [askHttp(http, options.timeout)]),
  ];
}

async function askGrpc(at: Address, options: ProbeOptions): Promise<Parsed<string>> {
  const { service, timeout } = options;
  const address = formatAddress(at);
  const { channelCredentials, serverName } = await createCredentials(options, address);
  try {
    const answer = await askHealth({ address, service, channelCredentials, serverName, timeout });
    return answer === 'SERVING'
      ? parsed(`gRPC ${address}`)
      : unparsed(`gRPC ${address} says ${answer}`);
  } catch (error) {
    const failure = error as ServiceError;
    const isLate = failure.code === status.DEADLINE_EXCEEDED;
    return unparsed(`gRPC ${address} ${isLate ? late(timeout) : describeGrpcFailure(failure)}`);
  }
}

async function askHttp(url: URL, timeout: Millis): Promise<Parsed<string>> {
  try {
    // Not fetch, which refuses ports that browsers keep away from, 6000 and 10080 among them.
    const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(timeout) });
    const text = (await body.text()).trim();
    if (statusCode === 200) return parsed(url.href);
    return unparsed(`${url.href} answered ${statusCode}: ${text.slice(0, 200)}`);
  } catch (error) {
    return unparsed(
      `${url.href} ${isTimeout(error) ? late(timeout) : unreachable(messageOf(error))}`,
    );
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function late(timeout: Millis): string {
  return `did not answer within ${formatDuration(timeout)}`;
}

function unreachable(reason: string): string {
  return `can't be reached: ${reason}`;
}

/** An address that stands for all of the machine is one to listen on: it is asked on its own. */
function toAddress(text: string): Address {
  const address = parseAddress(text);
  if (address.ok)
    return isEvery(address.value) ? { ...address.value, host: GRPC.host } : address.value;
  throw new InvalidArgumentError(`It ${address.problem}.`);
}

function toUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError(`Give it as a URL, for example ${HTTP.href}.`);
  }
  if (url.pathname === '/') url.pathname = HTTP.pathname;
  return url;
}

function toTimeout(text: string): Millis {
  const duration = parseDuration(text);
  if (!duration.ok) throw new InvalidArgumentError(`It ${duration.problem}.`);
  if (duration.value === 0) throw new InvalidArgumentError('It is 0, allowed is more than that.');
  return duration.value;
}

import type { ServiceError } from '@grpc/grpc-js';
import { InvalidArgumentError, type Command } from 'commander';
import { OperatorError } from '../core/operator-error.ts';
import type { ScaledObject } from '../core/trigger.ts';
import { createScalerClient } from '../grpc/client.ts';
import { describeGrpcFailure } from './grpc-failure.ts';
import type { StopSignal } from './stop-signal.ts';
import { addTlsOptions, createCredentials, type TlsOptions } from './tls-options.ts';

interface StreamOptions extends TlsOptions {
  readonly address: string;
  readonly meta: Readonly<Record<string, string>>;
}

/** `license-scaler stream`: StreamIsActive as KEDA opens it, for people without grpcurl. */
export function registerStreamCommand(program: Command, stopSignal: StopSignal): void {
  const command = program
    .command('stream')
    .description('watch one ScaledObject as KEDA does: print each state as it is pushed')
    .argument('<namespace/name>', 'the ScaledObject', parseName)
    .option('-a, --address <host:port>', 'where license-scaler serves gRPC', '127.0.0.1:6000')
    .option('-m, --meta <key=value>', 'trigger metadata, may be given several times', collect, {});
  addTlsOptions(command)
    .addHelpText('after', '\nAny of the TLS options makes it speak TLS.')
    .action(async (name: Omit<ScaledObject, 'metadata'>, options: StreamOptions) => {
      const { address, meta } = options;
      const { channelCredentials, serverName } = await createCredentials(options, address);
      const client = createScalerClient(address, channelCredentials, serverName);
      const abort = new AbortController();
      void stopSignal.then(() => {
        abort.abort();
      });
      try {
        const states = client.watch({ ...name, metadata: meta }, abort.signal);
        await print(states, name, (text) => command.configureOutput().writeOut?.(text));
      } catch (error) {
        if (!abort.signal.aborted) throw explain(error, address);
      } finally {
        client.close();
      }
    });
}

async function print(
  states: AsyncIterable<boolean>,
  { namespace, name }: Omit<ScaledObject, 'metadata'>,
  out: (text: string) => void,
): Promise<void> {
  for await (const active of states) {
    const meaning = active ? 'run' : 'scale to zero';
    out(`${new Date().toISOString()} ${namespace}/${name} ${active} (${meaning})\n`);
  }
  out('the server ended the stream\n');
}

function explain(error: unknown, address: string): unknown {
  if (!isServiceError(error)) return error;
  return new OperatorError(`${address} ${describeGrpcFailure(error)}`);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'details' in error && 'code' in error;
}

function parseName(text: string): Omit<ScaledObject, 'metadata'> {
  const [namespace, name, ...rest] = text.split('/');
  if (!namespace || !name || rest.length > 0) {
    throw new InvalidArgumentError(
      'Give it as NAMESPACE/NAME, for example tenant-b/scaled-service.',
    );
  }
  return { namespace, name };
}

function collect(text: string, previous: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1)
    throw new InvalidArgumentError('Give it as key=value, for example tenantId=tenant-b.');
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
}

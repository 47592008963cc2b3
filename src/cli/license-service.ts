import { InvalidArgumentError, type Command } from 'commander';
import { listenOn } from '../app/listen.ts';
import { parseAddress, type Address } from '../config/address.ts';
import { createLicenseServiceServer } from '../license-service/license-service-server.ts';
import type { StopSignal } from './stop-signal.ts';

interface LicenseServiceCommand {
  readonly file: string;
  readonly listen: Address;
}

/** `license-scaler license-service`: a small real license service, for demos, tests and small clusters. */
export function registerLicenseServiceCommand(program: Command, stopSignal: StopSignal): void {
  const command = program
    .command('license-service')
    .description('serve the licenses of a file over HTTP: /licenses/{tenantId}, /licenses, /ping')
    .requiredOption('-f, --file <file>', 'the license records, JSON or YAML; edits count at once')
    .option('-l, --listen <host:port>', 'where to listen', toAddress, toAddress('[::]:8080'));
  command.action(async ({ file, listen }: LicenseServiceCommand) => {
    const output = command.configureOutput();
    const tell = (problem: string) => output.writeErr?.(`license-service: ${problem}\n`);
    const server = createLicenseServiceServer({ file, onProblem: tell });
    const start = (address: Address): Promise<number> => server.start(address);
    const port = await listenOn(start, listen, tell);
    output.writeOut?.(`license-service: serves ${file} on port ${port}\n`);
    await stopSignal;
    await server.stop();
  });
}

function toAddress(text: string): Address {
  const address = parseAddress(text);
  if (address.ok) return address.value;
  throw new InvalidArgumentError(`It ${address.problem}.`);
}

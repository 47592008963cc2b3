import { InvalidArgumentError, type Command } from 'commander';
import { listenOn } from '../app/listen.ts';
import { formatAddress, parseAddress, type Address } from '../config/address.ts';
import { createLicenseServiceServer } from '../license-service/license-service-server.ts';
import type { StopSignal } from './stop-signal.ts';

interface LicenseServiceCommand {
  readonly file: string;
  readonly listen: Address;
}

/** `license-scaler license-service`: a small real license service, for demos, tests and small clusters. */
export function registerLicenseServiceCommand(program: Command, stopSignal: StopSignal): void {
  program
    .command('license-service')
    .description('serve the licenses of a file over HTTP: /licenses/{tenantId}, /licenses, /ping')
    .requiredOption('-f, --file <file>', 'the license records, JSON or YAML; edits count at once')
    .option('-l, --listen <host:port>', 'where to listen', toAddress, toAddress('[::]:8080'))
    .action(async ({ file, listen }: LicenseServiceCommand) => {
      const server = createLicenseServiceServer({
        file,
        onProblem: (problem) => {
          process.stderr.write(`license-service: ${problem}\n`);
        },
      });
      const port = await listenOn(server.start, listen, (sentence) => {
        process.stderr.write(`license-service: ${sentence}\n`);
      });
      process.stdout.write(
        `license-service: serves ${file} on ${formatAddress({ ...listen, port })}\n`,
      );
      await stopSignal;
      await server.stop();
    });
}

function toAddress(text: string): Address {
  const address = parseAddress(text);
  if (address.ok) return address.value;
  throw new InvalidArgumentError(`It ${address.problem}.`);
}

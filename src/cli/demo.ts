import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { startApp } from '../app.ts';
import { loadConfig } from '../config/load.ts';
import { messageOf, OperatorError } from '../core/operator-error.ts';
import { LogOutput } from '../observability/log-output.ts';
import { createLogger } from '../observability/logger.ts';
import { toggleDebugBySignal } from './debug-signal.ts';
import { createDemoFolder, writeDemoConfig, type DemoAddresses } from './demo-folder.ts';
import { describeDemo } from './demo-text.ts';
import type { StopSignal } from './stop-signal.ts';
import { VERSION } from './version.ts';

/** `license-scaler demo`: the whole of it on this machine, on a license service and files of its own. */
export function registerDemoCommand(program: Command, stopSignal: StopSignal): void {
  const command = program
    .command('demo')
    .description('run the scaler on an embedded license service and files that you can edit')
    .option('--grpc <host:port>', 'where the scaler serves gRPC', '127.0.0.1:6000')
    .option('--http <host:port>', 'where it serves HTTP', '127.0.0.1:8080')
    .option('--license-service <host:port>', 'where the license service listens', '127.0.0.1:8081');
  command.action((addresses: DemoAddresses) =>
    runDemo(addresses, stopSignal, (text) => command.configureOutput().writeOut?.(text)),
  );
}

async function runDemo(
  wanted: DemoAddresses,
  stopSignal: StopSignal,
  print: (text: string) => void,
): Promise<void> {
  const folder = await createDemoFolder();
  const { child: licenseService, address } = await startLicenseService(
    folder.tenants,
    wanted.licenseService,
  );
  try {
    await writeDemoConfig(folder, { ...wanted, licenseService: address });
    const config = await loadConfig({ file: folder.config, env: {} });
    const logger = createLogger(config.log, new LogOutput({ write: printing(print) }));
    toggleDebugBySignal(logger);
    const app = await startApp(config, logger, { version: VERSION });
    const addresses = {
      grpc: withPort(wanted.grpc, app.grpcPort),
      http: withPort(wanted.http, app.httpPort),
      licenseService: address,
    };
    print(describeDemo(addresses, folder, licenseService.pid ?? 0));
    licenseService.once('exit', () => {
      logger.info('the license service has stopped');
    });
    await stopSignal;
    await app.stop();
  } finally {
    licenseService.kill();
  }
  print(`The demo is over. Its files are still in ${folder.path}\n`);
}

/** A demo is for whoever reads it: its log is a part of what it prints, and it ends when nobody reads that. */
function printing(print: (text: string) => void): (bytes: Uint8Array) => number {
  return (bytes) => {
    print(Buffer.from(bytes).toString());
    return bytes.length;
  };
}

/** The address with the port that was found where any port would do. */
function withPort(address: string, port: number): string {
  return address.replace(/\d+$/, String(port));
}

/** A running license service, and where it listens. */
interface LicenseService {
  readonly child: ChildProcess;
  readonly address: string;
}

/** The license service as a program of its own, so that it can be stopped as a real one can. */
async function startLicenseService(file: string, listen: string): Promise<LicenseService> {
  const [main = ''] = process.argv.slice(1);
  const args = [...process.execArgv, main, 'license-service', '--file', file, '--listen', listen];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, complaint] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    complaint += data.toString();
  });
  // It says that it listens, or why it can't.
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]).catch((error: unknown) => {
    complaint += messageOf(error);
  });
  const [port] = /\d+$/.exec(said.trimEnd()) ?? [];
  if (port !== undefined) return { child, address: withPort(listen, Number(port)) };
  throw new OperatorError(
    `the demo's license service did not start (choose another address with --license-service):\n${complaint}`,
  );
}

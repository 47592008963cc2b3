import type { Address } from '../../../src/config/address.ts';
import { quote } from '../../../src/core/parsed.ts';
import { parseRecords } from '../../../src/license-service/parse-records.ts';
import type { CommandLine } from '../command-line.ts';
import { findMountedFile, type Reader } from '../mounted-files.ts';
import { toProblems, type Finding, type Problem } from '../problem.ts';
import { checkLicenses } from './configured-files.ts';

interface Options {
  readonly file?: string;
  readonly listen?: Address;
}

/** A container that runs `license-service`. */
export function checkLicenseService({ options }: CommandLine, reader: Reader): readonly Problem[] {
  const { file: path, listen } = options as Options;
  const { template, placed } = reader;
  const at = (findings: readonly Finding[]): readonly Problem[] =>
    toProblems(template.workload, placed.path, findings);
  if (path === undefined) return at([{ path: ['args'], message: 'has no --file: add it' }]);
  const ports = at(checkPort(listen, reader));
  const file = findMountedFile(path, reader);
  if (file.kind === 'elsewhere') return ports;
  if (file.kind === 'problem') {
    return [...ports, ...at([{ path: ['args'], message: `--file: ${file.message}` }])];
  }
  const records = parseRecords(file.bytes);
  if (records.ok) return [...ports, ...checkLicenses(file)];
  const message = `is not understood: ${records.problem}`;
  return [...ports, { manifest: file.source, path: ['data', file.key], message }];
}

function checkPort(listen: Address | undefined, { placed: { container } }: Reader): Finding[] {
  const declared = (container.ports ?? []).map(({ containerPort }) => containerPort);
  if (listen === undefined || declared.includes(listen.port)) return [];
  const message = `are ${quote(declared)}, but it listens on port ${listen.port}: make them the same`;
  return [{ path: ['ports'], message }];
}

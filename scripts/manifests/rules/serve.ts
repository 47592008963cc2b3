import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDuration } from '../../../src/config/duration.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { ConfigError } from '../../../src/config/problem.ts';
import type { Config } from '../../../src/config/schema.ts';
import { quote } from '../../../src/core/parsed.ts';
import type { CommandLine } from '../command-line.ts';
import { environmentOf } from '../container-environment.ts';
import { findMountedFile, type MountedFile, type Reader } from '../mounted-files.ts';
import { toProblems, type Finding, type Problem } from '../problem.ts';
import { checkApiAccess } from './api-access.ts';
import { checkConfiguredFiles } from './configured-files.ts';
import { isHashed } from './hashed-name.ts';
import { checkTls } from './tls.ts';

/** A container that runs `serve`. */
export async function checkServe(
  { options }: CommandLine,
  reader: Reader,
): Promise<readonly Problem[]> {
  const { template, placed } = reader;
  const { config: path } = options as { config?: string };
  const file = path === undefined ? undefined : findMountedFile(path, reader);
  const place = toProblems(template.workload, [...placed.path, 'args'], checkFile(path, file));
  if (place.length > 0) return place;
  const loaded = await load(file?.kind === 'content' ? file : undefined, reader);
  if (Array.isArray(loaded)) return loaded;
  return [
    ...toProblems(template.workload, template.path, checkGrace(loaded, reader)),
    ...toProblems(template.workload, placed.path, checkContainer(loaded, reader)),
    ...checkConfiguredFiles(loaded, reader),
    ...checkTls(loaded, reader),
    ...checkApiAccess(loaded, reader),
  ];
}

function checkFile(path: string | undefined, file: MountedFile | undefined): Finding[] {
  if (path === undefined || file === undefined) return [];
  if (file.kind === 'problem') return [{ path: [], message: `--config: ${file.message}` }];
  if (file.kind === 'elsewhere') {
    return [{ path: [], message: `--config: ${path} is in no rendered ConfigMap: put it in one` }];
  }
  if (isHashed(file.source)) return [];
  const message = `--config: comes from ${file.source.metadata.name}, a ConfigMap without a hash in its name: with one, a change rolls the pods; without, it waits for the next restart`;
  return [{ path: [], message }];
}

type Content = Extract<MountedFile, { kind: 'content' }>;

/** @returns the configuration, or what is wrong with it */
async function load(file: Content | undefined, reader: Reader): Promise<Config | Problem[]> {
  const env = environmentOf(reader);
  const directory = await mkdtemp(join(tmpdir(), 'license-scaler-manifests-'));
  try {
    const path = join(directory, file?.key ?? '');
    if (file !== undefined) await writeFile(path, file.bytes);
    return await loadConfig({ file: file === undefined ? undefined : path, env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { template, placed } = reader;
    return error.problems.map(({ place, message }) => {
      const text = `does not load: ${place.replace(`${directory}/`, '')}: ${message}`;
      const isInFile = file !== undefined && place.startsWith(directory);
      return isInFile
        ? { manifest: file.source, path: ['data', file.key], message: text }
        : { manifest: template.workload, path: [...placed.path, 'env'], message: text };
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

const DEFAULT_GRACE = 30;

function checkGrace({ shutdown: { deadline } }: Config, { template }: Reader): Finding[] {
  const grace = template.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE;
  if (grace * 1_000 > deadline) return [];
  const message = `is ${grace}, allowed is more than shutdown.deadline (${formatDuration(deadline)}) of its configuration: Kubernetes would kill it while it stops`;
  return [{ path: ['spec', 'terminationGracePeriodSeconds'], message }];
}

const PROBE_PATHS = { readinessProbe: '/readyz', livenessProbe: '/livez', startupProbe: '/livez' };

function checkContainer({ grpc, http }: Config, { placed: { container } }: Reader): Finding[] {
  const declared = (container.ports ?? []).map(({ containerPort }) => containerPort);
  const ports = Object.entries({ grpc, http }).flatMap(([name, { listen }]) => {
    if (declared.includes(listen.port)) return [];
    const found = declared.join(', ') || 'none';
    const message = `are ${found}, but its configuration has ${name}.listen on port ${listen.port}: make them the same`;
    return [{ path: ['ports'], message }];
  });
  const probes = Object.entries(PROBE_PATHS).flatMap(([name, wanted]) => {
    const found = container[name as keyof typeof PROBE_PATHS]?.httpGet?.path;
    if (found === undefined || found === wanted) return [];
    const message = `is ${quote(found)}, allowed is ${wanted}`;
    return [{ path: [name, 'httpGet', 'path'], message }];
  });
  return [...ports, ...probes];
}

import { join } from 'node:path';
import { binaryPath } from '../build/binaries.ts';
import type { Program } from '../processes/managed-process.ts';
import type { Site } from './site.ts';

/** etcd on loopback, without TLS: nobody else has to do with it. */
export function etcd({ folder, ports }: Site): Program {
  const clients = `http://127.0.0.1:${ports.etcd}`;
  const peers = `http://127.0.0.1:${ports.etcdPeer}`;
  return {
    name: 'etcd',
    file: binaryPath('etcd'),
    args: [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${clients}`,
      `--advertise-client-urls=${clients}`,
      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=default=${peers}`,
      // Nothing has to outlive the run.
      '--unsafe-no-fsync',
    ],
  };
}

export function etcdHealth({ ports }: Site): string {
  return `http://127.0.0.1:${ports.etcd}/health`;
}

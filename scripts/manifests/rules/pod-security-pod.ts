import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import { quote } from '../../../src/core/parsed.ts';
import { checkSeLinux } from './pod-security-selinux.ts';
import type { Finding } from '../problem.ts';

const HOST_NAMESPACES = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

const VOLUME_TYPES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);

/** What the "restricted" Pod Security Standard says of a pod as a whole; paths begin at its spec. */
export function checkPod(spec: IPodSpec): Finding[] {
  return [...checkHost(spec), ...checkVolumes(spec), ...checkSecurityContext(spec)];
}

function checkHost(spec: IPodSpec): Finding[] {
  return HOST_NAMESPACES.filter((name) => spec[name] === true).map((name) => ({
    path: [name],
    message: 'is true, allowed is false: a pod must not share namespaces with its node',
  }));
}

function checkVolumes({ volumes = [] }: IPodSpec): Finding[] {
  return volumes.flatMap((volume, index) =>
    typesOf(volume).flatMap((type) => {
      if (VOLUME_TYPES.includes(type)) return [];
      const message = `is a volume of a type that is not allowed, allowed are ${VOLUME_TYPES.join(', ')}`;
      return [{ path: ['volumes', index, type], message }];
    }),
  );
}

/** The type is whatever is there beside the name. */
function typesOf(volume: IVolume): string[] {
  return Object.keys(volume).filter((key) => key !== 'name');
}

function checkSecurityContext({ securityContext: context = {} }: IPodSpec): Finding[] {
  const at = 'securityContext';
  const findings = checkSeLinux(context.seLinuxOptions, [at, 'seLinuxOptions']);
  if (context.windowsOptions?.hostProcess === true) {
    findings.push({
      path: [at, 'windowsOptions', 'hostProcess'],
      message: 'is true, allowed is false',
    });
  }
  (context.sysctls ?? []).forEach(({ name }, index) => {
    if (SAFE_SYSCTLS.has(name)) return;
    const message = `is ${quote(name)}, allowed are ${[...SAFE_SYSCTLS].join(', ')}`;
    findings.push({ path: [at, 'sysctls', index, 'name'], message });
  });
  return findings;
}

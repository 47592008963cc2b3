import { refuses, type Break } from './breaking.ts';

const of = 'Deployment tenant-a/scaled-service';
const POD = '/spec/template/spec';
const CONTAINER = `${POD}/containers/0`;

function row(title: string, at: string, put: unknown, ...says: string[]): Break {
  return { title, of, at, put, says };
}

describe('Pod Security restricted', () => {
  refuses([
    row('the network of the node', `${POD}/hostNetwork`, true, 'hostNetwork is true'),
    row('the processes of the node', `${POD}/hostPID`, true, 'hostPID is true'),
    row('the IPC of the node', `${POD}/hostIPC`, true, 'hostIPC is true'),
    row(
      'a directory of the node',
      `${POD}/volumes`,
      [{ name: 'host', hostPath: { path: '/' } }],
      'spec.template.spec.volumes[0].hostPath is a volume of a type that is not allowed, allowed are configMap',
    ),
    row(
      'a volume on the network',
      `${POD}/volumes`,
      [{ name: 'nfs', nfs: { server: 's', path: '/' } }],
      'volumes[0].nfs is a volume of a type that is not allowed',
    ),
    row(
      'a setting of the kernel',
      `${POD}/securityContext/sysctls`,
      [
        { name: 'net.ipv4.tcp_syncookies', value: '1' },
        { name: 'kernel.msgmax', value: '1' },
      ],
      'securityContext.sysctls[1].name is "kernel.msgmax"',
    ),
    row(
      "an SELinux type that is no container's",
      `${POD}/securityContext/seLinuxOptions`,
      { type: 'spc_t' },
      'seLinuxOptions.type is "spc_t"',
    ),
    row(
      'an SELinux user',
      `${CONTAINER}/securityContext/seLinuxOptions`,
      { type: 'container_t', user: 'root' },
      'seLinuxOptions.user is "root"',
    ),
    row(
      'the node itself on Windows',
      `${POD}/securityContext/windowsOptions`,
      { hostProcess: true },
      'windowsOptions.hostProcess is true',
    ),
    row(
      'the node itself on Windows, for a container',
      `${CONTAINER}/securityContext/windowsOptions`,
      { hostProcess: true },
      'windowsOptions has hostProcess',
    ),
    row(
      'an AppArmor profile that is none',
      `${CONTAINER}/securityContext/appArmorProfile`,
      { type: 'Unconfined' },
      'appArmorProfile.type is "Unconfined"',
    ),
    row(
      'the same by annotation',
      '/spec/template/metadata/annotations',
      { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' },
      'is "unconfined", allowed is runtime/default',
    ),
    row(
      'a privileged container',
      `${CONTAINER}/securityContext/privileged`,
      true,
      'containers[0].securityContext.privileged is true',
    ),
    row(
      'privilege escalation that is not ruled out',
      `${CONTAINER}/securityContext/allowPrivilegeEscalation`,
      undefined,
      'allowPrivilegeEscalation is "not given", allowed is false',
    ),
    row(
      'privilege escalation',
      `${CONTAINER}/securityContext/allowPrivilegeEscalation`,
      true,
      'allowPrivilegeEscalation is true',
    ),
    row(
      'capabilities that are kept',
      `${CONTAINER}/securityContext/capabilities`,
      { drop: ['NET_RAW'] },
      'capabilities.drop is ["NET_RAW"], allowed is what has ALL in it',
    ),
    row(
      'capabilities that are added',
      `${CONTAINER}/securityContext/capabilities/add`,
      ['NET_BIND_SERVICE', 'SYS_TIME'],
      'capabilities.add has "SYS_TIME"',
    ),
    row(
      'a pod that may run as root',
      `${POD}/securityContext/runAsNonRoot`,
      undefined,
      'runAsNonRoot is not true',
    ),
    row(
      'a container that may run as root in a pod that may not',
      `${CONTAINER}/securityContext/runAsNonRoot`,
      false,
      'runAsNonRoot is not true',
    ),
    row('a pod of root', `${POD}/securityContext/runAsUser`, 0, 'runAsUser is 0'),
    row(
      'a container of root',
      `${CONTAINER}/securityContext/runAsUser`,
      0,
      'containers[0].securityContext.runAsUser is 0',
    ),
    row(
      'a pod without a seccomp profile',
      `${POD}/securityContext/seccompProfile`,
      undefined,
      'seccompProfile.type is "not given", allowed is RuntimeDefault or Localhost',
    ),
    row(
      'a container without seccomp',
      `${CONTAINER}/securityContext/seccompProfile`,
      { type: 'Unconfined' },
      'seccompProfile.type is "Unconfined"',
    ),
    row(
      'another view of /proc',
      `${CONTAINER}/securityContext/procMount`,
      'Unmasked',
      'procMount is "Unmasked"',
    ),
    row('a port of the node', `${CONTAINER}/ports/0/hostPort`, 80, 'ports[0].hostPort is 80'),
    row(
      'a probe of another host',
      `${CONTAINER}/readinessProbe`,
      { httpGet: { host: 'example.com', port: 8080 } },
      'readinessProbe has the host "example.com"',
    ),
    row(
      'an init container that is not confined',
      `${POD}/initContainers`,
      [
        {
          name: 'init',
          image: 'i:1',
          resources: { requests: { cpu: 1, memory: 1 }, limits: { memory: 1 } },
          securityContext: { capabilities: { drop: ['ALL'] } },
        },
      ],
      'initContainers[0].securityContext.allowPrivilegeEscalation',
    ),
    {
      title: 'a namespace with pods that does not enforce it',
      of: 'Namespace license-scaler',
      at: '/metadata/labels/pod-security.kubernetes.io~1enforce',
      put: 'baseline',
      says: ['["pod-security.kubernetes.io/enforce"] is "baseline", allowed is restricted'],
    },
  ]);
});

import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSecurityContext } from 'kubernetes-models/v1/PodSecurityContext';
import type { ISecurityContext } from 'kubernetes-models/v1/SecurityContext';
import { quote } from '../../../src/core/parsed.ts';
import { checkSeLinux } from './pod-security-selinux.ts';
import type { Finding } from '../problem.ts';

const PROFILES = ['RuntimeDefault', 'Localhost'];
const CAPABILITY = 'NET_BIND_SERVICE';
const AT = 'securityContext';

type Control = (context: ISecurityContext, pod: IPodSecurityContext) => Finding[];

/**
 * What the "restricted" Pod Security Standard says of a container; paths begin at the container.
 *
 * @param pod the pod's security context, which counts where the container's says nothing
 */
export function checkContainer(container: IContainer, pod: IPodSecurityContext): Finding[] {
  const context = container.securityContext ?? {};
  return [
    ...CONTROLS.flatMap((control) => control(context, pod)),
    ...checkSeLinux(context.seLinuxOptions, [AT, 'seLinuxOptions']),
    ...checkHostPorts(container),
    ...checkProbeHosts(container),
  ];
}

const CONTROLS: readonly Control[] = [
  ({ privileged }) => refuse(privileged === true, 'privileged', 'is true, allowed is false'),

  ({ allowPrivilegeEscalation }) =>
    refuse(
      allowPrivilegeEscalation !== false,
      'allowPrivilegeEscalation',
      `is ${quote(allowPrivilegeEscalation ?? 'not given')}, allowed is false: give it`,
    ),

  ({ runAsNonRoot }, pod) =>
    refuse(
      (runAsNonRoot ?? pod.runAsNonRoot) !== true,
      'runAsNonRoot',
      "is not true, neither here nor in the pod's securityContext: give it in the pod's",
    ),

  ({ runAsUser }, pod) =>
    refuse((runAsUser ?? pod.runAsUser) === 0, 'runAsUser', 'is 0, allowed is any user but root'),

  ({ seccompProfile }, pod) => {
    const type = (seccompProfile ?? pod.seccompProfile)?.type;
    if (type !== undefined && PROFILES.includes(type)) return [];
    const message = `is ${quote(type ?? 'not given')}, allowed is ${PROFILES.join(' or ')}: give it in the pod's securityContext`;
    return [{ path: [AT, 'seccompProfile', 'type'], message }];
  },

  ({ appArmorProfile }, pod) => {
    const type = (appArmorProfile ?? pod.appArmorProfile)?.type;
    const message = `is ${quote(type)}, allowed is ${PROFILES.join(' or ')}`;
    if (type === undefined || PROFILES.includes(type)) return [];
    return [{ path: [AT, 'appArmorProfile', 'type'], message }];
  },

  ({ capabilities }) => {
    const message = `is ${quote(capabilities?.drop ?? 'not given')}, allowed is what has ALL in it`;
    if (capabilities?.drop?.includes('ALL') === true) return [];
    return [{ path: [AT, 'capabilities', 'drop'], message }];
  },

  ({ capabilities }) =>
    (capabilities?.add ?? [])
      .filter((added) => added !== CAPABILITY)
      .map((added) => ({
        path: [AT, 'capabilities', 'add'],
        message: `has ${quote(added)}, allowed is ${CAPABILITY}`,
      })),

  ({ procMount = 'Default' }) =>
    refuse(procMount !== 'Default', 'procMount', `is ${quote(procMount)}, allowed is Default`),

  ({ windowsOptions }) =>
    refuse(windowsOptions?.hostProcess === true, 'windowsOptions', 'has hostProcess: take it out'),
];

function refuse(isWrong: boolean, field: string, message: string): Finding[] {
  return isWrong ? [{ path: [AT, field], message }] : [];
}

function checkHostPorts({ ports = [] }: IContainer): Finding[] {
  return ports.flatMap(({ hostPort = 0 }, index) => {
    if (hostPort === 0) return [];
    const message = `is ${hostPort}, allowed is none: use a Service`;
    return [{ path: ['ports', index, 'hostPort'], message }];
  });
}

/** A probe of another host would be made from the node's network. */
function checkProbeHosts(container: IContainer): Finding[] {
  const { lifecycle = {} } = container;
  const handlers = {
    livenessProbe: container.livenessProbe,
    readinessProbe: container.readinessProbe,
    startupProbe: container.startupProbe,
    postStart: lifecycle.postStart,
    preStop: lifecycle.preStop,
  };
  return Object.entries(handlers).flatMap(([name, handler]) => {
    const host = (handler?.httpGet ?? handler?.tcpSocket)?.host;
    if (host === undefined || host === '') return [];
    return [{ path: [name], message: `has the host ${quote(host)}: take it out, it is the pod` }];
  });
}

/**
 * Kinds of operators that no installed package has a schema for: the fields of each that are of use here,
 * and nothing else. A field that is missing from a list although its operator knows it: add it, with its
 * type, from the operator's API reference.
 */
import { z } from 'zod';

const text = z.string();
const texts = z.array(text);
const labels = z.record(text, text);
const duration = z
  .string()
  .regex(/^(\d+(ms|s|m|h|d|w|y))+$/, 'must be a duration such as 30s, 5m or 1h30m');
const quantity = z.union([text, z.number()]);

/** The schema of a kind, under its `apiVersion/kind`. */
function kind(apiVersion: string, name: string, spec: z.ZodType): readonly [string, z.ZodType] {
  const schema = z.strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(name),
    metadata: z.strictObject({
      name: text,
      namespace: text.optional(),
      labels: labels.optional(),
      annotations: labels.optional(),
    }),
    spec,
  });
  return [`${apiVersion}/${name}`, schema];
}

const labelSelector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(z.strictObject({ key: text, operator: text, values: texts.optional() }))
    .optional(),
});

const relabeling = z.strictObject({
  action: text.optional(),
  regex: text.optional(),
  replacement: text.optional(),
  separator: text.optional(),
  sourceLabels: texts.optional(),
  targetLabel: text.optional(),
});

const endpoint = z.strictObject({
  port: text,
  path: text.optional(),
  scheme: z.enum(['http', 'https']).optional(),
  interval: duration.optional(),
  scrapeTimeout: duration.optional(),
  honorLabels: z.boolean().optional(),
  relabelings: z.array(relabeling).optional(),
  metricRelabelings: z.array(relabeling).optional(),
});

const serviceMonitor = z.strictObject({
  jobLabel: text.optional(),
  targetLabels: texts.optional(),
  podTargetLabels: texts.optional(),
  selector: labelSelector,
  namespaceSelector: z
    .strictObject({ any: z.boolean().optional(), matchNames: texts.optional() })
    .optional(),
  endpoints: z.array(endpoint).min(1),
  sampleLimit: z.int().optional(),
});

const rule = z.strictObject({
  alert: text.optional(),
  record: text.optional(),
  expr: text,
  for: duration.optional(),
  keep_firing_for: duration.optional(),
  labels: labels.optional(),
  annotations: labels.optional(),
});

const prometheusRule = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: text,
      interval: duration.optional(),
      labels: labels.optional(),
      rules: z.array(rule).min(1),
    }),
  ),
});

const certificate = z.strictObject({
  secretName: text,
  issuerRef: z.strictObject({ name: text, kind: text.optional(), group: text.optional() }),
  commonName: text.optional(),
  dnsNames: texts.optional(),
  uris: texts.optional(),
  duration: duration.optional(),
  renewBefore: duration.optional(),
  isCA: z.boolean().optional(),
  usages: texts.optional(),
  subject: z.strictObject({ organizations: texts.optional() }).optional(),
  secretTemplate: z
    .strictObject({ labels: labels.optional(), annotations: labels.optional() })
    .optional(),
  revisionHistoryLimit: z.int().min(1).optional(),
  privateKey: z
    .strictObject({
      algorithm: z.enum(['RSA', 'ECDSA', 'Ed25519']).optional(),
      encoding: z.enum(['PKCS1', 'PKCS8']).optional(),
      rotationPolicy: z.enum(['Never', 'Always']).optional(),
      size: z.int().optional(),
    })
    .optional(),
});

const issuer = z.strictObject({
  selfSigned: z.strictObject({}).optional(),
  ca: z.strictObject({ secretName: text }).optional(),
});

const spinProbe = z.strictObject({
  httpGet: z.strictObject({
    path: text,
    httpHeaders: z.array(z.strictObject({ name: text, value: text })).optional(),
  }),
  initialDelaySeconds: z.int().optional(),
  timeoutSeconds: z.int().optional(),
  periodSeconds: z.int().optional(),
  successThreshold: z.int().optional(),
  failureThreshold: z.int().optional(),
});

/** Its webhook refuses `replicas` where an autoscaler is to decide about them. */
const spinApp = z
  .strictObject({
    image: text,
    executor: text,
    replicas: z.int().optional(),
    enableAutoscaling: z.boolean().optional(),
    components: texts.optional(),
    imagePullSecrets: z.array(z.strictObject({ name: text })).optional(),
    checks: z
      .strictObject({ readiness: spinProbe.optional(), liveness: spinProbe.optional() })
      .optional(),
    variables: z.array(z.strictObject({ name: text, value: text.optional() })).optional(),
    resources: z
      .strictObject({
        limits: z.record(text, quantity).optional(),
        requests: z.record(text, quantity).optional(),
      })
      .optional(),
    deploymentAnnotations: labels.optional(),
    serviceAnnotations: labels.optional(),
    podAnnotations: labels.optional(),
    podLabels: labels.optional(),
  })
  .refine(
    ({ enableAutoscaling, replicas }) => enableAutoscaling !== true || replicas === undefined,
    {
      path: ['replicas'],
      message: 'can not be given where enableAutoscaling is true: take it out',
    },
  );

const spinAppExecutor = z.strictObject({
  createDeployment: z.boolean(),
  deploymentConfig: z
    .strictObject({
      runtimeClassName: text.optional(),
      caCertSecret: text.optional(),
      installDefaultCACerts: z.boolean().optional(),
    })
    .optional(),
});

/** The kinds, by `apiVersion/kind`. */
export const CUSTOM_KINDS: Readonly<Record<string, z.ZodType>> = Object.fromEntries([
  kind('monitoring.coreos.com/v1', 'ServiceMonitor', serviceMonitor),
  kind('monitoring.coreos.com/v1', 'PrometheusRule', prometheusRule),
  kind('cert-manager.io/v1', 'Certificate', certificate),
  kind('cert-manager.io/v1', 'Issuer', issuer),
  kind('cert-manager.io/v1', 'ClusterIssuer', issuer),
  // The second name is the one since Spin Operator 0.4.
  ...['core.spinoperator.dev/v1alpha1', 'core.spinkube.dev/v1alpha1'].flatMap((apiVersion) => [
    kind(apiVersion, 'SpinApp', spinApp),
    kind(apiVersion, 'SpinAppExecutor', spinAppExecutor),
  ]),
]);

interface Over {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** A ScaledObject as the API server has it, as far as anybody looks at it. */
export function manifest({ metadata, spec, status }: Over = {}): object {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { namespace: 'tenant-a', name: 'app', uid: 'uid-of-app', ...metadata },
    spec: {
      scaleTargetRef: { name: 'app' },
      triggers: [{ type: 'external-push', metadata: { scalerAddress: 'here:6000' } }],
      ...spec,
    },
    status: {
      scaleTargetGVKR: {
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        resource: 'deployments',
      },
      ...status,
    },
  };
}

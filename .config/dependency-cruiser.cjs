/** The rooms and the direction of imports: main -> cli -> app -> edges -> pipeline -> core. */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: [...allowed, 'node_modules'], dependencyTypesNot: ['core'] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: 'main\\.ts$' },
      to: {},
    },
    {
      name: 'core-is-pure',
      comment: 'core imports core: no rxjs, no node:, no clock',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: ['^src/core/'] },
    },
    {
      name: 'pipeline-imports-core-and-rxjs',
      severity: 'error',
      from: { path: '^src/pipeline/' },
      to: { pathNot: ['^src/(pipeline|core)/', 'node_modules/rxjs/'] },
    },
    only(
      'files-import-core',
      'files/ watches files for every edge and knows nothing of licenses',
      '^src/files/',
      ['^src/(files|core)/'],
    ),
    only('sources-import-inward', undefined, '^src/sources/', [
      '^src/(sources|files|pipeline|core)/',
    ]),
    only('grpc-imports-inward', undefined, '^src/grpc/', [
      '^src/(grpc|files|pipeline|core)/',
      '^generated/',
    ]),
    only('http-imports-inward', undefined, '^src/http/', ['^src/(http|pipeline|core)/']),
    only('observability-imports-inward', undefined, '^src/observability/', [
      '^src/(observability|pipeline|core)/',
    ]),
    only(
      'scaling-imports-inward',
      'scaling/ scales targets by itself; loaded only where that is switched on',
      '^src/scaling/',
      ['^src/(scaling|pipeline|core)/'],
    ),
    {
      name: 'kubernetes-client-only-in-scaling',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/scaling/' },
      to: { path: 'node_modules/@kubernetes/client-node/' },
    },
    {
      name: 'scaling-is-loaded-on-demand',
      comment: 'by import() alone, so that without it not even the Kubernetes client is loaded',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/scaling/' },
      to: { path: '^src/scaling/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    only('config-imports-core', undefined, '^src/config/', ['^src/(config|core)/']),
    only(
      'validation-imports-inward',
      'validation/ asks the parsers that the program runs, of sources/ the pure decoders',
      '^src/validation/',
      ['^src/(validation|config|core)/', '^src/sources/file/decode-'],
    ),
    only(
      'license-service-imports-inward',
      'the small license service of the demo is a program of its own',
      '^src/license-service/',
      ['^src/(license-service|files|core)/'],
    ),
    {
      name: 'generated-only-in-grpc',
      severity: 'error',
      from: { pathNot: '^(src/grpc|generated)/' },
      to: { path: '^generated/' },
    },
    {
      name: 'sources-do-not-know-each-other',
      comment: 'index.ts, the register, names them all',
      severity: 'error',
      from: { path: '^src/sources/(license-service|license-file|overrides-file)\\.ts$' },
      to: { path: '^src/sources/(license-service|license-file|overrides-file|index)\\.ts$' },
    },
    {
      name: 'app-does-not-import-cli',
      severity: 'error',
      from: { path: '^src/app(/|\\.ts$)' },
      to: { path: '^src/(cli/|main\\.ts$)' },
    },
    {
      name: 'nobody-imports-main-or-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|main\\.ts$)' },
      to: { path: '^src/(cli/|main\\.ts$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};

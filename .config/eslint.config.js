import rxjs from 'eslint-plugin-rxjs-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const timers = ['setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({
  name,
  message: 'Time comes from asyncScheduler (pipeline) or is a parameter (core).',
}));

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'generated/', '.config/', 'node_modules/'] },
  // What runs in the browser has no part in the program's types, which most rules need.
  { ignores: ['src/http/page/*.js'] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  rxjs.configs.strict,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './test/tsconfig.json', './test/page/browser.tsconfig.json'],
        tsconfigRootDir: new URL('..', import.meta.url).pathname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'rxjs-x/finnish': [
        'error',
        {
          functions: false,
          methods: false,
          objects: false,
          properties: false,
          // Functions that return Observables, which the rule takes for Observables.
          names: { '^ask$': false, '^afterTurn$': false },
        },
      ],
      'rxjs-x/no-ignored-default-value': 'off',
    },
  },
  {
    files: ['src/**'],
    rules: {
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 240 }],
      complexity: ['error', 12],
      // Two places subscribe: app.ts once, grpc/stream.ts once per RPC.
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.property.name='subscribe']",
          message: 'Only app.ts and grpc/stream.ts subscribe; return an Observable instead.',
        },
      ],
    },
  },
  { files: ['src/app.ts', 'src/grpc/stream.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['src/core/**', 'src/pipeline/**'],
    rules: {
      'no-restricted-globals': ['error', ...timers],
      'no-restricted-properties': [
        'error',
        {
          object: 'Date',
          property: 'now',
          message: 'Core takes now; pipeline reads asyncScheduler.now().',
        },
      ],
    },
  },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Marble helpers are named as RxJS names them; what errors in a test without a handler fails it.
      'rxjs-x/finnish': 'off',
      'rxjs-x/no-ignored-error': 'off',
      'rxjs-x/no-ignored-subscription': 'off',
    },
  },
);

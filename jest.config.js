import { fileURLToPath } from 'node:url';

/**
 * Three projects: `unit` needs no server (tests beside the code, test/architecture, test/compose, test/isolation, test/replay, test/safety);
 * `system` runs against real servers that each file starts for itself, so that two files can run at once; `e2e` starts
 * whole systems, whose server and worker run as the build made before them. All are native ES modules (run with --experimental-vm-modules).
 * test/live is for real accounts, by hand.
 */
const swc = (parser) => [
  '@swc/jest',
  {
    jsc: { target: 'es2022', parser, transform: { react: { runtime: 'automatic' } } },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];
const transform = {
  '^.+\\.ts$': swc({ syntax: 'typescript' }),
  '^.+\\.tsx$': swc({ syntax: 'typescript', tsx: true }),
};
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform,
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  setupFiles: ['<rootDir>/test/support/properties.ts'],
};

export default {
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/dist/',
        '<rootDir>/test/(?!architecture/|compose/|isolation/|replay/|safety/)',
      ],
    },
    {
      ...base,
      displayName: 'system',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/test/(?:architecture|compose|isolation|replay|safety|recovery|console|e2e|dev|live)/',
      ],
    },
    {
      ...base,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/{e2e,dev,recovery,console}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/e2e/support/build.js',
      globals: { builtProgram: [fileURLToPath(new URL('dist/cli.js', import.meta.url))] },
    },
  ],
};

/**
 * Two projects: `unit` needs no server (tests beside the code, test/architecture, test/compose and test/replay); `system`
 * (the rest of test/) runs against real servers that each file starts for itself. Both are native ES modules (run with
 * --experimental-vm-modules).
 */
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
  ],
};
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
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
        '<rootDir>/test/(?!architecture/|compose/|replay/)',
      ],
    },
    {
      ...base,
      displayName: 'system',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(?:architecture|compose|replay)/'],
    },
  ],
};

import { fileURLToPath } from 'node:url';
import main from '../../jest.config.js';

/** Apart from the projects of `npm test`: run by `npm run test:live`, for the accounts that are given. */
const [, system] = main.projects;

export default {
  ...system,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  displayName: 'live',
  testMatch: ['<rootDir>/test/live/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // Vendors take seconds for what a server on this machine does at once.
  testTimeout: 600_000,
};

import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { missingEntries } from '../../scripts/complete-lock.js';

const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));

test('the lock file names the packages of every platform, so that `npm ci` takes it (npm run complete-lock)', () => {
  expect(Object.keys(missingEntries(packages))).toEqual([]);
});

test('a lock file without the package of one platform is found out', () => {
  const { 'node_modules/@swc/core-darwin-arm64': dropped, ...others } = packages;
  expect(missingEntries(others)).toEqual({
    'node_modules/@swc/core-darwin-arm64': {
      version: dropped.version,
      cpu: ['arm64'],
      optional: true,
      os: ['darwin'],
    },
  });
});

test('all Temporal packages have one version', () => {
  const versions = Object.entries<{ version: string }>(packages)
    .filter(([name]) => name.startsWith('node_modules/@temporalio/'))
    .map(([, entry]) => entry.version);
  expect(versions.length).toBeGreaterThan(5);
  expect(new Set(versions).size).toBe(1);
});

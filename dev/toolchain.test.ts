import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findOnPath, requireToolchain } from './toolchain.ts';

const path = process.env['PATH'];

beforeEach(() => {
  process.env['PATH'] = '/nonexistent';
});

afterEach(() => {
  process.env['PATH'] = path;
});

test('a missing toolchain is named, with its purpose and the remedy', () => {
  const attempt = (): string => requireToolchain('go', 'temporal 1.5.1 (the dev server)');
  expect(attempt).toThrow('"go" is not on PATH; it is needed to build temporal 1.5.1 (the dev server).');
  expect(attempt).toThrow(
    expect.objectContaining({ code: 'dev_toolchain_missing', remedy: expect.stringContaining('go.dev/dl') }),
  );
});

test('finds programs on PATH only', () => {
  expect(findOnPath('sh')).toBeUndefined();
  process.env['PATH'] = '/nonexistent:/bin';
  expect(findOnPath('sh')).toBe('/bin/sh');
});

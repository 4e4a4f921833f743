import { expect, test } from '@jest/globals';
import { differences } from './differences.ts';

test('settings that differ are named, with both values', () => {
  const seen = { version: 1, updated_at: 'a', name: 'A', events: ['x'], url: 'same', paused: false };
  const now = { version: 3, updated_at: 'b', name: 'B', events: null, url: 'same', paused: true, sample: 10 };
  expect(differences(seen, now)).toEqual([
    { field: 'name', before: 'A', after: 'B' },
    { field: 'events', before: ['x'], after: null },
    { field: 'sample', before: null, after: 10 },
  ]);
});

test('a pause is no edit', () => {
  expect(differences({ version: 1, paused: false }, { version: 2, paused: true })).toEqual([]);
});

import { expect, test } from '@jest/globals';
import { compareRows, readManifests } from './read-back.ts';
import { seeded } from './random.ts';

/** The judge itself: what it does not see, no crash can show. */
const row = (uuid: string, insertedAtMicros = 1_000, distinctId = 'who') => ({ uuid, insertedAtMicros, distinctId });
const expected = new Map(['a', 'b', 'c'].map((uuid) => [uuid, row(uuid)]));
const text = (insertedAt: string, uuid: string): string =>
  `${JSON.stringify({ uuid, inserted_at: insertedAt, distinct_id: 'who' })}\n`;

test.each([
  ['nothing', [row('a'), row('b'), row('c')], { lost: 0, duplicated: 0, changed: 0, foreign: 0 }],
  ['a loss', [row('a'), row('b')], { lost: 1, duplicated: 0, changed: 0, foreign: 0 }],
  ['a repetition', [row('a'), row('a'), row('b'), row('c')], { lost: 0, duplicated: 1 }],
  ['a copy instead of the first arrival', [row('a', 2_000), row('b'), row('c')], { lost: 0, changed: 1 }],
  ['a row of nobody', [row('a'), row('b'), row('c'), row('d')], { lost: 0, foreign: 1 }],
])('sees %s', (_name, stored, difference) => {
  expect(compareRows(expected, stored)).toMatchObject(difference);
});

test('reads the manifest of the highest generation, and counts files that none names', async () => {
  const start = '2026-11-21T04:18:00.000000Z';
  const manifest = (generation: number, key: string): string =>
    JSON.stringify({ interval: { start }, generation, rows: 1, files: [{ key, rows: 1 }] });
  const files: Record<string, string> = {
    'x_manifest.json': manifest(0, 'x-00000.jsonl'),
    'x-g1_manifest.json': manifest(1, 'x-g1-00000.jsonl'),
    'x-00000.jsonl': text('2026-11-21T04:18:01.000001Z', 'a'),
    'x-g1-00000.jsonl': text('2026-11-21T04:18:02.000002Z', 'b'),
  };
  const read = (key: string): Promise<Buffer> => Promise.resolve(Buffer.from(files[key] ?? ''));
  const found = await readManifests({ keys: Object.keys(files), read });
  const micros = Date.parse('2026-11-21T04:18:02Z') * 1_000 + 2;
  expect(found).toEqual({ rows: [row('b', micros)], strayFiles: 1 });
});

test('a seed decides, and a part has choices of its own', () => {
  const draw = (seed: string): number[] => Array.from({ length: 3 }, () => seeded(seed).of('part').below(1_000));
  expect(draw('one')).toEqual(draw('one'));
  expect(draw('one')).not.toEqual(draw('two'));
});

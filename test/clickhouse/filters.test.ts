import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countMatched } from '../../clickhouse/tail.ts';
import { filterToPredicate } from '../../core/filters.ts';
import { microsOf } from '../../core/time.ts';
import { insertAt } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
}, 60_000);
afterAll(() => server.stop());

const NAMES = [
  'a',
  'A',
  "o'clock",
  'back\\slash',
  'tab\t',
  'line\nbreak',
  '"quoted"',
  '😀',
  '',
  ' ',
  '%',
  '$pageview',
  'a,b',
  "['a']",
];

test('a filter means the same in SQL and in JavaScript', async () => {
  const base = microsOf(new Date(Date.now() - 3_600_000));
  await insertAt(
    server.ch,
    NAMES.map((event) => ({ event, insertedAtMicros: base })),
  );
  const range = { startMicros: base, endMicros: base + 1 };
  const names = fc.option(fc.subarray(NAMES), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(names, names, async (includeEvents, excludeEvents) => {
      const filter = { ...(includeEvents && { includeEvents }), ...(excludeEvents && { excludeEvents }) };
      const expected = NAMES.filter(filterToPredicate(filter)).length;
      expect(await countMatched(server.ch, { teamId: 1, filter, range })).toBe(expected);
    }),
    { numRuns: 60 },
  );
}, 60_000);

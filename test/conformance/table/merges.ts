import { randomUUID } from 'node:crypto';
import { test } from '@jest/globals';
import fc from 'fast-check';
import type { ClickHouse } from '../../../clickhouse/client.ts';
import { expectSameRows } from './compare.ts';
import { GOLDEN_VERSION, GoldenSource, plainRows } from './golden.ts';
import type { TableTarget } from './place.ts';
import { expectNothingLeft, exportAll, goldenContext } from './session.ts';

const MERGING = { mode: 'merge', versionColumn: GOLDEN_VERSION } as const;
const MICROS_PER_MINUTE = 60_000_000;

export function describeMerges(target: TableTarget, ch: () => ClickHouse): void {
  test('merge: a newer version replaces, an older one never does, however late it comes', async () => {
    const place = await target.place();
    const newer = await GoldenSource.of(ch(), plainRows(5, 16, { label: 'new', version: 3 }));
    const older = await GoldenSource.of(ch(), plainRows(1, 11, { label: 'old', version: 2 }));
    await exportAll(place, goldenContext(MERGING), [newer.chunk()]);
    await exportAll(place, goldenContext(MERGING), [older.chunk()]);
    const expected = [...(await older.canonical()).filter(({ id }) => Number(id) < 5), ...(await newer.canonical())];
    expectSameRows(await place.rows(), expected);
    await expectNothingLeft(place);
  });

  test('merge: of one key inside an interval the greatest version wins, and a repetition changes nothing', async () => {
    const place = await target.place();
    const versions = [2, 9, 4].map((version) => plainRows(1, 4, { label: String(version), version }));
    const source = await GoldenSource.of(ch(), versions.flat());
    const context = goldenContext(MERGING);
    await exportAll(place, context, [source.chunk(0, { from: 0, to: 2 }), source.chunk(1, { from: 2, to: 9 })]);
    await exportAll(place, { ...context, generation: 1, runId: randomUUID() }, [source.chunk()]);
    const expected = (await source.canonical()).filter(({ version }) => version === '9');
    expectSameRows(await place.rows(), expected);
  });

  test('merges commute: intervals in any order of their runs give one table', async () => {
    await fc.assert(
      fc.asyncProperty(histories, orders, async (keys, order) => {
        const place = await target.place();
        const exportId = randomUUID();
        const intervals = await Promise.all([0, 1, 2].map((n) => GoldenSource.of(ch(), rowsOf(keys, n))));
        for (const n of order) {
          const context = goldenContext({ ...MERGING, exportId, interval: minute(n) });
          await exportAll(place, context, [intervals[n]!.chunk()]);
        }
        const all = (await Promise.all(intervals.map((source) => source.canonical()))).flat();
        const newest = new Map(all.map(({ id }) => [id, greatest(all.filter((row) => row['id'] === id))]));
        expectSameRows(await place.rows(), [...newest.values()]);
      }),
      // Each is three runs at a server; the suites of all tables together try several dozen histories a day.
      { numRuns: 3 },
    );
  });
}

/** Per key the version that each of three intervals has of it; 0: the interval does not have the key. */
const histories = fc.array(
  fc
    .shuffledSubarray([1, 2, 3], { minLength: 3 })
    .chain((versions) => fc.tuple(...versions.map((version) => fc.constantFrom(version, 0)))),
  { minLength: 2, maxLength: 6 },
);
const orders = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });

/** The last key is in every interval, so that none is empty. */
function rowsOf(keys: readonly (readonly number[])[], interval: number): ReturnType<typeof plainRows> {
  const versions = [...keys.map((versions) => versions[interval] ?? 0), interval + 1];
  return versions.flatMap((version, index) =>
    version === 0 ? [] : plainRows(index + 1, index + 2, { label: `v${String(version)}`, version }),
  );
}

function minute(n: number): { startMicros: number; endMicros: number } {
  const { startMicros, endMicros } = goldenContext().interval;
  return { startMicros: startMicros + n * MICROS_PER_MINUTE, endMicros: endMicros + n * MICROS_PER_MINUTE };
}

function greatest<Row extends Record<string, unknown>>(rows: readonly Row[]): Row {
  return rows.reduce((best, row) => (Number(row[GOLDEN_VERSION]) > Number(best[GOLDEN_VERSION]) ? row : best));
}

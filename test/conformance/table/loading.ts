import { expect, test } from '@jest/globals';
import type { ClickHouse } from '../../../clickhouse/client.ts';
import { expectSameRows } from './compare.ts';
import { goldenRows, GoldenSource, plainRows } from './golden.ts';
import type { TableTarget } from './place.ts';
import { expectNothingLeft, exportAll, goldenContext, inSession } from './session.ts';

export function describeLoading(target: TableTarget, ch: () => ClickHouse): void {
  test('every type arrives exactly, row by row', async () => {
    const place = await target.place();
    const source = await GoldenSource.of(ch(), goldenRows());
    const refused: string[] = [];
    const receipt = await exportAll(place, goldenContext(), [source.chunk(0, undefined, refused)]);
    expect(refused).toEqual([]);
    const expected = await source.canonical();
    expect(receipt).toMatchObject({ rows: expected.length, alreadyCommitted: false });
    expectSameRows(await place.rows(), target.adjust ? expected.map(target.adjust) : expected);
    await expectNothingLeft(place);
  });

  test('an interval without rows commits, and creates the table', async () => {
    const place = await target.place();
    const context = goldenContext();
    const receipt = await inSession(place, context, (session) => session.commit({ chunks: [] }));
    expect(receipt).toMatchObject({ rows: 0, alreadyCommitted: false });
    expect(await place.rows()).toEqual([]);
    expect(await inSession(place, context, (session) => session.verify({ chunks: [] }))).toMatchObject({ rows: 0 });
    await expectNothingLeft(place);
  });

  test('chunks without rows, with one and with many', async () => {
    const place = await target.place();
    const source = await GoldenSource.of(ch(), plainRows(1, 1_002));
    const context = goldenContext();
    const bounds = [
      [0, 1],
      [1, 2],
      [2, 500],
      [500, 2_000],
    ] as const;
    const requests = bounds.map(([from, to], index) => source.chunk(index, { from, to }));
    expect(await exportAll(place, context, requests)).toMatchObject({ rows: 1_001 });
    expectSameRows(await place.rows(), await source.canonical());
    expect(await inSession(place, context, (session) => session.verify({ chunks: [] }))).toMatchObject({ rows: 1_001 });
    await expectNothingLeft(place);
  });

  test('records that do not fit are refused one by one, and every other record arrives', async () => {
    const place = await target.place();
    const source = await GoldenSource.of(ch(), plainRows(1, 9));
    await source.update(
      'txt',
      `multiIf(id = 1, 'nul \\0 in text', id = 2, 'no utf-8 \\xff\\xc3', id = 3, repeat('x', 70000), 'fine')`,
    );
    await source.update(
      'props',
      `multiIf(id = 4, '{"nul":"\\\\u0000"}', id = 5, '{"half":"\\\\ud83d"}', id = 6, concat(repeat('[', 600), repeat(']', 600)), id = 7, '{"wide":123456789012345678901234567890}', '{}')`,
    );
    await source.update('f64', `multiIf(id = 1, nan, id = 2, inf, id = 3, -inf, 0)`);
    await source.update('us', `if(id = 8, toDateTime64('2299-12-31 23:59:59.999999', 6, 'UTC'), us)`);
    const refused: string[] = [];
    const receipt = await exportAll(place, goldenContext(), [source.chunk(0, undefined, refused)]);
    const setAside = new Set(refused.map((text) => text.split(' ')[0]));
    expect(receipt.rows).toBe(8 - setAside.size);
    const ids = (await place.rows()).map((row) => row['id']).sort();
    expect(ids).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'].filter((id) => !setAside.has(id)));
  });

  test('two exports share a table without touching each other', async () => {
    const place = await target.place();
    const sources = [await GoldenSource.of(ch(), plainRows(1, 4)), await GoldenSource.of(ch(), plainRows(10, 15))];
    await Promise.all(sources.map((source) => exportAll(place, goldenContext(), [source.chunk()])));
    const expected = await Promise.all(sources.map((source) => source.canonical()));
    expectSameRows(await place.rows(), expected.flat());
    await expectNothingLeft(place);
  });
}

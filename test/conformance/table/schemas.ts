import { expect, test } from '@jest/globals';
import type { ClickHouse } from '../../../clickhouse/client.ts';
import { expectSameRows } from './compare.ts';
import { GoldenSource, plainRows } from './golden.ts';
import type { TablePlace, TableTarget } from './place.ts';
import { exportAll, goldenContext } from './session.ts';

export function describeSchemas(target: TableTarget, ch: () => ClickHouse): void {
  const withPolicy = (place: TablePlace, schemaPolicy: string): TablePlace => ({
    ...place,
    config: { ...place.config, schemaPolicy },
  });

  test('a table that the user made gets the columns it has; policy `ask` leaves the others out', async () => {
    const place = await target.place();
    await place.createUserTable('subset');
    const source = await GoldenSource.of(ch(), plainRows(1, 6));
    await exportAll(withPolicy(place, 'ask'), goldenContext(), [source.chunk()]);
    const rows = await place.rows();
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['id', 'own', 'props', 'txt']);
    expectSameRows(
      rows.map(({ own, ...row }) => (expect(own).toBeNull(), row)),
      await source.canonical(),
    );
  });

  test('policy `auto` adds the missing columns, also while another attempt does', async () => {
    const place = await target.place();
    await place.createUserTable('subset');
    const sources = [await GoldenSource.of(ch(), plainRows(1, 6)), await GoldenSource.of(ch(), plainRows(10, 16))];
    await Promise.all(sources.map((source) => exportAll(place, goldenContext(), [source.chunk()])));
    const rows = (await place.rows()).map(({ own: _own, ...row }) => row);
    expect(Object.keys(rows[0] ?? {})).toContain('d38');
    expectSameRows(rows, (await Promise.all(sources.map((source) => source.canonical()))).flat());
  });

  test('policy `refuse` fails with the column named', async () => {
    const place = await target.place();
    await place.createUserTable('subset');
    const source = await GoldenSource.of(ch(), plainRows(1, 6));
    const failed = exportAll(withPolicy(place, 'refuse'), goldenContext(), [source.chunk()]);
    await expect(failed).rejects.toMatchObject({
      code: 'destination_column_missing',
      retryable: false,
      fault: 'customer',
    });
    expect(await place.rows()).toEqual([]);
  });

  const unfit = target.everyColumnHasDefault === true ? (['mismatch'] as const) : (['mismatch', 'required'] as const);
  test.each(unfit)('a table that cannot take the rows (%s) is refused with the column named', async (kind) => {
    const place = await target.place();
    await place.createUserTable(kind);
    const source = await GoldenSource.of(ch(), plainRows(1, 6));
    const failed = exportAll(place, goldenContext(), [source.chunk()]);
    await expect(failed).rejects.toMatchObject({
      code: 'destination_column_type_mismatch',
      retryable: false,
      fault: 'customer',
    });
    await expect(failed).rejects.toThrow(kind === 'mismatch' ? /txt/i : /must/i);
    expect(await place.rows()).toEqual([]);
  });
}

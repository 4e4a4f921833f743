import { expect, test } from '@jest/globals';
import type { ClickHouse } from '../../../clickhouse/client.ts';
import type { Preview } from '../../../core/preview.ts';
import { GoldenSource, plainRows } from './golden.ts';
import type { TablePlace, TableTarget } from './place.ts';
import { exportAll, goldenContext } from './session.ts';

async function previewOf({ destination, config }: TablePlace, changes: Record<string, unknown> = {}): Promise<Preview> {
  const parsed = destination.configSchema.parse({ ...config, ...changes });
  const preview = await destination.preview?.(parsed, goldenContext());
  if (preview === undefined) {
    throw new Error(`${destination.kind} has no preview`);
  }
  return preview;
}

const verdictsOf = ({ columns }: Preview): Record<string, string> =>
  Object.fromEntries(columns.map(({ column, verdict }) => [column.name, verdict]));

export function describePreviews(target: TableTarget, ch: () => ClickHouse): void {
  test('says what creates the table, which is then as it says; before that nothing is there', async () => {
    const place = await target.place();
    const before = await previewOf(place);
    expect(before).toMatchObject({
      table: { exists: false, statements: [expect.stringMatching(/^CREATE TABLE/)] },
      problems: [],
    });
    expect(before.encoding.columns.map(({ source }) => source)).toEqual(
      goldenContext().columns.map(({ name }) => name),
    );
    expect(Object.values(verdictsOf(before)).filter((verdict) => !['lossless', 'truncated'].includes(verdict))).toEqual(
      [],
    );
    expect(verdictsOf(before)).toMatchObject({ id: 'lossless', txt: 'lossless', props: 'lossless' });
    expect((await previewOf(place)).table?.exists).toBe(false);
    expect(await place.leftovers()).toEqual([]);

    const source = await GoldenSource.of(ch(), plainRows(1, 5));
    await exportAll(place, goldenContext(), [source.chunk()]);
    const after = await previewOf(place);
    expect(after).toMatchObject({ table: { exists: true, statements: [] }, problems: [] });
    expect(verdictsOf(after)).toEqual({ ...verdictsOf(before), ...target.emulatedVerdicts });
    expect(await place.rows()).toHaveLength(4);
  });

  test('follows the policy for columns that the table lacks', async () => {
    const place = await target.place();
    await place.createUserTable('subset');
    const auto = await previewOf(place);
    expect(auto.table?.statements.join('\n')).toMatch(/^ALTER TABLE[\s\S]*ADD COLUMN[\s\S]*d38/i);
    expect(auto.table?.statements.join('\n')).not.toMatch(/\btxt\b/i);
    const ask = await previewOf(place, { schemaPolicy: 'ask' });
    expect([ask.table?.statements, ask.problems]).toEqual([[], []]);
    expect(verdictsOf(ask)).toMatchObject({ d38: 'left_out' });
    const refused = await previewOf(place, { schemaPolicy: 'refuse' });
    expect(refused).toMatchObject({ table: { statements: [] }, problems: [{ code: 'destination_column_missing' }] });
    expect(verdictsOf(refused)).toMatchObject({ d38: 'refused' });
    // Nothing of this has changed the table.
    expect((await previewOf(place)).table).toEqual(auto.table);
  });

  test('names the column that does not fit, and judges the others', async () => {
    const place = await target.place();
    await place.createUserTable('mismatch');
    const { columns, problems, table } = await previewOf(place);
    expect(problems).toMatchObject([{ code: 'destination_column_type_mismatch', remedy: expect.any(String) }]);
    expect(table?.statements).toEqual([]);
    expect(columns.filter(({ verdict }) => verdict === 'refused').map(({ column }) => column.name)).toEqual(['txt']);
  });
}

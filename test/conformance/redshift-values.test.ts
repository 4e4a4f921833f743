import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { startRedshiftServer, type RedshiftServer } from './redshift/server.ts';
import { expectSameRows } from './table/compare.ts';
import { GoldenSource, plainRows } from './table/golden.ts';
import { expectNothingLeft, exportAll, goldenContext } from './table/session.ts';

jest.setTimeout(300_000);

let server: RedshiftServer;
let clickhouse: TestClickHouse;

beforeAll(async () => {
  [server, clickhouse] = await Promise.all([startRedshiftServer(), startTestClickHouse()]);
}, 60_000);
afterAll(async () => {
  await Promise.all([server.stop(), clickhouse.stop()]);
});

test('JSON of 14 MB arrives when each of its strings fits; what does not is set aside by record', async () => {
  const [place, source] = [await server.place(), await GoldenSource.of(clickhouse.ch, plainRows(1, 6))];
  await source.update(
    'props',
    `multiIf(id = 1, concat('[', repeat(concat('"', repeat('x', 65535), '",'), 213), '1]'),
      id = 2, concat('{"text":"', repeat('é', 32767), 'x"}'), id = 3, concat('{"text":"', repeat('é', 32768), '"}'),
      id = 4, concat('[', repeat(concat('"', repeat('x', 65535), '",'), 245), '1]'), '{"small":true}')`,
  );
  const refused: string[] = [];
  await exportAll(place, goldenContext(), [source.chunk(0, undefined, refused)]);
  expect(refused).toEqual(['3 props value_too_long', '4 props value_too_long']);
  const expected = (await source.canonical()).filter(({ id }) => ['1', '2', '5'].includes(id ?? ''));
  expect(expected.map(({ props }) => Buffer.byteLength(props ?? ''))).toEqual([13_959_597, 65_546, 14]);
  expectSameRows(await place.rows(), expected);
  await expectNothingLeft(place);
});

test('maxJsonBytes sets aside what Redshift has been seen to refuse', async () => {
  const [made, source] = [await server.place(), await GoldenSource.of(clickhouse.ch, plainRows(1, 3))];
  await source.update('props', `if(id = 1, concat('[', repeat('1,', 100000), '1]'), '[]')`);
  const place = { ...made, config: { ...made.config, maxJsonBytes: 100_000 } };
  const refused: string[] = [];
  await exportAll(place, goldenContext(), [source.chunk(0, undefined, refused)]);
  expect(refused).toEqual(['1 props value_too_long']);
  expect((await place.rows()).map(({ id }) => id)).toEqual(['2']);
});

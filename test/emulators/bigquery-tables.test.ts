import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Catalogue } from './bigquery/catalogue.ts';
import { connect } from './bigquery/client.ts';
import { startBigQuery } from './bigquery/start.ts';
import type { BigQueryServer } from './bigquery/start.ts';
import { endOf, upload } from './bigquery/upload.ts';
import { Upstream } from './bigquery/upstream.ts';
import { eventually } from '../support/eventually.ts';
import { gate } from '../support/gate.ts';
import { parquetOf } from '../support/parquet-of.ts';

let server: BigQueryServer;
let bigquery: BigQuery;

beforeAll(async () => {
  server = await startBigQuery();
  bigquery = connect(server);
  await bigquery.createDataset('d');
}, 300_000);

afterAll(() => server.stop());

interface Field {
  name: string;
  type: string;
  mode?: string;
}

async function create(name: string, fields: Field[]): Promise<void> {
  await bigquery.dataset('d').createTable(name, { schema: { fields } });
}

async function load(
  name: string,
  select: string,
  metadata: Parameters<typeof upload>[2] = {},
): Promise<{ reason?: string; message?: string; outputRows?: string }> {
  const job = await upload(bigquery.dataset('d').table(name), await parquetOf(select), metadata);
  return eventually(() => endOf(job));
}

/** Rows as the wire has them: every value a string. */
async function textRows(query: string): Promise<unknown[]> {
  const columns = 'TO_JSON_STRING(row__)';
  const [rows] = await bigquery.query(`SELECT ${columns} AS j FROM (${query}) AS row__`);
  return (rows as { j: string }[]).map(({ j }) => j);
}

async function fieldsOf(name: string): Promise<Field[]> {
  const [metadata] = (await bigquery.dataset('d').table(name).getMetadata()) as unknown as [
    { schema: { fields: Field[] } },
  ];
  return metadata.schema.fields;
}

test('Parquet columns are matched by name and keep 64 bits, microseconds and nine decimals', async () => {
  await create('typed', [
    { name: 'n', type: 'NUMERIC' },
    { name: 'seen', type: 'TIMESTAMP' },
    { name: 'id', type: 'INT64' },
    { name: 'missing', type: 'STRING' },
  ]);
  const select = `SELECT 9223372036854775807::BIGINT AS id, TIMESTAMPTZ '2026-01-02 03:04:05.123456+00' AS seen,
                         12345678901234567890123456789.123456789::DECIMAL(38, 9) AS n`;
  expect(await load('typed', select)).toEqual(expect.objectContaining({ outputRows: '1' }));
  const query = `SELECT CAST(id AS STRING) AS id, UNIX_MICROS(seen) AS seen, CAST(n AS STRING) AS n, missing FROM d.typed`;
  const [rows] = await bigquery.query({ query, wrapIntegers: true });
  expect(rows).toEqual([
    {
      id: '9223372036854775807',
      seen: expect.objectContaining({ value: '1767323045123456' }),
      n: '12345678901234567890123456789.123456789',
      missing: null,
    },
  ]);
});

test('a load into a table that does not exist takes over the columns of the file, or is refused', async () => {
  const select = `SELECT 1::BIGINT AS id, 'x' AS text, TIMESTAMPTZ '2026-01-02 03:04:05+00' AS at, 1.5::DOUBLE AS f`;
  const refused = await load('inferred', select, { createDisposition: 'CREATE_NEVER' });
  expect(refused).toEqual(expect.objectContaining({ reason: 'notFound' }));
  expect(await load('inferred', select)).toEqual(expect.objectContaining({ outputRows: '1' }));
  expect((await fieldsOf('inferred')).map(({ name, type }) => `${name} ${type}`)).toEqual([
    'id INTEGER',
    'text STRING',
    'at TIMESTAMP',
    'f FLOAT',
  ]);
});

test.each([
  ['an unknown column', 'SELECT 1::BIGINT AS id, 2 AS other', {}, /Cannot add fields \(field: other\)/],
  ['another type', `SELECT 'x' AS id`, {}, /Field id has changed type from INTEGER to STRING/],
  ['OPTIONAL into REQUIRED', 'SELECT 1::BIGINT AS id', {}, /Field id has changed mode from REQUIRED to NULLABLE/],
  [
    'a JSON column',
    `SELECT '{}' AS id`,
    { schema: { fields: [{ name: 'id', type: 'JSON' }] } },
    /Unsupported field type: JSON/,
  ],
])('a load is refused as by BigQuery: %s', async (name, select, metadata, message) => {
  const table = `refused_${name.replaceAll(' ', '_')}`;
  await create(table, [{ name: 'id', type: 'INT64', mode: 'REQUIRED' }]);
  expect(await load(table, select, metadata)).toEqual({ reason: 'invalid', message: expect.stringMatching(message) });
});

test('an explicit schema lets OPTIONAL columns into REQUIRED ones, and a NULL in them fails', async () => {
  const schema = { fields: [{ name: 'id', type: 'INT64', mode: 'REQUIRED' }] };
  await create('explicit', schema.fields);
  expect(await load('explicit', 'SELECT 1::BIGINT AS id', { schema })).toEqual(
    expect.objectContaining({ outputRows: '1' }),
  );
  const withNull = await load('explicit', 'SELECT NULL::BIGINT AS id', { schema });
  expect(withNull).toEqual(expect.objectContaining({ reason: expect.any(String) }));
});

test('a table that is being made is seen by nobody before it is whole', async () => {
  const tableReference = { projectId: 'p', datasetId: 'd', tableId: 'whole' };
  const table = { tableReference, schema: { fields: [{ name: 'id', type: 'INT64', mode: 'REQUIRED' }] } };
  const [upstream, last, events] = [new Upstream('http://127.0.0.1:9'), gate(), [] as string[]];
  upstream.json = <T>() => Promise.resolve(table as T);
  upstream.table = () => Promise.resolve(table);
  upstream.query = async () => {
    await last.opened;
    events.push('whole');
    return {};
  };
  const catalogue = new Catalogue(upstream);
  const made = catalogue.create(tableReference, table);
  const seen = catalogue.get(tableReference).then(() => events.push('seen'));
  await new Promise((resolve) => setImmediate(resolve));
  last.open();
  await Promise.all([made, seen]);
  expect(events).toEqual(['whole', 'seen']);
});

test('something that is not Parquet fails the job', async () => {
  await create('garbage', [{ name: 'id', type: 'INT64' }]);
  const job = await upload(bigquery.dataset('d').table('garbage'), Buffer.from('PAR1 nothing'));
  expect(await eventually(() => endOf(job))).toEqual(expect.objectContaining({ reason: 'invalid' }));
});

test('a column added by SQL is in tables.get, one added by tables.patch is in the data', async () => {
  await create('grows', [{ name: 'id', type: 'INT64', mode: 'REQUIRED' }]);
  await bigquery.query('ALTER TABLE d.grows ADD COLUMN extra JSON');
  expect(await fieldsOf('grows')).toEqual([
    { name: 'id', type: 'INTEGER', mode: 'REQUIRED' },
    { name: 'extra', type: 'JSON', mode: 'NULLABLE' },
  ]);
  const fields = [...(await fieldsOf('grows')), { name: 'more', type: 'STRING' }];
  await bigquery.dataset('d').table('grows').setMetadata({ schema: { fields } });
  await bigquery.query(`INSERT INTO d.grows (id, more) VALUES (1, 'x')`);
  expect(await textRows('SELECT more FROM d.grows')).toEqual(['{"more":"x"}']);
});

test('a column that is REQUIRED or missing in the new schema is refused by tables.patch', async () => {
  await create('fixed', [{ name: 'id', type: 'INT64' }]);
  const patch = (fields: Field[]): Promise<unknown> =>
    bigquery.dataset('d').table('fixed').setMetadata({ schema: { fields } });
  await expect(patch([{ name: 'other', type: 'INT64' }])).rejects.toThrow('Field id is missing in new schema');
  await expect(
    patch([
      { name: 'id', type: 'INT64' },
      { name: 'must', type: 'INT64', mode: 'REQUIRED' },
    ]),
  ).rejects.toThrow('Cannot add required fields to an existing schema. (field: must)');
});

test('REQUIRED holds for INSERT too', async () => {
  await create('strict', [
    { name: 'id', type: 'INT64', mode: 'REQUIRED' },
    { name: 'must', type: 'STRING', mode: 'REQUIRED' },
  ]);
  await expect(bigquery.query('INSERT INTO d.strict (id) VALUES (1)')).rejects.toThrow('must');
});

test('expiration, partitioning and clustering of a new table are answered', async () => {
  const expirationTime = String(Date.now() + 3_600_000);
  const layout = { timePartitioning: { type: 'DAY', field: 'at' }, clustering: { fields: ['id'] }, expirationTime };
  const fields = [
    { name: 'id', type: 'INT64', mode: 'REQUIRED' },
    { name: 'at', type: 'TIMESTAMP', mode: 'REQUIRED' },
  ];
  await bigquery.dataset('d').createTable('laid_out', { schema: { fields }, ...layout });
  expect((await bigquery.dataset('d').table('laid_out').getMetadata())[0]).toEqual(expect.objectContaining(layout));
});

test('PARSE_JSON takes stringified columns over, and fails on what is not JSON', async () => {
  await bigquery.query('CREATE TABLE d.parsed (id INT64, j JSON)');
  const insert = (text: string): Promise<unknown> =>
    bigquery.query({
      query: `INSERT INTO d.parsed SELECT 1, PARSE_JSON(@text, wide_number_mode=>'round')`,
      params: { text },
    });
  await insert('{"a":9007199254740993,"b":[1.5,null,"ü"]}');
  expect(await textRows('SELECT JSON_VALUE(j, "$.a") AS a, JSON_VALUE(j, "$.b[2]") AS b FROM d.parsed')).toEqual([
    '{"a":"9007199254740993","b":"ü"}',
  ]);
  await expect(insert('{"a":')).rejects.toEqual(expect.objectContaining({ code: 400 }));
});

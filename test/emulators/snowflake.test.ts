import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Connection, RowStatement } from 'snowflake-sdk';
import { eventually } from '../support/eventually.ts';
import { connect, execute, startAccount, type Client } from './snowflake-client.ts';
import type { SnowflakeEmulator } from './snowflake/index.ts';

let emulator: SnowflakeEmulator;
let client: Client;
let table: string;

beforeAll(async () => {
  emulator = await startAccount();
  client = await connect(emulator.url);
});

beforeEach(() => {
  table = `"t-${randomUUID()}"`;
});

afterAll(async () => {
  await client.close();
  await emulator.stop();
});

const asText = async (sqlText: string) =>
  await execute(client.connection, { sqlText, fetchAsString: ['Number', 'Date', 'JSON', 'Boolean', 'Buffer'] });

test('values of each type come back exact', async () => {
  await client.execute(`ALTER SESSION SET TIMEZONE = 'UTC', TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9'`);
  await client.execute(`CREATE TABLE ${table} (
    n NUMBER(38,0), d NUMBER(20,5), f FLOAT, s VARCHAR, b BOOLEAN, day DATE, ntz TIMESTAMP_NTZ(6), nanos TIMESTAMP_NTZ,
    tz TIMESTAMP_TZ(6), v VARIANT, o OBJECT, a ARRAY, bytes BINARY)`);
  await client.execute(
    `INSERT INTO ${table} SELECT $1, $2, $3, $4, TRUE, $5, $6, $7, $8, PARSE_JSON($9), OBJECT_CONSTRUCT('k', 1), PARSE_JSON('[1,2]'), TO_BINARY('C0FFEE')
     FROM VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      '99999999999999999999999999999999999999',
      '-123456789012345.67891',
      0.1,
      'Ünï"\'\\\n\t',
      '1969-12-31',
      '1969-12-31 23:59:59.999999',
      '2020-02-29 00:00:00.123456789',
      '2020-01-01 01:00:00.123456 +02:00',
      '{"big": 9007199254740993, "list": [true, null]}',
    ],
  );
  const [row] = await asText(`SELECT * FROM ${table}`);
  expect(row).toEqual({
    N: '99999999999999999999999999999999999999',
    D: '-123456789012345.67891',
    F: '0.1',
    S: 'Ünï"\'\\\n\t',
    B: 'TRUE',
    DAY: '1969-12-31',
    NTZ: '1969-12-31 23:59:59.999999000',
    NANOS: '2020-02-29 00:00:00.123456789',
    TZ: '2019-12-31 23:00:00.123 +0000',
    V: '{"big":9007199254740993,"list":[true,null]}',
    O: '{"k":1}',
    A: '[1,2]',
    BYTES: 'C0FFEE',
  });
});

test('a moment becomes local time of the session when it loses its zone', async () => {
  const other = await connect(emulator.url);
  const sql = `SELECT '2020-01-01 12:00:00 +00:00'::TIMESTAMP_TZ::TIMESTAMP_NTZ::VARCHAR AS t`;
  await expect(other.execute(sql)).resolves.toEqual([{ T: '2020-01-01 04:00:00' }]);
  await other.execute(`ALTER SESSION SET TIMEZONE = 'UTC'`);
  await expect(other.execute(sql)).resolves.toEqual([{ T: '2020-01-01 12:00:00' }]);
  await other.close();
});

test('unquoted names fold to upper case, quoted ones are exact, and may differ in case only', async () => {
  await client.execute(`CREATE TABLE ${table} (id INT, "id" INT, "Id" INT)`);
  await client.execute(`INSERT INTO ${table} (ID, "id", "Id") VALUES (1, 2, 3)`);
  await expect(client.execute(`SELECT Id, "id", "Id" FROM ${table}`)).resolves.toEqual([{ ID: 1, id: 2, Id: 3 }]);
  await expect(client.execute(`SELECT "ID2" FROM ${table}`)).rejects.toMatchObject({
    code: '000904',
    sqlState: '42000',
  });
});

test('paths into a VARIANT, and what cannot be parsed', async () => {
  const rows = await client.execute(
    `SELECT v:a.b[1]::STRING AS text, v:a.b[0]::NUMBER AS n, v:A AS wrong_case, v:s::STRING AS s, v:nothing::STRING AS nil
     FROM (SELECT PARSE_JSON('{"a": {"b": [7, "x"]}, "s": "plain", "nothing": null}') AS v)`,
  );
  expect(rows).toEqual([{ TEXT: 'x', N: 7, WRONG_CASE: null, S: 'plain', NIL: null }]);
  await expect(client.execute(`SELECT TRY_PARSE_JSON('{') AS v`)).resolves.toEqual([{ V: null }]);
  await expect(client.execute(`SELECT PARSE_JSON('{')`)).rejects.toMatchObject({ code: '100069' });
  await client.execute(`CREATE TABLE ${table} (v VARIANT)`);
  await expect(client.execute(`INSERT INTO ${table} VALUES (PARSE_JSON('1'))`)).rejects.toMatchObject({
    code: '002014',
  });
});

test('JSON above the size limit is refused', async () => {
  const small = await startAccount({ maxLobBytes: 1000 });
  const limited = await connect(small.url);
  await expect(limited.execute('SELECT PARSE_JSON(?) AS v', [JSON.stringify('x'.repeat(900))])).resolves.toHaveLength(
    1,
  );
  await expect(limited.execute('SELECT PARSE_JSON(?)', [JSON.stringify('x'.repeat(1000))])).rejects.toMatchObject({
    code: '100069',
    message: 'Error parsing JSON: document is too large, max size 1000 bytes',
  });
  await limited.close();
  await small.stop();
});

test('MERGE counts what it did and refuses two source rows for one target row', async () => {
  await client.execute(`CREATE TABLE ${table} (k INT, v INT)`);
  await client.execute(`INSERT INTO ${table} VALUES (?, ?)`, [
    [1, 1],
    [2, 5],
  ]);
  const merge = (source: string) =>
    client.execute(`MERGE INTO ${table} AS t USING (${source}) AS s ON t.k = s.k
      WHEN MATCHED AND s.v > t.v THEN UPDATE SET t.v = s.v WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, s.v)`);
  await expect(merge('SELECT column1 AS k, column2 AS v FROM VALUES (1, 3), (2, 4), (9, 9)')).resolves.toEqual([
    { 'number of rows inserted': 1, 'number of rows updated': 1, 'number of rows deleted': 0 },
  ]);
  await expect(merge('SELECT column1 AS k, column2 AS v FROM VALUES (1, 7), (1, 8)')).rejects.toMatchObject({
    code: '100090',
    sqlState: '42P18',
  });
  await expect(client.execute(`SELECT k, v FROM ${table} ORDER BY k`)).resolves.toEqual([
    { K: 1, V: 3 },
    { K: 2, V: 5 },
    { K: 9, V: 9 },
  ]);
});

test('DESCRIBE, SHOW and INFORMATION_SCHEMA tell what was created', async () => {
  await client.execute(
    `CREATE TABLE IF NOT EXISTS ${table} (id NUMBER(20,0) NOT NULL, "text" VARCHAR(10), PRIMARY KEY (id))`,
  );
  await client.execute(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS at TIMESTAMP_NTZ(6)`);
  await client.execute(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS at TIMESTAMP_NTZ(6)`);
  const name = table.slice(1, -1);
  await expect(client.execute(`DESCRIBE TABLE ${table}`)).resolves.toMatchObject([
    { name: 'ID', type: 'NUMBER(20,0)', 'null?': 'N' },
    { name: 'text', type: 'VARCHAR(10)', 'null?': 'Y' },
    { name: 'AT', type: 'TIMESTAMP_NTZ(6)', 'null?': 'Y' },
  ]);
  await expect(
    client.execute(
      `SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position`,
      ['PUBLIC', name],
    ),
  ).resolves.toEqual([
    { COLUMN_NAME: 'ID', DATA_TYPE: 'NUMBER', IS_NULLABLE: 'NO' },
    { COLUMN_NAME: 'text', DATA_TYPE: 'TEXT', IS_NULLABLE: 'YES' },
    { COLUMN_NAME: 'AT', DATA_TYPE: 'TIMESTAMP_NTZ', IS_NULLABLE: 'YES' },
  ]);
  await expect(client.execute(`SHOW TABLES LIKE '${name}'`)).resolves.toMatchObject([{ name }]);
  await expect(client.execute(`SHOW WAREHOUSES LIKE 'wh'`)).resolves.toMatchObject([{ name: 'WH', state: 'STARTED' }]);
  await expect(client.execute(`INSERT INTO ${table} (id, "text") VALUES (1, 'longer than ten')`)).rejects.toMatchObject(
    { code: '100078' },
  );
  await expect(client.execute(`INSERT INTO ${table} ("text") VALUES ('x')`)).rejects.toMatchObject({ code: '100072' });
});

test.each([
  ['SELEC 1', '001003', '42000'],
  ['SELECT * FROM nothing', '002003', '42S02'],
  ['SELECT nothing', '000904', '42000'],
  [`SELECT 'abc'::NUMBER`, '100038', '22018'],
  [`SELECT 'abc'::TIMESTAMP_NTZ`, '100035', '22007'],
  ['SELECT 100::NUMBER(2,0)', '100039', '22003'],
  ['USE WAREHOUSE nothing', '002043', '02000'],
  ['CREATE TABLE nowhere.public.t (a INT)', '002003', '02000'],
])('%s is answered with %s', async (sql, code, sqlState) => {
  await expect(client.execute(sql)).rejects.toMatchObject({ code, sqlState });
});

test('a missing privilege hides what cannot be read and refuses what cannot be changed', async () => {
  await client.execute(`CREATE TABLE guarded (a INT)`);
  emulator.account.deny('INSERT', 'DB.PUBLIC.GUARDED');
  emulator.account.deny('SELECT', 'DB.PUBLIC.GUARDED');
  emulator.account.deny('CREATE TABLE', 'DB.PUBLIC');
  await expect(client.execute('INSERT INTO guarded VALUES (1)')).rejects.toMatchObject({
    code: '003001',
    sqlState: '42501',
  });
  await expect(client.execute('SELECT * FROM guarded')).rejects.toMatchObject({ code: '002003' });
  await expect(client.execute('CREATE TABLE other (a INT)')).rejects.toMatchObject({ code: '003001' });
  await expect(emulator.query('SELECT count(*) AS n FROM db.public.guarded')).resolves.toEqual([{ N: '0' }]);
  emulator.account.allow('CREATE TABLE', 'DB.PUBLIC');
});

test('queries want a warehouse that runs or may be resumed; DDL does not', async () => {
  emulator.account.addWarehouse('ASLEEP', { state: 'SUSPENDED', autoResume: false });
  emulator.account.addWarehouse('DOZING', { state: 'SUSPENDED' });
  const other = await connect(emulator.url, { warehouse: 'ASLEEP' });
  await other.execute(`CREATE TABLE ${table} (a INT)`);
  await expect(other.execute(`SELECT * FROM ${table}`)).rejects.toMatchObject({ code: '000606', sqlState: '57P03' });
  await other.execute('USE WAREHOUSE dozing');
  await expect(other.execute(`SELECT * FROM ${table}`)).resolves.toEqual([]);
  await other.close();
});

const running = (text: string) =>
  emulator.statements().find(({ sql, state }) => sql.includes(text) && state === 'RUNNING');

test('a statement that takes long is asked for again until it is done', async () => {
  await client.execute(`CREATE TABLE ${table} (a INT)`);
  const other = await connect(emulator.url);
  await other.execute('BEGIN');
  await other.execute(`DELETE FROM ${table}`);
  const waiting = client.execute(`UPDATE ${table} SET a = 2`);
  await eventually(() => expect(emulator.requests('GET /queries/')).toBeGreaterThan(1));
  await other.execute('COMMIT');
  await expect(waiting).resolves.toMatchObject([{ 'number of rows updated': 0 }]);
  await other.close();
});

test('a statement is cancelled by its client', async () => {
  emulator.inject({ match: /hanging/, failure: { kind: 'hang' } });
  let statement: RowStatement | undefined;
  const ended = new Promise((resolve) => {
    statement = client.connection.execute({
      sqlText: `SELECT 'hanging'`,
      complete: (error) => resolve(error),
    });
  });
  await eventually(() => expect(running('hanging')).toBeDefined());
  await new Promise<void>((resolve) => statement?.cancel(() => resolve()));
  await expect(ended).resolves.toMatchObject({ code: '000604' });
});

async function submitDetached(connection: Connection, sqlText: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    connection.execute({
      sqlText,
      asyncExec: true,
      complete: (error, statement) => (error ? reject(error) : resolve(statement.getQueryId())),
    });
  });
}

test('a detached statement is followed by its id, and its failure is told', async () => {
  const queryId = await submitDetached(client.connection, 'SELECT 42 AS answer');
  const statement = await client.connection.getResultsFromQueryId({ queryId, sqlText: '' });
  const rows = await new Promise((resolve, reject) => {
    const found: unknown[] = [];
    statement
      .streamRows()
      .on('data', (row) => found.push(row))
      .on('error', reject)
      .on('end', () => resolve(found));
  });
  expect(rows).toEqual([{ ANSWER: 42 }]);
  const failing = await submitDetached(client.connection, 'SELECT * FROM nothing');
  await eventually(async () => expect(await client.connection.getQueryStatus(failing)).toBe('FAILED_WITH_ERROR'));
});

test.each(['drop_before', 'drop_after'] as const)('a statement whose answer is lost (%s) runs once', async (kind) => {
  await client.execute(`CREATE TABLE ${table} (a INT)`);
  emulator.inject({ match: /INSERT/, failure: { kind } });
  await expect(client.execute(`INSERT INTO ${table} VALUES (1)`)).resolves.toEqual([{ 'number of rows inserted': 1 }]);
  await expect(client.execute(`SELECT count(*) AS n FROM ${table}`)).resolves.toEqual([{ N: 1 }]);
});

test('a request id that was used gives the same result without running again', async () => {
  await client.execute(`CREATE TABLE ${table} (a INT)`);
  const statement = { sqlText: `INSERT INTO ${table} VALUES (1)`, requestId: randomUUID() };
  await execute(client.connection, statement);
  await execute(client.connection, statement);
  await expect(client.execute(`SELECT count(*) AS n FROM ${table}`)).resolves.toEqual([{ N: 1 }]);
});

test('the n-th statement that matches fails as asked', async () => {
  emulator.inject({
    match: /SELECT 'count/,
    skip: 1,
    failure: { kind: 'fail', code: '000630', sqlState: '57014', message: 'timeout' },
  });
  await expect(client.execute(`SELECT 'count' AS c`)).resolves.toHaveLength(1);
  await expect(client.execute(`SELECT 'count' AS c`)).rejects.toMatchObject({ code: '000630' });
  await expect(client.execute(`SELECT 'count' AS c`)).resolves.toHaveLength(1);
});

test('the query tag of a connection is seen with its statements', async () => {
  const tagged = await connect(emulator.url, { queryTag: 'sluice' });
  await tagged.execute(`SELECT 'tagged' AS t`);
  expect(emulator.statements().find(({ sql }) => sql.includes('tagged'))).toMatchObject({ tag: 'sluice' });
  await tagged.close();
});

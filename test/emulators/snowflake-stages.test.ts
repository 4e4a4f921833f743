import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeParquet } from '../conformance/parquet.ts';
import { connect, startAccount, type Client } from './snowflake-client.ts';
import type { SnowflakeEmulator } from './snowflake/index.ts';

let emulator: SnowflakeEmulator;
let client: Client;
let directory: string;
let name: string;
let table: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-put-'));
  emulator = await startAccount();
  client = await connect(emulator.url);
});

beforeEach(async () => {
  name = `t-${randomUUID()}`;
  table = `"${name}"`;
  await client.execute(`CREATE TABLE ${table} ("id" NUMBER(20,0), "text" VARCHAR)`);
});

afterAll(async () => {
  await client.close();
  await emulator.stop();
  await rm(directory, { recursive: true });
});

async function localFile(file: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(directory, `${randomUUID()}-${file}`);
  await writeFile(path, bytes);
  return path;
}

const upload = (path: string, target: string, options = 'AUTO_COMPRESS=FALSE') =>
  client.execute(`PUT 'file://${path}' '${target}' ${options}`);

const baseName = (path: string) => path.slice(directory.length + 1);

const copy = (rest: string, format = 'TYPE=PARQUET USE_LOGICAL_TYPE=TRUE') =>
  client.execute(
    `COPY INTO ${table} ("id", "text") FROM (SELECT $1:"id"::NUMBER(20,0), $1:"text"::VARCHAR FROM ${rest.replace(' ', ') ')}${
      rest.includes(' ') ? '' : ')'
    } FILE_FORMAT=(${format})`,
  );

const count = async () => Number((await client.execute(`SELECT count(*) AS n FROM ${table}`))[0]?.['N']);

test('a file is encrypted, uploaded, listed, loaded and removed', async () => {
  const path = await localFile('rows.parquet', await writeParquet(1000));
  await expect(upload(path, `@%${table}/run/a`)).resolves.toMatchObject([
    { source: baseName(path), target: baseName(path), status: 'UPLOADED' },
  ]);
  const [listed] = await client.execute(`LIST '@%${table}/run'`);
  expect(listed).toMatchObject({ name: `run/a/${baseName(path)}` });
  await expect(copy(`@%${table}/run/a/`)).resolves.toMatchObject([{ status: 'LOADED', rows_loaded: 1000 }]);
  await expect(
    client.execute(`SELECT count(DISTINCT "id") AS n, min(length("text")) AS l FROM ${table}`),
  ).resolves.toEqual([{ N: 1000, L: 144 }]);
  await expect(client.execute(`REMOVE '@%${table}/run'`)).resolves.toMatchObject([{ result: 'removed' }]);
  await expect(client.execute(`LIST '@%${table}'`)).resolves.toEqual([]);
});

test('a second upload of a name is skipped unless it overwrites', async () => {
  const path = await localFile('rows.parquet', await writeParquet(10));
  await upload(path, `@%${table}/p`);
  await expect(upload(path, `@%${table}/p`)).resolves.toMatchObject([{ status: 'SKIPPED' }]);
  await expect(upload(path, `@%${table}/p`, 'AUTO_COMPRESS=FALSE OVERWRITE=TRUE')).resolves.toMatchObject([
    { status: 'UPLOADED' },
  ]);
});

test('a file that was loaded is skipped, by FORCE loaded again, and with other bytes is another file', async () => {
  const path = await localFile('rows.parquet', await writeParquet(10));
  await upload(path, `@%${table}/p`);
  await copy(`@%${table}/p`);
  await expect(copy(`@%${table}/p`)).resolves.toEqual([{ status: 'Copy executed with 0 files processed.' }]);
  await expect(copy(`@%${table}/p/ FILES=('${baseName(path)}')`)).resolves.toMatchObject([
    { status: 'LOAD_SKIPPED', rows_loaded: 0 },
  ]);
  await copy(`@%${table}/p FORCE=TRUE`);
  await upload(path, `@%${table}/p`, 'AUTO_COMPRESS=FALSE OVERWRITE=TRUE');
  await copy(`@%${table}/p`);
  expect(await count()).toBe(30);
});

test('a path is a prefix of names, not a folder', async () => {
  const path = await localFile('rows.parquet', await writeParquet(1));
  await upload(path, `@%${table}/1`);
  await upload(path, `@%${table}/10`);
  await expect(client.execute(`LIST '@%${table}/1'`)).resolves.toHaveLength(2);
  await expect(client.execute(`LIST '@%${table}/1/'`)).resolves.toHaveLength(1);
});

test('FILES must be there; a pattern picks; PURGE removes what was loaded', async () => {
  const path = await localFile('rows.parquet', await writeParquet(10));
  await upload(path, `@%${table}/p`);
  await expect(copy(`@%${table}/p/ FILES=('absent.parquet')`)).rejects.toMatchObject({ code: '091016' });
  await expect(copy(`@%${table}/p PATTERN='.*[.]json'`)).resolves.toMatchObject([
    { status: 'Copy executed with 0 files processed.' },
  ]);
  await copy(`@%${table}/p PURGE=TRUE`);
  await expect(client.execute(`LIST '@%${table}'`)).resolves.toEqual([]);
});

test('names of file columns are case-sensitive: another case is NULL without an error', async () => {
  const path = await localFile('rows.parquet', await writeParquet(10));
  await upload(path, `@%${table}/p`);
  await client.execute(
    `COPY INTO ${table} ("id", "text") FROM (SELECT $1:"ID"::NUMBER, $1:TEXT::VARCHAR FROM '@%${table}/p') FILE_FORMAT=(TYPE=PARQUET)`,
  );
  await expect(
    client.execute(`SELECT count("id") AS ids, count("text") AS texts, count(*) AS n FROM ${table}`),
  ).resolves.toEqual([{ IDS: 0, TEXTS: 0, N: 10 }]);
});

test.each([
  ['CASE_SENSITIVE', 'id', 2],
  ['CASE_SENSITIVE', 'ID', 0],
  ['CASE_INSENSITIVE', 'ID', 2],
])('MATCH_BY_COLUMN_NAME=%s with key %s of JSON fills %i rows', async (mode, key, filled) => {
  const lines = `{"${key}": 1, "text": "a"}\n{"${key}": 18446744073709551615, "other": 1}\n`;
  const path = await localFile('rows.json.gz', gzipSync(lines));
  await upload(path, `@%${table}/p`);
  await client.execute(`COPY INTO ${table} FROM '@%${table}/p' FILE_FORMAT=(TYPE=JSON) MATCH_BY_COLUMN_NAME=${mode}`);
  await expect(
    client.execute(`SELECT count("id") AS ids, count(*) AS n, max("id")::VARCHAR AS big FROM ${table}`),
  ).resolves.toEqual([{ IDS: filled, N: 2, BIG: filled === 2 ? '18446744073709551615' : null }]);
});

test('one bad value leaves nothing of any file', async () => {
  const good = await localFile('a.json', '{"id": 1}');
  const bad = await localFile('b.json', '{"id": 2}\n{"id": "two"}');
  await upload(good, `@%${table}/p`);
  await upload(bad, `@%${table}/p`);
  await expect(copy(`@%${table}/p`, 'TYPE=JSON')).rejects.toMatchObject({ code: '100071' });
  expect(await count()).toBe(0);
});

test('a COPY that is rolled back has not loaded its file', async () => {
  const path = await localFile('rows.parquet', await writeParquet(10));
  await upload(path, `@%${table}/p`);
  await client.execute('BEGIN');
  await copy(`@%${table}/p`);
  await client.execute('ROLLBACK');
  expect(await count()).toBe(0);
  await expect(copy(`@%${table}/p`)).resolves.toMatchObject([{ status: 'LOADED' }]);
});

test('JSON text of a Parquet column becomes a VARIANT; a nested column too', async () => {
  const path = await localFile('rows.parquet', await writeParquet(1));
  await client.execute(`CREATE TABLE "v-${name}" (v VARIANT, l VARIANT, f VARCHAR)`);
  await client.execute(`CREATE STAGE "s-${name}"`);
  await upload(path, `@"s-${name}"/x`);
  await client.execute(`COPY INTO "v-${name}" FROM (
    SELECT PARSE_JSON('{"id":' || $1:"id"::VARCHAR || '}'), $1:"list"::VARIANT, METADATA$FILENAME FROM @"s-${name}"/x
  ) FILE_FORMAT = (TYPE = PARQUET)`);
  await expect(client.execute(`SELECT v:id::NUMBER AS id, l, f FROM "v-${name}"`)).resolves.toEqual([
    { ID: 0, L: [1, 2], F: `x/${baseName(path)}` },
  ]);
  await expect(client.execute(`LIST @"s-${name}"`)).resolves.toMatchObject([{ name: `s-${name}/x/${baseName(path)}` }]);
});

test('a stage that is not there, or that one may not write', async () => {
  const path = await localFile('rows.json', '{}');
  await expect(upload(path, '@nothing/x')).rejects.toMatchObject({ code: '002003' });
  await client.execute('CREATE STAGE guarded');
  emulator.account.deny('WRITE', 'DB.PUBLIC.GUARDED');
  await expect(upload(path, '@guarded/x')).rejects.toMatchObject({ code: '003001' });
});

test('an upload that the store refuses for a while is tried again by the SDK', async () => {
  const path = await localFile('rows.json', '{"id": 1}');
  emulator.inject({ match: /^PUT \/storage/, failure: { kind: 'status', status: 503 } });
  await expect(upload(path, `@%${table}/p`)).resolves.toMatchObject([{ status: 'UPLOADED' }]);
  await expect(client.execute(`LIST '@%${table}/p'`)).resolves.toHaveLength(1);
});

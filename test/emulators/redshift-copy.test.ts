import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { STSClient, AssumeRoleCommand } from '@aws-sdk/client-sts';
import { DuckDBInstance } from '@duckdb/node-api';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startS3Server, type S3Server } from '../conformance/s3-server.ts';
import { redshiftClient, type RedshiftClient } from './redshift-client.ts';
import { startRedshiftEmulator, type RedshiftEmulator } from './redshift/index.ts';

const ROLE_ARN = 'arn:aws:iam::444455556666:role/customer';

let s3: S3Server;
let emulator: RedshiftEmulator;
let redshift: RedshiftClient;
let bucket: string;

beforeAll(async () => {
  s3 = await startS3Server();
  emulator = await startRedshiftEmulator({ s3, assumableRoles: [{ arn: ROLE_ARN }] });
  redshift = redshiftClient(emulator);
});

beforeEach(async () => {
  bucket = await s3.createBucket();
});

afterAll(async () => {
  await emulator.stop();
  await s3.stop();
});

const put = async (key: string, body: Buffer | string) => {
  await s3.client().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  return { url: `s3://${bucket}/${key}`, mandatory: true, meta: { content_length: Buffer.byteLength(body) } };
};

/** The rows of a DuckDB query as a Parquet file in the bucket; the answer is its entry in a manifest. */
async function putParquet(key: string, select: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-parquet-'));
  const instance = await DuckDBInstance.create();
  try {
    const connection = await instance.connect();
    await connection.run(`COPY (${select}) TO '${folder}/file' (FORMAT parquet, COMPRESSION zstd)`);
    connection.closeSync();
    return await put(key, await readFile(`${folder}/file`));
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

const putManifest = (entries: object[]) => put('manifest.json', JSON.stringify({ entries }));

const copySql = (into: string, options = '') =>
  `COPY ${into} FROM 's3://${bucket}/manifest.json' IAM_ROLE '${emulator.copyRoleArn}' MANIFEST FORMAT AS PARQUET ${options}`;

let tables = 0;
const createTable = async (columns: string) => {
  const name = `copied_${(tables += 1)}`;
  await redshift.must(`CREATE TABLE ${name} (${columns})`);
  return name;
};

describe('COPY of a manifest', () => {
  test('loads every file exactly: microseconds, 64-bit integers, bytes, NULL', async () => {
    const rows = (from: number) =>
      `SELECT (range + 9223372036854775000)::BIGINT AS a, CASE WHEN range = ${from} THEN NULL ELSE concat('ü', range, '"''') END AS b,
        make_timestamptz(1700000000123456 + range) AS c, make_timestamp(1600000000654321) AS d, DATE '2026-02-03' AS e, range % 2 = 0 AS f,
        1.5::FLOAT AS g, 2.25::DOUBLE AS h, 3::INTEGER AS i, 4::INTEGER AS j, 12.34::DECIMAL(10, 2) AS k
       FROM range(${from}, ${from + 3})`;
    await putManifest([await putParquet('one.parquet', rows(0)), await putParquet('two.parquet', rows(3))]);
    const table =
      await createTable(`big BIGINT, note VARCHAR(100), at TIMESTAMPTZ, local TIMESTAMP, day DATE, flag BOOLEAN,
      single REAL, twice FLOAT, whole INT, small SMALLINT, amount DECIMAL(10, 2)`);
    expect(await redshift.must(copySql(table))).toMatchObject({ ResultRows: 6, HasResultSet: false });
    const { rows: loaded } = await emulator.pool.query(
      `SELECT big::text, note, (extract(epoch FROM at) * 1000000)::bigint::text AS at, local::text, day::text, flag, single, twice,
        whole, small, amount FROM public.${table} ORDER BY big`,
    );
    expect(loaded).toHaveLength(6);
    expect(loaded[0]!.note).toBeNull();
    expect(loaded[4]).toEqual({
      big: '9223372036854775004',
      note: `ü4"'`,
      at: '1700000000123460',
      local: '2020-09-13 12:26:40.654321',
      day: '2026-02-03',
      flag: true,
      single: 1.5,
      twice: 2.25,
      whole: 3,
      small: 4,
      amount: '12.34',
    });
  });

  test('in a batch tells how many rows it loaded, and is gone when a later part fails', async () => {
    await putManifest([await putParquet('one.parquet', 'SELECT range AS id FROM range(5000)')]);
    const table = await createTable('id BIGINT');
    const failed = await redshift.runBatch(copySql(table), 'SELECT nothing');
    expect(failed.SubStatements![0]).toMatchObject({ Status: 'FINISHED', ResultRows: 5000 });
    expect(await redshift.rows(`SELECT count(*) FROM ${table}`)).toEqual([[0]]);
    await redshift.must(copySql(table));
    expect(await redshift.rows(`SELECT count(*), sum(id) FROM ${table}`)).toEqual([[5000, '12497500']]);
    const counted = await redshift.runBatch(copySql(table), 'SELECT pg_last_copy_count()');
    expect(counted.SubStatements![1]).toMatchObject({ Status: 'FINISHED', ResultRows: 1 });
    const history = `SELECT status, loaded_rows, source_file_count FROM sys_load_history WHERE table_name = '${table}'`;
    expect(await redshift.rows(history)).toEqual(Array(3).fill(['completed', 5000, 1]));
  });

  test('fills the listed columns in the order of the list', async () => {
    await putManifest([await putParquet('one.parquet', `SELECT 'x' AS ignored_name, 1::BIGINT AS other`)]);
    const table = await createTable(`id BIGINT, at TIMESTAMP DEFAULT GETDATE(), note VARCHAR(10)`);
    await redshift.must(copySql(`${table} (note, id)`));
    expect(await redshift.rows(`SELECT id, note, at IS NOT NULL FROM ${table}`)).toEqual([[1, 'x', true]]);
  });

  test('keeps strings as strings in SUPER, nested columns as documents, and wants SERIALIZETOJSON', async () => {
    const select = `SELECT '{"a": 1}' AS s, {'x': 1, 'y': [1, 2]} AS t`;
    await putManifest([await putParquet('one.parquet', select)]);
    const table = await createTable('s SUPER, t SUPER');
    expect(await redshift.run(copySql(table))).toMatchObject({ Error: expect.stringContaining('SERIALIZETOJSON') });
    await redshift.must(copySql(table, 'SERIALIZETOJSON'));
    expect(await redshift.rows(`SELECT json_typeof(s), json_typeof(t), t FROM ${table}`)).toEqual([
      ['string', 'object', '{"x": 1, "y": [1, 2]}'],
    ]);
  });

  test('takes long documents by way of VARBYTE', async () => {
    const select = `SELECT '{"a": ["' || repeat('ä', 30000) || '", "' || repeat('b', 60000) || '"]}' AS properties`;
    await putManifest([await putParquet('one.parquet', select)]);
    const stage = await createTable('properties VARBYTE(16777216)');
    const table = await createTable('properties SUPER');
    await redshift.must(copySql(stage));
    await redshift.must(`INSERT INTO ${table} SELECT JSON_PARSE(properties) FROM ${stage}`);
    const { rows } = await emulator.pool.query(
      `SELECT octet_length(properties #>> '{a,0}') AS bytes FROM public.${table}`,
    );
    expect(rows).toEqual([{ bytes: 60000 }]);
  });
});

describe('COPY refuses', () => {
  const refusal = async (columns: string, entries: object[], options = '') => {
    await putManifest(entries);
    const table = await createTable(columns);
    const description = await redshift.run(copySql(table, options));
    expect(description.Status).toBe('FAILED');
    expect(await redshift.rows(`SELECT count(*) FROM ${table}`)).toEqual([[0]]);
    return description.Error;
  };

  test.each([
    ['INT', 'SELECT 1::BIGINT AS a'],
    ['BIGINT', 'SELECT 1::INTEGER AS a'],
    ['BIGINT', 'SELECT 1::UBIGINT AS a'],
    ['FLOAT', 'SELECT 1::FLOAT AS a'],
    ['VARCHAR(10)', 'SELECT 1::INTEGER AS a'],
    ['INT', `SELECT '1' AS a`],
    ['TIMESTAMP', `SELECT '2026-01-01' AS a`],
    ['TIMESTAMP', `SELECT make_timestamp_ns(1) AS a`],
    ['DECIMAL(10, 2)', `SELECT 1::DECIMAL(10, 3) AS a`],
    ['VARCHAR(10)', `SELECT ['a'] AS a`],
  ])('into %s the column of %s, and names it', async (type, select) => {
    const good = await putParquet(
      'good.parquet',
      `SELECT 1::BIGINT AS n, NULL::${type === 'INT' ? 'INTEGER' : 'BIGINT'} AS a`,
    );
    const bad = await putParquet('bad.parquet', select.replace('SELECT ', 'SELECT 1::BIGINT AS n, '));
    const error = await refusal(`n BIGINT, named ${type}`, type === 'INT' ? [good, bad] : [bad]);
    expect(error).toContain(`has an incompatible Parquet schema for column 'named'`);
    const details = await emulator.pool.query(
      `SELECT column_name, error_code FROM redshift.sys_load_error_detail WHERE file_name LIKE '%${bucket}/bad.parquet'`,
    );
    expect(details.rows).toEqual([{ column_name: 'named', error_code: 15007 }]);
  });

  test('another number of columns', async () => {
    const error = await refusal('a INT', [await putParquet('one.parquet', 'SELECT 1 AS a, 2 AS b')]);
    expect(error).toContain('Unmatched number of columns between table and file. Table columns: 1, Data columns: 2');
  });

  test('a value of too many bytes, naming column and lengths', async () => {
    const error = await refusal('a VARCHAR(4)', [await putParquet('one.parquet', `SELECT 'äää' AS a`)]);
    expect(error).toContain(
      'The length of the data column a is longer than the length defined in the table. Table: 4, Data: 6',
    );
  });

  test('a long string for SUPER', async () => {
    const entry = await putParquet('one.parquet', `SELECT repeat('x', 65536) AS a`);
    expect(await refusal('a SUPER', [entry], 'SERIALIZETOJSON')).toContain('Table: 65535, Data: 65536');
  });

  test('NULL where none may be', async () => {
    const entry = await putParquet('one.parquet', 'SELECT NULL::INTEGER AS a');
    expect(await refusal('a INT NOT NULL', [entry])).toContain('Cannot insert a NULL value into column a');
  });

  test('a missing file, when it is mandatory', async () => {
    const there = await putParquet('one.parquet', 'SELECT 1 AS a');
    const gone = { ...there, url: `s3://${bucket}/gone.parquet` };
    expect(await refusal('a INT', [there, gone])).toContain('NoSuchKey');
    await putManifest([there, { ...gone, mandatory: false }]);
    expect(await redshift.must(copySql(await createTable('a INT')))).toMatchObject({ ResultRows: 1 });
  });

  test('a file of another length than the manifest says, or of none', async () => {
    const there = await putParquet('one.parquet', 'SELECT 1 AS a');
    expect(await refusal('a INT', [{ ...there, meta: { content_length: 1 } }])).toContain('content_length says 1');
    expect(await refusal('a INT', [{ url: there.url }])).toContain("File entry does not have 'meta' key.");
  });

  test('what is no Parquet, no manifest, or not there', async () => {
    expect(await refusal('a INT', [await put('text', 'not parquet')])).toContain('Spectrum Scan Error');
    await put('manifest.json', 'not json');
    const table = await createTable('a INT');
    expect((await redshift.run(copySql(table))).Error).toContain('Manifest file is not in correct json format.');
    const prefix = `COPY ${table} FROM 's3://${bucket}/none/' IAM_ROLE default FORMAT PARQUET`;
    expect((await redshift.run(prefix)).Error).toContain("The specified S3 prefix 'none/' does not exist");
  });

  test.each([
    [`REGION 'us-east-1'`, 'REGION argument is not supported for PARQUET based COPY'],
    ['MAXERROR 10', 'MAXERROR argument is not supported'],
    ['GZIP', 'syntax error at or near "GZIP"'],
  ])('the option %s', async (option, error) => {
    expect(await refusal('a INT', [], option)).toContain(error);
  });
});

describe('COPY reads with the rights', () => {
  const copyWith = async (access: string) => {
    await putParquet('rows/one.parquet', 'SELECT 1 AS a');
    return redshift.run(`COPY ${await createTable('a INT')} FROM 's3://${bucket}/rows/' ${access} FORMAT AS PARQUET`);
  };

  test('of a role that is attached to the cluster, and of no other', async () => {
    expect(await copyWith(`IAM_ROLE '${emulator.copyRoleArn}'`)).toMatchObject({ Status: 'FINISHED', ResultRows: 1 });
    expect(await copyWith(`CREDENTIALS 'aws_iam_role=${emulator.copyRoleArn}'`)).toMatchObject({ Status: 'FINISHED' });
    expect((await copyWith(`IAM_ROLE '${ROLE_ARN}'`)).Error).toContain('Not authorized to get credentials of role');
  });

  test('of keys, which the S3 server judges', async () => {
    const keys = (secret: string) => `ACCESS_KEY_ID '${s3.accessKeyId}' SECRET_ACCESS_KEY '${secret}'`;
    expect(await copyWith(keys(s3.secretAccessKey))).toMatchObject({ Status: 'FINISHED', ResultRows: 1 });
    expect((await copyWith(keys('wrong'))).Error).toContain('Status 403,Error SignatureDoesNotMatch');
  });

  test('of temporary keys with their token', async () => {
    const { stsEndpoint: endpoint, region, credentials } = emulator;
    const sts = new STSClient({ endpoint, region, credentials });
    const { Credentials: issued } = await sts.send(
      new AssumeRoleCommand({ RoleArn: ROLE_ARN, RoleSessionName: 'copy' }),
    );
    const keys = `ACCESS_KEY_ID '${issued!.AccessKeyId!}' SECRET_ACCESS_KEY '${issued!.SecretAccessKey!}'`;
    expect(await copyWith(`${keys} SESSION_TOKEN '${issued!.SessionToken!}'`)).toMatchObject({ Status: 'FINISHED' });
    expect((await copyWith(keys)).Error).toContain('Status 403,Error InvalidToken');
  });
});

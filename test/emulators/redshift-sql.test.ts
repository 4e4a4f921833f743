import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { redshiftClient, type RedshiftClient } from './redshift-client.ts';
import { startRedshiftEmulator, type RedshiftEmulator } from './redshift/index.ts';

let emulator: RedshiftEmulator;
let redshift: RedshiftClient;

beforeAll(async () => {
  emulator = await startRedshiftEmulator();
  redshift = redshiftClient(emulator);
});

afterEach(() => emulator.faults.clear());

afterAll(() => emulator.stop());

const expectError = async (sql: string, error: string | RegExp) => {
  const description = await redshift.run(sql);
  expect([sql, description.Status]).toEqual([sql, 'FAILED']);
  expect(description.Error).toMatch(error);
};

describe('character types', () => {
  test('hold as many bytes as they say, not characters', async () => {
    await redshift.must('CREATE TABLE bytes (short VARCHAR(4), plain VARCHAR, text TEXT, long VARCHAR(MAX))');
    await redshift.must(`INSERT INTO bytes (short) VALUES ('ääXX'::varchar(2))`);
    await expectError(`INSERT INTO bytes (short) VALUES ('ääX')`, 'Value too long for character type');
    await expectError(`INSERT INTO bytes (plain) VALUES ('${'x'.repeat(257)}')`, 'Value too long for character type');
    await expectError(`INSERT INTO bytes (text) VALUES ('${'x'.repeat(257)}')`, 'type character varying(256)');
    await redshift.must(`INSERT INTO bytes (long) SELECT repeat('x', 65535)`);
    await expectError(`INSERT INTO bytes (long) SELECT repeat('ä', 32768)`, 'Value too long for character type');
    expect(await redshift.rows(`SELECT short FROM bytes WHERE short IS NOT NULL`)).toEqual([['ää']]);
  });

  test('have limits', async () => {
    await expectError('CREATE TABLE wide (a VARCHAR(65536))', 'length for type varchar cannot exceed 65535');
    await expectError('CREATE TABLE wide (a CHAR(4097))', 'cannot exceed 4096');
  });

  test('a backslash in a literal escapes, and does not in a parameter', async () => {
    expect(await redshift.rows(String.raw`SELECT 'it\'s', 'a\\b'`)).toEqual([["it's", String.raw`a\b`]]);
    const value = String.raw`it\'s`;
    expect(await redshift.rows('SELECT :value::varchar', { value })).toEqual([[value]]);
  });
});

describe('SUPER', () => {
  test('is parsed by JSON_PARSE; a plain string stays a string', async () => {
    await redshift.must('CREATE TABLE supers (id INT, properties SUPER)');
    await redshift.must(`INSERT INTO supers SELECT 1, JSON_PARSE('{"a": [1, 2], "n": null}')`);
    expect(await redshift.rows('SELECT properties, json_typeof(properties) FROM supers')).toEqual([
      ['{"a": [1, 2], "n": null}', 'object'],
    ]);
    expect(await redshift.rows(`SELECT CAN_JSON_PARSE('{'), CAN_JSON_PARSE('[]')`)).toEqual([[false, true]]);
  });

  test.each([
    ['a broken document', `{"a": `],
    ['NUL', String.raw`{"a": "\u0000"}`],
    ['half of a surrogate pair', String.raw`{"a": "\ud800"}`],
  ])('%s is refused', async (_what, value) => {
    const description = await redshift.run('SELECT JSON_PARSE(:value)', { value });
    expect(description).toMatchObject({ Status: 'FAILED', Error: expect.stringContaining('JSON parsing error') });
  });

  test('its strings have 65,535 bytes at most, its text may have more', async () => {
    const insert = (json: string) => `INSERT INTO long_supers SELECT JSON_PARSE(TO_VARBYTE(${json}, 'utf8'))`;
    await redshift.must('CREATE TABLE long_supers (value SUPER)');
    await redshift.must(insert(`'["' || repeat('x', 65535) || '", "' || repeat('y', 65535) || '"]'`));
    await expectError(insert(`'["' || repeat('x', 65536) || '"]'`), 'String value exceeds the max size of 65535 bytes');
  });
});

describe('tables', () => {
  test('remember distribution, sort keys and encodings, and enforce no key', async () => {
    await redshift.must(`CREATE TABLE IF NOT EXISTS keyed (
      id BIGINT NOT NULL ENCODE az64 PRIMARY KEY, name VARCHAR(20) DEFAULT 'none' ENCODE zstd, at TIMESTAMP, raw SUPER,
      amount DECIMAL, UNIQUE (name)) DISTSTYLE KEY DISTKEY (id) COMPOUND SORTKEY (at, id)`);
    await redshift.must('INSERT INTO keyed (id) VALUES (1), (1)');
    const definition = await redshift.rows(
      `SELECT "column", type, encoding, distkey, sortkey, "notnull" FROM pg_table_def WHERE tablename = 'keyed'`,
    );
    expect(definition).toEqual([
      ['id', 'bigint', 'az64', true, 2, true],
      ['name', 'character varying(20)', 'zstd', false, 0, false],
      ['at', 'timestamp without time zone', 'none', false, 1, false],
      ['raw', 'super', 'none', false, 0, false],
      ['amount', 'numeric(18,0)', 'none', false, 0, false],
    ]);
  });

  test.each(['svv_columns', 'information_schema.columns'])('are described in %s', async (view) => {
    await redshift.must(`CREATE TABLE IF NOT EXISTS "Described" ("Id" INT, v VARCHAR(300), s SUPER, b VARBYTE(500))`);
    const columns = `SELECT column_name, data_type, character_maximum_length FROM ${view}
      WHERE table_schema = 'public' AND table_name = 'described' ORDER BY ordinal_position`;
    expect(await redshift.rows(columns)).toEqual([
      ['id', 'integer', null],
      ['v', 'character varying', 300],
      ['s', 'super', null],
      ['b', 'binary varying', 500],
    ]);
    expect(await redshift.rows(`SELECT count(*) FROM svv_tables WHERE table_name = 'described'`)).toEqual([[1]]);
  });

  test('are made like others, from queries, and for the time of a batch', async () => {
    await redshift.must('CREATE TABLE parent (id INT NOT NULL, v VARCHAR(3))');
    await redshift.must('CREATE TABLE child (LIKE parent)');
    await expectError(`INSERT INTO child VALUES (1, 'long')`, 'Value too long');
    await expectError(`INSERT INTO child (v) VALUES ('a')`, 'Cannot insert a NULL value into column id');
    await redshift.must('CREATE TABLE made DISTSTYLE EVEN AS SELECT 1 AS id');
    expect(await redshift.rows('SELECT id FROM made')).toEqual([[1]]);
    await redshift.runBatch('CREATE TEMP TABLE scratch (LIKE parent)', `INSERT INTO scratch VALUES (1, 'a')`);
    await expectError('SELECT * FROM scratch', 'relation "scratch" does not exist');
  });

  test('gain columns one at a time, without IF NOT EXISTS', async () => {
    await redshift.must('CREATE TABLE growing (id INT)');
    await redshift.must('ALTER TABLE growing ADD COLUMN note VARCHAR(10) ENCODE zstd');
    await expectError(
      'ALTER TABLE growing ADD COLUMN note VARCHAR(10)',
      'column "note" of relation "growing" already exists',
    );
    await expectError('ALTER TABLE growing ADD COLUMN IF NOT EXISTS more INT', 'syntax error');
    await expectError('ALTER TABLE growing ADD COLUMN a INT, ADD COLUMN b INT', 'syntax error');
    await expectError('ALTER TABLE growing ADD COLUMN must INT NOT NULL', 'must have a non-null default');
    await redshift.must('DROP TABLE IF EXISTS growing');
    await redshift.must('DROP TABLE IF EXISTS growing');
  });

  test('belong to rights', async () => {
    await redshift.must('CREATE TABLE private (id INT)');
    const reader = redshiftClient(emulator, emulator.otherDbUser);
    expect(await reader.run('SELECT * FROM private')).toMatchObject({
      Status: 'FAILED',
      Error: 'ERROR: permission denied for relation private',
    });
    const rights = `SELECT current_user, has_table_privilege('private', 'SELECT')`;
    expect(await reader.rows(rights)).toEqual([['reader', false]]);
    await redshift.must('GRANT SELECT, INSERT ON private TO reader');
    expect(await reader.rows(rights)).toEqual([['reader', true]]);
    await reader.must('INSERT INTO private VALUES (1)');
  });
});

test.each([
  ['INSERT INTO refused VALUES (1) ON CONFLICT DO NOTHING', 'syntax error at or near "ON"'],
  ['INSERT INTO refused VALUES (1) RETURNING id', 'syntax error at or near "RETURNING"'],
  ['DELETE FROM refused RETURNING id', 'syntax error'],
  ['WITH gone AS (DELETE FROM refused) SELECT 1', 'syntax error'],
  ['SELECT DISTINCT ON (id) id FROM refused', 'syntax error'],
  ['SELECT id FROM refused FOR UPDATE', 'syntax error'],
  ['CREATE UNIQUE INDEX i ON refused (id)', /SQL command "CREATE UNIQUE INDEX .*" not supported on Redshift tables/],
  ['CREATE INDEX i ON refused (id)', 'not supported on Redshift tables'],
  ['CREATE TABLE other (id UUID)', 'type "uuid" does not exist'],
  ['CREATE TABLE other (data JSONB)', 'type "jsonb" does not exist'],
  ['CREATE TABLE other (data INT[])', 'unsupported type'],
  [`SELECT '{}'::jsonb`, 'type "jsonb" does not exist'],
  [`SELECT CAST('{}' AS jsonb)`, 'type "jsonb" does not exist'],
  ['SELECT gen_random_uuid()', 'function gen_random_uuid() does not exist'],
  [`SELECT '{}'::super -> 'a'`, 'operator does not exist'],
  ['LOCK TABLE refused IN SHARE MODE', 'syntax error at or near "IN"'],
  ['SELECT 1; SELECT 2', 'Multiple SQL statements'],
  ['VACUUM refused', 'does not know'],
])('%s is refused', async (sql, error) => {
  await redshift.must('CREATE TABLE IF NOT EXISTS refused (id INT)');
  await expectError(sql, error);
});

test('Redshift knows its own functions', async () => {
  const [row] = await redshift.rows(`SELECT GETDATE(), SYSDATE, NVL(NULL, 'x'), LEN('äb'), 1 AS uuid, MAX(2)`);
  expect(row).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+$/),
    'x',
    2,
    1,
    2,
  ]);
});

describe('MERGE', () => {
  const setUp = async (target: string, source: string) => {
    for (const [table, values] of [
      ['target', target],
      ['source', source],
    ]) {
      await redshift.must(`DROP TABLE IF EXISTS ${table!}`);
      await redshift.must(`CREATE TABLE ${table!} (id INT, v VARCHAR(10))`);
      await redshift.must(`INSERT INTO ${table!} VALUES ${values!}`);
    }
  };
  const targetRows = () => redshift.rows('SELECT id, v FROM target ORDER BY id, v');

  const MERGE = `MERGE INTO target USING source s ON target.id = s.id
    WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)`;

  test('updates what matches and inserts the rest', async () => {
    await setUp(`(1, 'a'), (2, 'b')`, `(2, 'B'), (3, 'C')`);
    await redshift.must(MERGE);
    expect(await targetRows()).toEqual([
      [1, 'a'],
      [2, 'B'],
      [3, 'C'],
    ]);
  });

  test('refuses two source rows for one target row', async () => {
    await setUp(`(1, 'a')`, `(1, 'b'), (1, 'c')`);
    await expectError(MERGE, 'Found multiple matches to update the same tuple.');
  });

  test('REMOVE DUPLICATES replaces what matches by distinct source rows', async () => {
    await setUp(`(1, 'a'), (1, 'a'), (2, 'b')`, `(1, 'A'), (1, 'A'), (3, 'C')`);
    const merge = 'MERGE INTO target USING source ON target.id = source.id REMOVE DUPLICATES';
    expect(await redshift.must(merge)).toMatchObject({ ResultRows: 2 });
    expect(await targetRows()).toEqual([
      [1, 'A'],
      [2, 'b'],
      [3, 'C'],
    ]);
  });

  test.each([
    [
      'a condition after MATCHED',
      'WHEN MATCHED AND s.v > target.v THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v)',
    ],
    ['only one clause', 'WHEN MATCHED THEN UPDATE SET v = s.v'],
    ['DO NOTHING', 'WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v)'],
  ])('does not know %s', async (_what, clauses) => {
    await expectError(`MERGE INTO target USING source s ON target.id = s.id ${clauses}`, 'syntax error');
    await expectError(
      'MERGE INTO target USING (SELECT 1 AS id) s ON target.id = s.id REMOVE DUPLICATES',
      'syntax error',
    );
  });
});

describe('transactions', () => {
  test('writers of one table wait for each other, readers do not', async () => {
    await redshift.must('CREATE TABLE queue (id INT)');
    const fault = emulator.faults.statement({ matches: /SELECT 'pause'/, action: 'hang' });
    const first = await redshift.submitBatch('INSERT INTO queue VALUES (1)', `SELECT 'pause'`);
    await eventually(() => expect(fault.hits()).toBe(1));
    const second = await redshift.submit('INSERT INTO queue SELECT 2 WHERE NOT EXISTS (SELECT 1 FROM queue)');
    expect(await redshift.rows('SELECT count(*) FROM queue')).toEqual([[0]]);
    fault.release();
    expect(await redshift.ended(first)).toMatchObject({ Status: 'FINISHED' });
    // It waited before its snapshot was taken, so it sees the first one's row.
    expect(await redshift.ended(second)).toMatchObject({ Status: 'FINISHED', ResultRows: 0 });
    expect(await redshift.rows('SELECT id FROM queue')).toEqual([[1]]);
  });

  test('a batch of LOCK and INSERT … WHERE NOT EXISTS writes once, however many run at once', async () => {
    await redshift.must('CREATE TABLE ledger (run VARCHAR(10))');
    await redshift.must('CREATE TABLE loaded (id INT)');
    const attempt = () =>
      redshift.runBatch(
        'LOCK ledger',
        `INSERT INTO loaded SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE run = 'r1')`,
        `INSERT INTO ledger SELECT 'r1' WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE run = 'r1')`,
      );
    const ended = await Promise.all(Array.from({ length: 6 }, attempt));
    expect(ended.map(({ Status }) => Status)).toEqual(Array(6).fill('FINISHED'));
    expect(await redshift.rows('SELECT count(*) FROM loaded')).toEqual([[1]]);
  });

  test('a snapshot that was taken before the lock does not see what came in between', async () => {
    await redshift.must('CREATE TABLE late (id INT)');
    const fault = emulator.faults.statement({ matches: /LOCK late/, action: 'hang' });
    const batch = await redshift.submitBatch(
      'SELECT count(*) FROM late',
      'LOCK late',
      'INSERT INTO late SELECT 2 WHERE NOT EXISTS (SELECT 1 FROM late)',
    );
    await eventually(() => expect(fault.hits()).toBe(1));
    await redshift.must('INSERT INTO late VALUES (1)');
    fault.release();
    expect(await redshift.ended(batch)).toMatchObject({ Status: 'FINISHED' });
    expect(await redshift.rows('SELECT id FROM late ORDER BY id')).toEqual([[1], [2]]);
  });

  test('TRUNCATE commits the transaction that it stands in', async () => {
    await redshift.must('CREATE TABLE emptied (id INT)');
    await redshift.must('CREATE TABLE before_it (id INT)');
    await redshift.must('INSERT INTO emptied VALUES (1)');
    const failed = await redshift.runBatch('INSERT INTO before_it VALUES (1)', 'TRUNCATE emptied', 'SELECT nothing');
    expect(failed.Status).toBe('FAILED');
    expect(await redshift.rows('SELECT (SELECT count(*) FROM emptied), (SELECT count(*) FROM before_it)')).toEqual([
      [0, 1],
    ]);
  });

  test('two updates of one row under snapshot isolation: the later is refused', async () => {
    await redshift.must('CREATE TABLE contended (id INT, v INT)');
    await redshift.must('INSERT INTO contended VALUES (1, 0)');
    const fault = emulator.faults.statement({ matches: /UPDATE contended SET v = 2/, action: 'hang' });
    const batch = await redshift.submitBatch('SELECT v FROM contended', 'UPDATE contended SET v = 2');
    await eventually(() => expect(fault.hits()).toBe(1));
    await redshift.must('UPDATE contended SET v = 1');
    fault.release();
    expect(await redshift.ended(batch)).toMatchObject({ Status: 'FAILED', Error: expect.stringContaining('1023') });
  });
});

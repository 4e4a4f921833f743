import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connect } from './bigquery/client.ts';
import { startBigQuery } from './bigquery/start.ts';
import type { BigQueryServer } from './bigquery/start.ts';
import { TableLocks } from './bigquery/table-locks.ts';
import { endOf } from './bigquery/upload.ts';
import { eventually } from '../support/eventually.ts';

let server: BigQueryServer;
let bigquery: BigQuery;

beforeAll(async () => {
  server = await startBigQuery();
  bigquery = connect(server);
  await bigquery.createDataset('d');
}, 300_000);

beforeEach(async () => {
  await bigquery.query('CREATE OR REPLACE TABLE d.ledger (id STRING, epoch INT64, committed BOOL)');
  await bigquery.query(`INSERT INTO d.ledger VALUES ('i', 0, FALSE)`);
  await bigquery.query('CREATE OR REPLACE TABLE d.final (k INT64, v STRING)');
  await bigquery.query('CREATE OR REPLACE TABLE d.stage (k INT64, v STRING)');
  await bigquery.query(`INSERT INTO d.stage VALUES (1, 'a'), (2, 'b')`);
});

afterEach(() => server.faults.clear());

afterAll(() => server.stop());

/** Moves the stage and the ledger in one transaction, if the ledger row can be taken. */
const COMMIT = `
  DECLARE moved INT64 DEFAULT 0;
  BEGIN TRANSACTION;
  UPDATE d.ledger SET epoch = @epoch WHERE id = @id AND epoch < @epoch AND NOT committed;
  IF NOT EXISTS (SELECT 1 FROM d.ledger WHERE id = @id AND epoch = @epoch AND NOT committed) THEN
    RAISE USING MESSAGE = 'superseded';
  END IF;
  INSERT INTO d.final (k, v) SELECT k, v FROM d.stage;
  SET moved = (SELECT COUNT(*) FROM d.stage);
  UPDATE d.ledger SET committed = TRUE WHERE id = @id;
  COMMIT TRANSACTION;
  SELECT moved AS moved;`;

const commit = (epoch: number): { query: string; params: object } => ({ query: COMMIT, params: { epoch, id: 'i' } });

async function values(query: string): Promise<unknown[]> {
  const [rows] = await bigquery.query(query);
  return rows.map((row: object) => Object.values(row)[0] as unknown);
}

test('a transaction commits both tables, and a second one finds the ledger taken', async () => {
  const [rows] = await bigquery.query(commit(5));
  expect(rows).toEqual([{ moved: 2 }]);
  await expect(bigquery.query(commit(6))).rejects.toThrow('superseded');
  expect(await values('SELECT COUNT(*) FROM d.final')).toEqual([2]);
  expect(await values('SELECT epoch FROM d.ledger')).toEqual([5]);
});

test('of two transactions on the ledger at once the later is aborted; when it comes back it finds the work done', async () => {
  let release: (value?: unknown) => void = () => undefined;
  const until = new Promise((resolve) => (release = resolve));
  server.faults.inject('jobs.insert.query', { kind: 'hold', until });
  const [slow] = await bigquery.createQueryJob({ ...commit(5), jobId: 'slow-0' });
  await expect(bigquery.query(commit(6))).rejects.toThrow(
    /Transaction is aborted due to concurrent update against table sluice-test:d\.ledger/,
  );
  release();
  expect(await eventually(() => endOf(slow))).not.toHaveProperty('reason');
  await expect(bigquery.query(commit(6))).rejects.toThrow('superseded');
  expect(await values('SELECT COUNT(*) FROM d.final')).toEqual([2]);
});

test('of several statements that wait for one holder, one goes on after the other', async () => {
  const locks = new TableLocks();
  let running = 0;
  const atOnce: number[] = [];
  const work = async (): Promise<void> => {
    atOnce.push((running += 1));
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  await Promise.all([1, 2, 3, 4].map(() => locks.hold(['ledger'], false, work)));
  expect(atOnce).toEqual([1, 1, 1, 1]);
});

test('a statement outside of a transaction waits for the one that holds its table', async () => {
  let release: (value?: unknown) => void = () => undefined;
  const until = new Promise((resolve) => (release = resolve));
  server.faults.inject('jobs.insert.query', { kind: 'hold', until });
  await bigquery.createQueryJob({ ...commit(5), jobId: 'holder-0' });
  const query = `UPDATE d.ledger SET epoch = 99 WHERE id = 'i'`;
  const [waiting] = await bigquery.createQueryJob({ query, jobId: 'waiting-0' });
  await expect(endOf(waiting)).rejects.toThrow('job is RUNNING');
  release();
  await eventually(() => endOf(waiting));
  expect(await values('SELECT epoch FROM d.ledger WHERE committed')).toEqual([99]);
});

test.each([
  ['an error', `BEGIN TRANSACTION; INSERT INTO d.final VALUES (1, 'x'); SELECT ERROR('no'); COMMIT TRANSACTION;`],
  ['the end of the script', `BEGIN TRANSACTION; INSERT INTO d.final VALUES (1, 'x'); SELECT 1;`],
  ['a rollback', `BEGIN TRANSACTION; INSERT INTO d.final VALUES (1, 'x'); ROLLBACK TRANSACTION;`],
])('%s rolls a transaction back', async (_name, query) => {
  await bigquery.query(query).catch((error: unknown) => expect(String(error)).toContain('no'));
  expect(await values('SELECT COUNT(*) FROM d.final')).toEqual([0]);
});

test('DDL on permanent tables is refused in a transaction', async () => {
  const query = 'BEGIN TRANSACTION; CREATE TABLE d.other (k INT64); COMMIT TRANSACTION;';
  await expect(bigquery.query(query)).rejects.toThrow('DDL on permanent tables');
});

test('what bqemulator would do wrong is refused aloud', async () => {
  const query = `BEGIN BEGIN TRANSACTION; INSERT INTO d.final VALUES (1, 'x'); SELECT ERROR('no'); COMMIT TRANSACTION;
                 EXCEPTION WHEN ERROR THEN ROLLBACK TRANSACTION; END;`;
  await expect(bigquery.query(query)).rejects.toThrow('bigquery emulator: an exception handler');
});

test('parameters of scripts are text, not SQL', async () => {
  const hostile = `x'); DROP TABLE d.final; -- "\\ \n ü`;
  const query = 'BEGIN TRANSACTION; INSERT INTO d.final VALUES (1, @hostile); COMMIT TRANSACTION;';
  await bigquery.query({ query, params: { hostile } });
  expect(await values('SELECT v FROM d.final')).toEqual([hostile]);
});

test.each([
  ['alone', (merge: string): string => merge],
  ['in a transaction', (merge: string): string => `BEGIN TRANSACTION; ${merge}; COMMIT TRANSACTION;`],
])('MERGE %s fails when two source rows match one target row', async (_name, wrap) => {
  await bigquery.query(`INSERT INTO d.final VALUES (1, 'old')`);
  const merge = (source: string): string =>
    wrap(`MERGE INTO d.final AS t USING ${source} AS s ON t.k = s.k
          WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, s.v)`);
  const doubled = `(SELECT * FROM d.stage UNION ALL SELECT 1, 'again')`;
  await expect(bigquery.query(merge(doubled))).rejects.toThrow('must match at most one source row');
  expect(await values('SELECT v FROM d.final')).toEqual(['old']);
  await bigquery.query(merge('d.stage'));
  expect(await values('SELECT v FROM d.final ORDER BY k')).toEqual(['a', 'b']);
});

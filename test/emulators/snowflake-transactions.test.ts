import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.ts';
import { connect, startAccount, type Client } from './snowflake-client.ts';
import type { SnowflakeEmulator } from './snowflake/index.ts';

let emulator: SnowflakeEmulator;
let first: Client;
let second: Client;
let table: string;

beforeAll(async () => {
  emulator = await startAccount({ answerWithinMs: 100 });
});

beforeEach(async () => {
  [first, second] = [await connect(emulator.url), await connect(emulator.url)];
  table = `"t-${randomUUID()}"`;
  await first.execute(`CREATE TABLE ${table} (k INT NOT NULL, v INT)`);
  await first.execute(`INSERT INTO ${table} VALUES (1, 0)`);
});

afterEach(async () => {
  await first.close();
  await second.close();
});

afterAll(async () => {
  await emulator.stop();
});

const values = async (client: Client) =>
  (await client.execute(`SELECT v FROM ${table} ORDER BY k`)).map((row) => row['V']);

const updated = (rows: number) => [{ 'number of rows updated': rows, 'number of multi-joined rows updated': 0 }];

test('what a transaction does is seen by others once it commits, and never when it rolls back', async () => {
  await first.execute('BEGIN');
  await first.execute(`INSERT INTO ${table} VALUES (2, 2)`);
  expect(await values(first)).toEqual([0, 2]);
  expect(await values(second)).toEqual([0]);
  await first.execute('COMMIT');
  expect(await values(second)).toEqual([0, 2]);
  await first.execute('BEGIN');
  await first.execute(`DELETE FROM ${table}`);
  await first.execute('ROLLBACK');
  expect(await values(second)).toEqual([0, 2]);
});

test('DDL commits the open transaction', async () => {
  await first.execute('BEGIN');
  await first.execute(`INSERT INTO ${table} VALUES (2, 2)`);
  await first.execute(`CREATE TABLE "other-${randomUUID()}" (a INT)`);
  expect(await values(second)).toEqual([0, 2]);
  await first.execute('ROLLBACK');
  expect(await values(second)).toEqual([0, 2]);
});

test('a statement that fails leaves the transaction and what it did before', async () => {
  await first.execute('BEGIN');
  await first.execute(`UPDATE ${table} SET v = 1`);
  await expect(first.execute(`INSERT INTO ${table} (v) VALUES (1)`)).rejects.toMatchObject({ code: '100072' });
  await expect(first.execute('SELECT * FROM nothing')).rejects.toMatchObject({ code: '002003' });
  await expect(first.execute(`SELECT 'x'::NUMBER FROM ${table}`)).rejects.toMatchObject({ code: '100038' });
  await first.execute(`INSERT INTO ${table} VALUES (2, 2)`);
  await first.execute('COMMIT');
  expect(await values(second)).toEqual([1, 2]);
});

test('a second writer waits for the first and then sees what it did', async () => {
  await first.execute('BEGIN');
  await second.execute('BEGIN');
  expect(await values(second)).toEqual([0]);
  const claim = `UPDATE ${table} SET v = 7 WHERE v < 7`;
  await expect(first.execute(claim)).resolves.toEqual(updated(1));
  const waiting = second.execute(claim);
  await eventually(() => expect(emulator.lockWaits()).toBe(1));
  await first.execute('COMMIT');
  await expect(waiting).resolves.toEqual(updated(0));
  await second.execute('ROLLBACK');
});

test('a second writer proceeds when the first rolls back; INSERT waits for nobody', async () => {
  await first.execute('BEGIN');
  await first.execute(`UPDATE ${table} SET v = 7`);
  await second.execute(`INSERT INTO ${table} VALUES (2, 2)`);
  const waiting = second.execute(`UPDATE ${table} SET v = v + 1`);
  await eventually(() => expect(emulator.lockWaits()).toBe(1));
  await first.execute('ROLLBACK');
  await expect(waiting).resolves.toEqual(updated(2));
  expect(await values(first)).toEqual([1, 3]);
});

test('MERGE and DELETE take the lock as well', async () => {
  await first.execute('BEGIN');
  await first.execute(
    `MERGE INTO ${table} AS t USING (SELECT 1 AS k) AS s ON t.k = s.k WHEN MATCHED THEN UPDATE SET t.v = 5`,
  );
  const waiting = second.execute(`DELETE FROM ${table} WHERE v = 5`);
  await eventually(() => expect(emulator.lockWaits()).toBe(1));
  await first.execute('COMMIT');
  await expect(waiting).resolves.toEqual([{ 'number of rows deleted': 1 }]);
});

test('waiting ends with 000625 after LOCK_TIMEOUT, and leaves the session usable', async () => {
  await second.execute('ALTER SESSION SET LOCK_TIMEOUT = 1');
  await first.execute('BEGIN');
  await first.execute(`UPDATE ${table} SET v = 1`);
  await expect(second.execute(`UPDATE ${table} SET v = 2`)).rejects.toMatchObject({ code: '000625' });
  await first.execute('COMMIT');
  await expect(second.execute(`UPDATE ${table} SET v = 2`)).resolves.toEqual(updated(1));
});

test('a waiting statement can be cancelled', async () => {
  await first.execute('BEGIN');
  await first.execute(`UPDATE ${table} SET v = 1`);
  let cancel: (() => void) | undefined;
  const ended = new Promise((resolve) => {
    const statement = second.connection.execute({
      sqlText: `UPDATE ${table} SET v = 2`,
      complete: (error) => resolve(error),
    });
    cancel = () => statement.cancel(() => undefined);
  });
  await eventually(() => expect(emulator.lockWaits()).toBe(1));
  cancel?.();
  await expect(ended).resolves.toMatchObject({ code: '000604' });
  await first.execute('COMMIT');
  expect(await values(second)).toEqual([1]);
});

test('a transaction whose client says nothing more is rolled back when others wait for it', async () => {
  const impatient = await startAccount({ idleTransactionAbortMs: 300 });
  const [silent, live] = [await connect(impatient.url), await connect(impatient.url)];
  await silent.execute('CREATE TABLE t (v INT)');
  await silent.execute('INSERT INTO t VALUES (0)');
  await silent.execute('BEGIN');
  await silent.execute('UPDATE t SET v = 1');
  await expect(live.execute('UPDATE t SET v = 2 WHERE v = 0')).resolves.toEqual(updated(1));
  // Its session goes on without a transaction: what it does now commits by itself.
  await silent.execute('INSERT INTO t VALUES (3)');
  await silent.execute('ROLLBACK');
  await expect(impatient.query('SELECT v FROM db.public.t ORDER BY v')).resolves.toEqual([{ V: '2' }, { V: '3' }]);
  await silent.close();
  await live.close();
  await impatient.stop();
});

test('many sessions add to one row at once and lose nothing', async () => {
  const clients = await Promise.all(Array.from({ length: 8 }, () => connect(emulator.url)));
  await Promise.all(
    clients.map(async (client) => {
      for (let turn = 0; turn < 3; turn++) {
        await client.execute('BEGIN');
        await client.execute(`UPDATE ${table} SET v = v + 1`);
        await client.execute('COMMIT');
      }
    }),
  );
  expect(await values(first)).toEqual([24]);
  await Promise.all(clients.map((client) => client.close()));
});

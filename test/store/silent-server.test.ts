import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { freePort } from '../../dev/free-port.ts';
import { startToxiproxy, type Toxiproxy } from '../../dev/toxiproxy.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { databaseUnavailable } from '../../store/errors.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';

/** A server that takes what it is sent and never answers, as behind a network that drops everything. */
const ANSWER_WITHIN_MS = 2_000;

let folder: string;
let server: TestDatabase;
let proxy: Toxiproxy;
let url: string;
let db: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-silent-'));
  server = await startTestDatabase();
  proxy = await startToxiproxy({ dataDir: folder, port: await freePort() }, () => undefined);
  const behind = new URL(server.url);
  const port = await freePort();
  await proxy.add('postgres', Number(behind.port), port);
  behind.port = String(port);
  url = behind.href;
  db = openDatabase({ url, maxConnections: 1, answerWithinMs: ANSWER_WITHIN_MS });
}, 180_000);
afterEach(() => proxy.heal());
afterAll(async () => {
  await db.close();
  await proxy.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** The process of the server that answers: another one is another connection. */
async function backend(): Promise<number> {
  const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(db.kysely);
  return rows[0]?.pid ?? 0;
}

test('a query without an answer fails as an outage, and its connection is used no more', async () => {
  const before = await backend();
  expect(await backend()).toBe(before);
  await proxy.hold('postgres');
  const failure: unknown = await backend().catch((error: unknown) => error);
  expect(databaseUnavailable(failure)).toMatchObject({ code: 'database_unavailable', retryable: true });
  expect(db.use()).toMatchObject({ used: 0, idle: 0 });

  await proxy.heal();
  expect(await backend()).not.toBe(before);
}, 60_000);

test('a transaction waits once, and not again for its rollback', async () => {
  let failure: unknown;
  const failed = db.kysely.transaction().execute(async (tx) => {
    await sql`SELECT 1`.execute(tx);
    await proxy.hold('postgres');
    failure = await sql`SELECT 2`.execute(tx).catch((error: unknown) => error);
    // The same failure, so no wait of its own.
    expect(await sql`SELECT 3`.execute(tx).catch((error: unknown) => error)).toBe(failure);
    throw failure;
  });
  await expect(failed).rejects.toThrow('Query read timeout');
  expect(databaseUnavailable(failure)).toMatchObject({ code: 'database_unavailable' });
  await proxy.heal();
  expect(await backend()).toBeGreaterThan(0);
}, 60_000);

test('where there is no limit, nothing that takes long is cut off', async () => {
  const long = sql`SELECT pg_sleep(${(ANSWER_WITHIN_MS + 500) / 1_000})`;
  const patient = openDatabase({ url, maxConnections: 1, answerWithinMs: 0 });
  try {
    expect((await long.execute(patient.kysely)).rows).toHaveLength(1);
    await expect(long.execute(db.kysely)).rejects.toThrow('Query read timeout');
  } finally {
    await patient.close();
  }
}, 60_000);

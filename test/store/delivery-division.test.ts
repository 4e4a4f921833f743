import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase, type Database } from '../../store/database.ts';
import { takeShard } from '../../store/delivery.ts';
import { agreeOnShards, deliveryShardCount } from '../../store/delivery-division.ts';
import { migrateDatabase } from '../../store/migrate.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';

let server: TestDatabase;
let db: Database;

beforeAll(async () => {
  server = await startTestDatabase({ mayBeMigrated: true });
  db = openDatabase({ url: server.url, maxConnections: 4 });
  await migrateDatabase(db);
}, 60_000);
afterAll(async () => {
  await db.close();
  await server.stop();
});
beforeEach(() => sql`DELETE FROM delivery_division`.execute(db.kysely));

test('whoever asks first decides, and everybody else is refused another number', async () => {
  expect(await deliveryShardCount(db)).toBeUndefined();
  await Promise.all([agreeOnShards(db, 4), agreeOnShards(db, 4), agreeOnShards(db, 4)]);
  expect(await deliveryShardCount(db)).toBe(4);
  await expect(agreeOnShards(db, 8)).rejects.toMatchObject({
    code: 'delivery_shards_differ',
    retryable: false,
    remedy: expect.stringContaining('SLUICE_DELIVERY_SHARDS=4'),
  });
  expect(await deliveryShardCount(db)).toBe(4);
});

/** As the database was before the table, then the migration. */
async function migrateAgain(): Promise<void> {
  await sql`DROP TABLE delivery_division`.execute(db.kysely);
  await sql`DELETE FROM schema_migrations WHERE name LIKE '%delivery_division%'`.execute(db.kysely);
  expect((await migrateDatabase(db)).applied).toHaveLength(1);
}

test('a deployment from before keeps the number that it has delivered with, a fresh one has none', async () => {
  await migrateAgain();
  expect(await deliveryShardCount(db)).toBeUndefined();
  for (const shard of [2, 0, 1]) {
    await takeShard(db, { shard, owner: 'a worker' });
  }
  await migrateAgain();
  expect(await deliveryShardCount(db)).toBe(3);
});

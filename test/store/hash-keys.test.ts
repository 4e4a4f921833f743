import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { teamHashKey } from '../../store/hash-keys.ts';
import { newTeam, startStore, type StoreFixture } from './fixtures.ts';

let store: StoreFixture;

beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

test('a team has one key of hashes, its own, sealed, whoever asks first', async () => {
  const [teamId, stranger] = [await newTeam(store), await newTeam(store)];
  const keys = await Promise.all(Array.from({ length: 8 }, () => teamHashKey(store.db, store.box, teamId)));
  const [key = Buffer.alloc(0)] = keys;
  expect(key).toHaveLength(32);
  expect(new Set(keys.map((one) => one.toString('hex'))).size).toBe(1);
  expect(await teamHashKey(store.db, store.box, stranger)).not.toEqual(key);
  const { rows } = await sql<{ sealed: Buffer }>`SELECT hash_key AS sealed FROM teams WHERE id = ${teamId}`.execute(
    store.db.kysely,
  );
  expect(rows[0]?.sealed.includes(key)).toBe(false);
  // A key that is copied to another team does not open there.
  await sql`UPDATE teams SET hash_key = ${rows[0]?.sealed} WHERE id = ${stranger}`.execute(store.db.kysely);
  await expect(teamHashKey(store.db, store.box, stranger)).rejects.toMatchObject({ code: 'secret_unreadable' });
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createApiKey, findApiKey, revokeApiKey } from '../../store/api-keys.ts';
import { migrateDatabase } from '../../store/migrate.ts';
import { createTeam, findTeamByCaptureToken, getTeam, listTeams } from '../../store/teams.ts';
import { newTeam, startStore, type StoreFixture } from './fixtures.ts';

let store: StoreFixture;

beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

test('a key is found by itself alone, is stored as a digest only, and can be revoked', async () => {
  const teamId = await newTeam(store);
  const { id, key } = await createApiKey(store.db, { teamId, name: 'k' });
  expect(key).toMatch(/^sk_[\w-]{43}$/);
  expect(await findApiKey(store.db, key)).toEqual({ id, teamId, name: 'k', role: 'owner', scopes: ['admin'] });
  expect(await findApiKey(store.db, `${key.slice(0, -1)}_`)).toBeUndefined();
  const { rows } = await sql<{
    text: string;
  }>`SELECT row_to_json(k)::text AS text FROM api_keys k WHERE id = ${id}`.execute(store.db.kysely);
  expect(rows[0]?.text).toContain(key.slice(0, 9));
  expect(rows[0]?.text).not.toContain(key.slice(0, 10));
  expect(await revokeApiKey(store.db, { teamId: teamId + 1, id })).toBe(false);
  expect(await revokeApiKey(store.db, { teamId, id })).toBe(true);
  expect(await findApiKey(store.db, key)).toBeUndefined();
});

test('a key that has expired is not found', async () => {
  const teamId = await newTeam(store);
  const [past, future] = [-1_000, 60_000].map((ms) => new Date(Date.now() + ms));
  const expired = await createApiKey(store.db, { teamId, name: 'k', expiresAt: past! });
  const good = await createApiKey(store.db, { teamId, name: 'k', expiresAt: future! });
  expect(await findApiKey(store.db, expired.key)).toBeUndefined();
  expect(await findApiKey(store.db, good.key)).toMatchObject({ id: good.id });
});

test('the last use of a key is written once a minute, not on every request', async () => {
  const { key, id } = await createApiKey(store.db, { teamId: await newTeam(store), name: 'k' });
  const rowVersion = async (): Promise<string | undefined> =>
    (
      await sql<{
        xmin: string;
      }>`SELECT xmin::text FROM api_keys WHERE id = ${id} AND last_used_at IS NOT NULL`.execute(store.db.kysely)
    ).rows[0]?.xmin;
  expect(await rowVersion()).toBeUndefined();
  await findApiKey(store.db, key);
  const first = await rowVersion();
  expect(first).toBeDefined();
  await findApiKey(store.db, key);
  expect(await rowVersion()).toBe(first);
});

test('a team is found by its capture token', async () => {
  const team = await createTeam(store.db, { name: 't', captureToken: 'given' });
  expect(await findTeamByCaptureToken(store.db, 'given')).toEqual(team);
  expect(await getTeam(store.db, team.id)).toEqual(team);
  expect(await listTeams(store.db)).toContainEqual(team);
  expect(await findTeamByCaptureToken(store.db, 'wrong')).toBeUndefined();
  expect(await findTeamByCaptureToken(store.db, 'nul \0 byte')).toBeUndefined();
  expect((await createTeam(store.db, { name: 'u' })).captureToken).toMatch(/^slc_/);
});

test('a migration whose file was changed after it was applied is refused', async () => {
  expect(await migrateDatabase(store.db)).toEqual({ applied: [] });
  await sql`UPDATE schema_migrations SET checksum = 'other'`.execute(store.db.kysely);
  await expect(migrateDatabase(store.db)).rejects.toMatchObject({ code: 'store_migration_changed' });
});

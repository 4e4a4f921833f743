import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openDestinationConfig } from '../../store/destinations.ts';
import { createErasure, openErasure } from '../../store/erasures.ts';
import { teamHashKey } from '../../store/hash-keys.ts';
import { claimKey, keepAnswer } from '../../store/idempotency.ts';
import { createChannel, openChannel } from '../../store/notification-channels.ts';
import { rotateKeys } from '../../store/rotate-keys.ts';
import { createSecretBox } from '../../store/secrets.ts';
import { newBucket, newTeam, newWebhook, SECRET_TEXT, startStore, type StoreFixture } from './fixtures.ts';

const [OLD, NEW] = [randomBytes(32), randomBytes(32)];
const oldBox = createSecretBox(OLD);
const ring = createSecretBox(NEW, [OLD]);
const newBox = createSecretBox(NEW);

let store: StoreFixture;
beforeAll(async () => {
  store = { ...(await startStore()), box: oldBox };
});
afterAll(() => store.stop());

/** Bytea columns, except hashes and digests: each holds sealed values. */
async function sealedColumns(): Promise<string[]> {
  const { rows } = await sql<{ place: string }>`SELECT table_name || '.' || column_name AS place
    FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'bytea'
      AND table_name <> 'interval_buckets' AND column_name NOT LIKE '%\\_hash'`.execute(store.db.kysely);
  return rows.map(({ place }) => place).sort();
}

test('everything that is sealed is sealed anew, and opens with the new key alone', async () => {
  const { db } = store;
  const teamId = await newTeam(store);
  const [bucket, webhook] = [await newBucket(store, teamId), await newWebhook(store, teamId)];
  const channel = await createChannel(db, oldBox, {
    ...{ teamId, name: 'ops', events: null, enabled: true, config: { kind: 'slack', url: 'https://hooks.example/x' } },
  });
  const hashKey = await teamHashKey(db, oldBox, teamId);
  const request = { teamId, key: 'k', requestHash: Buffer.alloc(32) };
  await claimKey(db, oldBox, request);
  await keepAnswer(db, oldBox, { ...request, answer: { status: 201, body: 'once' } });
  const subject = { distinctIds: ['a'], personIds: [] };
  const { id: erasureId } = await createErasure(db, oldBox, { teamId, subject, requestedBy: 'an owner' });

  expect(await rotateKeys(db, ring)).toEqual([
    { table: 'destinations', resealed: 2, unreadable: 0 },
    { table: 'notificationChannels', resealed: 1, unreadable: 0 },
    { table: 'teams', resealed: 1, unreadable: 0 },
    { table: 'idempotencyKeys', resealed: 1, unreadable: 0 },
    { table: 'erasures', resealed: 1, unreadable: 0 },
  ]);
  expect((await rotateKeys(db, newBox)).every(({ resealed, unreadable }) => resealed + unreadable === 0)).toBe(true);
  expect(await openDestinationConfig(db, newBox, bucket.id)).toMatchObject({ secretAccessKey: SECRET_TEXT });
  expect(await openDestinationConfig(db, newBox, webhook.id)).toMatchObject({ secret: SECRET_TEXT });
  expect(await openChannel(db, newBox, { teamId, id: channel.id })).toMatchObject({ kind: 'slack' });
  expect(await teamHashKey(db, newBox, teamId)).toEqual(hashKey);
  expect(await claimKey(db, newBox, request)).toEqual({ status: 201, body: 'once' });
  expect(await openErasure(db, newBox, { erasureId, nowMicros: 1 })).toMatchObject({ subject });
});

test('no table with sealed values is left out', async () => {
  expect(await sealedColumns()).toEqual([
    ...['destinations.secrets', 'erasures.subject', 'idempotency_keys.answer', 'notification_channels.sealed'],
    'teams.hash_key',
  ]);
});

test('what no key opens is counted and stays, and what was forgotten is skipped', async () => {
  const { db } = store;
  const teamId = await newTeam(store);
  const stranger = { ...store, box: createSecretBox(randomBytes(32)) };
  const lost = await newBucket(stranger, teamId);
  await sql`INSERT INTO destinations (id, team_id, kind, name, config, secrets, shard_hash)
    VALUES (${randomUUID()}, ${teamId}, 's3', 'forgotten', '{}', ''::bytea, 0)`.execute(db.kysely);
  expect(await rotateKeys(db, ring)).toContainEqual({ table: 'destinations', resealed: 0, unreadable: 1 });
  expect(await openDestinationConfig(db, stranger.box, lost.id)).toMatchObject({ secretAccessKey: SECRET_TEXT });
});

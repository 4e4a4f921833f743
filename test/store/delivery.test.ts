import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { shardOf } from '../../core/ids.ts';
import { microsOf } from '../../core/time.ts';
import { readCursors, saveCursors, takeShard } from '../../store/delivery.ts';
import { deleteDestination } from '../../store/delete-destination.ts';
import { createDestination, setDestinationStatus } from '../../store/destinations.ts';
import { listActiveWebhooks } from '../../store/webhooks.ts';
import { newBucket, newTeam, newWebhook, SECRET_TEXT, startStore, type StoreFixture } from './fixtures.ts';

const UUID = '0192e4a8-0000-7000-8000-000000000001';
/** 2026 with odd microseconds: exact as a number. */
const MICROS = 1_795_238_400_123_457;

let store: StoreFixture;
let teamId: number;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
});
afterAll(() => store.stop());

test('a webhook starts with a cursor at its creation, a bucket with none', async () => {
  const webhook = await newWebhook(store, teamId);
  const bucket = await newBucket(store, teamId);
  const cursors = await readCursors(store.db, [webhook.id, bucket.id]);
  expect([...cursors.keys()]).toEqual([webhook.id]);
  const cursor = cursors.get(webhook.id);
  expect(cursor?.afterUuid).toBeNull();
  expect(Math.abs((cursor?.positionMicros ?? 0) - microsOf(webhook.createdAt))).toBeLessThan(1_000_000);
});

test('a webhook can start at a given time', async () => {
  const { id } = await createDestination(store.db, store.box, {
    teamId,
    kind: 'webhook',
    name: 'w',
    config: {},
    secretFields: [],
    startMicros: MICROS,
  });
  expect((await readCursors(store.db, [id])).get(id)).toEqual({ positionMicros: MICROS, afterUuid: null });
});

describe('cursors under the epoch of their shard', () => {
  test('are saved together, to the microsecond', async () => {
    const [first, second] = [await newWebhook(store, teamId), await newWebhook(store, teamId)];
    const epoch = await takeShard(store.db, { shard: 1, owner: 'a' });
    const cursors = [
      { destinationId: first.id, positionMicros: MICROS, afterUuid: UUID },
      { destinationId: second.id, positionMicros: MICROS + 1, afterUuid: null },
    ];
    expect(await saveCursors(store.db, { shard: 1, epoch, cursors })).toBe(true);
    expect([...(await readCursors(store.db, [first.id, second.id]))].sort()).toEqual(
      cursors.map(({ destinationId, ...position }) => [destinationId, position]).sort(),
    );
  });

  test('are owned even when there is nothing to save', async () => {
    const epoch = await takeShard(store.db, { shard: 2, owner: 'a' });
    expect(await saveCursors(store.db, { shard: 2, epoch, cursors: [] })).toBe(true);
    expect(await saveCursors(store.db, { shard: 2, epoch: epoch + 1, cursors: [] })).toBe(false);
  });

  test('are not moved by an owner that lost the shard', async () => {
    const webhook = await newWebhook(store, teamId);
    const before = await readCursors(store.db, [webhook.id]);
    const old = await takeShard(store.db, { shard: 3, owner: 'a' });
    await takeShard(store.db, { shard: 3, owner: 'b' });
    const cursors = [{ destinationId: webhook.id, positionMicros: MICROS, afterUuid: null }];
    expect(await saveCursors(store.db, { shard: 3, epoch: old, cursors })).toBe(false);
    expect(await readCursors(store.db, [webhook.id])).toEqual(before);
  });

  test('are not moved by a save that waits while the shard is being taken', async () => {
    const webhook = await newWebhook(store, teamId);
    const epoch = await takeShard(store.db, { shard: 4, owner: 'a' });
    const cursors = [{ destinationId: webhook.id, positionMicros: MICROS, afterUuid: null }];
    const saved = await store.db.kysely.transaction().execute(async (tx) => {
      await sql`UPDATE delivery_shards SET epoch = epoch + 1 WHERE shard = 4`.execute(tx);
      const save = saveCursors(store.db, { shard: 4, epoch, cursors });
      await untilSomebodyWaits();
      return { save };
    });
    expect(await saved.save).toBe(false);
    expect((await readCursors(store.db, [webhook.id])).get(webhook.id)?.positionMicros).not.toBe(MICROS);
  });

  test('many takers at once all get an epoch of their own', async () => {
    const takers = Array.from({ length: 10 }, (_, owner) => takeShard(store.db, { shard: 5, owner: String(owner) }));
    const epochs = (await Promise.all(takers)).sort((a, b) => a - b);
    expect(epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

test('each shard lists its own active webhooks with their secrets', async () => {
  const own = await newTeam(store);
  const webhooks = await Promise.all(Array.from({ length: 12 }, () => newWebhook(store, own)));
  const [paused, deleted] = webhooks;
  await setDestinationStatus(store.db, { teamId: own, id: paused?.id ?? '', status: 'paused' });
  await deleteDestination(store.db, { teamId: own, id: deleted?.id ?? '' });
  const seen: string[] = [];
  for (const shard of [0, 1, 2]) {
    const listed = (await listActiveWebhooks(store.db, store.box, { shard, shardCount: 3 })).filter(
      (webhook) => webhook.teamId === own,
    );
    expect(listed.every((webhook) => shardOf(webhook.id, 3) === shard)).toBe(true);
    expect(listed.every((webhook) => webhook.config['secret'] === SECRET_TEXT && webhook.health === 'healthy')).toBe(
      true,
    );
    seen.push(...listed.map((webhook) => webhook.id));
  }
  expect(seen.sort()).toEqual(
    webhooks
      .slice(2)
      .map((webhook) => webhook.id)
      .sort(),
  );
});

/** Polls until a backend of this database waits for a lock. */
async function untilSomebodyWaits(): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    const { rows } = await sql<{ waiting: number }>`SELECT count(*) AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(store.db.kysely);
    if ((rows[0]?.waiting ?? 0) > 0) {
      return;
    }
  }
  throw new Error('nobody waited for a lock');
}

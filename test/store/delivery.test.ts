import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { correctOpenRetries } from '../../activities/correct-open-retries.ts';
import type { TemporalClient } from '../../client/temporal.ts';
import type { Logger } from '../../observability/logger.ts';
import { shardOf } from '../../core/ids.ts';
import { microsOf } from '../../core/time.ts';
import { readCursors, saveCursors, takeShard } from '../../store/delivery.ts';
import { deleteDestination } from '../../store/delete-destination.ts';
import { createDestination, setDestinationStatus } from '../../store/destinations.ts';
import { getEndpointState, setHealth, setOpenRetries } from '../../store/endpoint-state.ts';
import { createMessage, destinationsWaitedFor, noteHandedOver, waitingMessages } from '../../store/messages.ts';
import { changeReplay, createReplay, runningReplays, saveReplay } from '../../store/replays.ts';
import { digestOfVersions, listActiveWebhooks, listRetrying } from '../../store/webhooks.ts';
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
    const share = { shard, shardCount: 3 };
    const listed = (await listActiveWebhooks(store.db, store.box, share, () => undefined)).filter(
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

test('a digest of the webhooks of a shard changes whenever their list does, and only then', async () => {
  const own = await newTeam(store);
  const share = { shard: 0, shardCount: 1 };
  const digests: string[] = [];
  const look = async (): Promise<void> => {
    const digest = await digestOfVersions(store.db, share);
    expect(await digestOfVersions(store.db, share)).toBe(digest);
    digests.push(digest);
  };
  await look();
  const webhook = await newWebhook(store, own);
  await look();
  await newBucket(store, own);
  await setOpenRetries(store.db, webhook.id, 3);
  expect(await digestOfVersions(store.db, share)).toBe(digests.at(-1));
  await setHealth(store.db, { destinationId: webhook.id, to: 'degraded', evidence: {} });
  await look();
  for (const status of ['paused', 'active'] as const) {
    await setDestinationStatus(store.db, { teamId: own, id: webhook.id, status });
    await look();
  }
  await deleteDestination(store.db, { teamId: own, id: webhook.id });
  await look();
  expect(digests.filter((digest, index) => digest === digests[index - 1])).toEqual([]);
});

test('only webhooks that seem to have open retries are counted anew', async () => {
  const own = await newTeam(store);
  const [first, second] = [await newWebhook(store, own), await newWebhook(store, own)];
  await setOpenRetries(store.db, second.id, 2);
  const retrying = await listRetrying(store.db, { shard: 0, shardCount: 1 });
  expect(retrying).toContain(second.id);
  expect(retrying).not.toContain(first.id);
  expect(await listRetrying(store.db, { shard: shardOf(second.id, 2) === 0 ? 1 : 0, shardCount: 2 })).toEqual([]);
});

test('a counter of open retries is put right, and stays where Temporal cannot count', async () => {
  const own = await newTeam(store);
  const webhook = await newWebhook(store, own);
  await setOpenRetries(store.db, webhook.id, 9);
  const warned: unknown[] = [];
  const logger = { warn: (fields: unknown) => void warned.push(fields) } as unknown as Logger;
  const correct = async (count: () => Promise<{ count: number }>): Promise<number | undefined> => {
    const temporal = { client: { workflow: { count } } } as unknown as TemporalClient;
    const share = { shard: 0, shardCount: 1 };
    await new MockActivityEnvironment().run(() => correctOpenRetries({ db: store.db, temporal, logger }, share));
    return (await getEndpointState(store.db, webhook.id))?.openRetries;
  };
  expect(await correct(() => Promise.reject(new Error('visibility is away')))).toBe(9);
  expect(warned).toHaveLength(1);
  expect(await correct(() => Promise.resolve({ count: 4 }))).toBe(4);
  expect(warned).toHaveLength(1);
});

test('messages name the webhooks that they wait for, each once', async () => {
  const own = await newTeam(store);
  const webhooks = await Promise.all(Array.from({ length: 4 }, () => newWebhook(store, own)));
  const [quiet, ...busy] = webhooks.map(({ id }) => id);
  const send = async (destinationId: string): Promise<string> => {
    const message = { teamId: own, destinationId, eventType: 'x', payload: '{}', ttlSeconds: 60 };
    return (await createMessage(store.db, message)).row.id;
  };
  const sent = await Promise.all([...busy, ...busy, ...busy].map(send));
  expect((await destinationsWaitedFor(store.db)).sort()).toEqual([...busy].sort());
  expect(await waitingMessages(store.db, { destinationIds: [quiet ?? ''], held: [], ofEach: 9, limit: 9 })).toEqual([]);
  await noteHandedOver(store.db, sent);
  expect(await destinationsWaitedFor(store.db)).toEqual([]);
});

test('the messages of a webhook do not wait for the backlogs of others', async () => {
  const own = await newTeam(store);
  const webhooks = await Promise.all(Array.from({ length: 4 }, () => newWebhook(store, own)));
  const [last = '', ...busy] = webhooks.map(({ id }) => id);
  const send = async (destinationId: string): Promise<string> => {
    const message = { teamId: own, destinationId, eventType: 'x', payload: '{}', ttlSeconds: 60 };
    return (await createMessage(store.db, message)).row.id;
  };
  const sent: string[] = [];
  for (const destinationId of [...busy, ...busy, ...busy, ...busy, last]) {
    sent.push(await send(destinationId));
  }
  const query = { destinationIds: [...busy, last], held: sent.slice(0, 3), ofEach: 3, limit: 4 };
  const found = await waitingMessages(store.db, query);
  expect(found.map(({ id }) => id).sort()).toEqual([...sent.slice(3, 6), sent.at(-1)].sort());
  await noteHandedOver(store.db, sent);
});

test('a replay that was paused with its last event has not ended', async () => {
  const own = await newTeam(store);
  const { id: destinationId } = await newWebhook(store, own);
  const id = randomUUID();
  const range = { startMicros: MICROS, endMicros: MICROS + 1 };
  await createReplay(store.db, { id, teamId: own, destinationId, scope: 'matched', range, planned: 1 });
  await changeReplay(store.db, id, 'resume');
  await changeReplay(store.db, id, 'pause');
  const epoch = await takeShard(store.db, { shard: 1_000, owner: 'test' });
  const counts = { delivered: 1, failed: 0, skipped: 0 };
  const position = { positionMicros: MICROS + 1, afterUuid: null };
  const save = () => saveReplay(store.db, { shard: 1_000, epoch, id, position, counts, completed: true });
  expect(await save()).toMatchObject({ status: 'paused', endedAt: null });
  await changeReplay(store.db, id, 'resume');
  expect(await save()).toMatchObject({ status: 'completed', endedAt: expect.any(Date) });
});

test('each shard finds the oldest running replay of each of its webhooks', async () => {
  const own = await newTeam(store);
  const webhooks = await Promise.all(Array.from({ length: 6 }, () => newWebhook(store, own)));
  const replay = async (destinationId: string): Promise<string> => {
    const range = { startMicros: MICROS, endMicros: MICROS + 1 };
    const id = randomUUID();
    await createReplay(store.db, { id, teamId: own, destinationId, scope: 'matched', range, planned: 1 });
    await changeReplay(store.db, id, 'resume');
    return id;
  };
  const oldest: string[] = [];
  for (const { id } of webhooks.slice(1)) {
    const first = await replay(id);
    await sql`UPDATE replays SET created_at = created_at - interval '1 minute' WHERE id = ${first}`.execute(
      store.db.kysely,
    );
    oldest.push(first);
    await replay(id);
  }
  await changeReplay(store.db, oldest.pop() ?? '', 'cancel');
  const found: string[] = [];
  for (const shard of [0, 1]) {
    const rows = await runningReplays(store.db, { shard, shardCount: 2 });
    expect(rows.every(({ destinationId }) => shardOf(destinationId, 2) === shard)).toBe(true);
    found.push(...rows.map(({ id }) => id));
  }
  expect(found).toHaveLength(webhooks.length - 1);
  expect(found).toEqual(expect.arrayContaining(oldest));
});

/** Polls until a backend of this database waits for a lock. */
async function untilSomebodyWaits(): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const { rows } = await sql<{ waiting: number }>`SELECT count(*) AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(store.db.kysely);
    if ((rows[0]?.waiting ?? 0) > 0) {
      return;
    }
  }
  throw new Error('nobody waited for a lock');
}

import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { deleteDestination } from '../../store/delete-destination.ts';
import { setDestinationStatus, updateDestination } from '../../store/destinations.ts';
import { setHealth } from '../../store/endpoint-state.ts';
import {
  DESTINATIONS_CHANNEL,
  EVENTS_CHANNEL,
  listen,
  RESYNC,
  teamsTold,
  type Subscription,
} from '../../store/listen.ts';
import { notifyDestination, notifyEvents } from '../../store/notify.ts';
import { eventually } from '../support/eventually.ts';
import { newBucket, newTeam, newWebhook, startStore, type StoreFixture } from './fixtures.ts';

let store: StoreFixture;
let teamId: number;
let heard: string[];
let subscription: Subscription;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
});
afterAll(() => store.stop());
beforeEach(async () => {
  heard = [];
  subscription = await listen(store.db, { [DESTINATIONS_CHANNEL]: (payload) => heard.push(payload) });
});
afterEach(() => subscription.close());

async function expectHeard(payloads: string[]): Promise<void> {
  await eventually(() => {
    expect(heard).toEqual(payloads);
  });
}

test('each change of a webhook is heard once, what its shard has found out and those of a bucket never', async () => {
  const { id } = await newWebhook(store, teamId);
  await newBucket(store, teamId);
  await updateDestination(store.db, store.box, { teamId, id, patch: { name: 'n' } });
  await setDestinationStatus(store.db, { teamId, id, status: 'paused' });
  // Its shard has found that out itself.
  await setHealth(store.db, { destinationId: id, to: 'degraded', evidence: {} });
  await setHealth(store.db, { destinationId: id, to: 'paused_auto', evidence: {} });
  await deleteDestination(store.db, { teamId, id });
  await expectHeard([id, id, id, id, id]);
});

test('a change that is rolled back is not heard', async () => {
  const failed = store.db.kysely.transaction().execute(async (tx) => {
    await notifyDestination(tx, 'never');
    throw new Error('roll back');
  });
  await expect(failed).rejects.toThrow('roll back');
  await notifyDestination(store.db.kysely, 'after');
  await expectHeard(['after']);
});

test('teams are told of whose events are stored; too many to name are all of them', async () => {
  const told: string[] = [];
  const events = await listen(store.db, { [EVENTS_CHANNEL]: (payload) => told.push(payload) });
  try {
    await notifyEvents(store.db, [3, 70]);
    await notifyEvents(
      store.db,
      Array.from({ length: 3_000 }, (_, index) => index),
    );
    await eventually(() => expect(told).toHaveLength(2));
  } finally {
    await events.close();
  }
  const [named, all] = told.map(teamsTold);
  expect([3, 70, 7].map((id) => named?.has(id))).toEqual([true, true, false]);
  expect(all?.has(9_999)).toBe(true);
  expect(teamsTold(RESYNC).has(1)).toBe(true);
  expect(heard).toEqual([]);
});

test('a lost connection is replaced, and the listener is told to read again', async () => {
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'sluice-listen' AND datname = current_database()`.execute(store.db.kysely);
  await expectHeard([RESYNC]);
  await notifyDestination(store.db.kysely, 'later');
  await expectHeard([RESYNC, 'later']);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { watchLogEnd } from '../../activities/log-end.ts';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import { nowMicros } from '../../clickhouse/tail.ts';
import { unsentRow } from '../../delivery/unsent-row.ts';
import { deleteDestination } from '../../store/delete-destination.ts';
import { createDestination, setDestinationStatus } from '../../store/destinations.ts';
import { countNearLogEnd, listLost, waitingNearLogEnd } from '../../store/log-ends.ts';
import { listNotices } from '../../store/notices.ts';
import { EndpointWorld, type Webhook } from './endpoint-world.ts';

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;
const daysAgo = (days: number): number => (Date.now() - days * DAY_MS) * 1_000;

let world: EndpointWorld;
/** Counted since the test began. */
let lost: string[];
beforeAll(async () => {
  world = await EndpointWorld.start();
  // What the tests make that old must stay until they take it away.
  await world.deps.clickhouse.command({ sql: 'SYSTEM STOP TTL MERGES event_log' });
  await world.deps.clickhouse.command({ sql: 'SYSTEM STOP TTL MERGES delivery_attempts' });
}, 120_000);
afterAll(() => world.stop());
beforeEach(() => {
  lost = [];
});

async function look(): Promise<void> {
  await world.run(async (deps) => {
    const deliveriesLost = (events: number, action: string): void => void lost.push(`${String(events)} ${action}`);
    const metrics = { ...deps.metrics, deliveriesLost };
    await watchLogEnd({ ...deps, metrics }, await nowMicros(deps.clickhouse));
  });
}

/** A webhook whose cursor stands there, and one of its team for operations. */
async function behind(days: number, config: Record<string, unknown> = {}): Promise<Webhook & { operations: string }> {
  const webhook = await world.webhook('paused_auto', config);
  await moveCursor(webhook, daysAgo(days));
  const { db, box } = world.store;
  const operations = await createDestination(db, box, {
    ...{ teamId: webhook.teamId, kind: 'webhook', name: 'ops', secretFields: [], startMicros: daysAgo(0) },
    config: { url: 'https://example.com/ops', source: 'operations' },
  });
  return { ...webhook, operations: operations.id };
}

async function moveCursor({ id }: Webhook, positionMicros: number): Promise<void> {
  const changed = world.store.db.kysely.updateTable('destinationCursors').set({ positionMicros });
  await changed.where('destinationId', '=', id).execute();
}

/** As if their days were over. */
async function forget({ teamId }: Webhook): Promise<void> {
  await world.deps.clickhouse.command({
    sql: 'ALTER TABLE event_log DELETE WHERE team_id = {team:UInt32}',
    params: { team: teamId },
    settings: { mutations_sync: '1' },
  });
}

/** But for pauses by users. */
async function told({ operations }: { operations: string }): Promise<unknown[]> {
  const rows = await world.store.db.kysely
    .selectFrom('webhookMessages')
    .select(['eventType', 'payload'])
    .where('destinationId', '=', operations)
    .where('eventType', '!=', 'destination.paused_by_user')
    .orderBy('createdAt')
    .execute();
  return rows.map(({ eventType, payload }) => ({ type: eventType, ...(JSON.parse(payload) as object) }));
}

/** But for those of its health. */
async function notices({ teamId }: Webhook): Promise<string[]> {
  const found = await listNotices(world.store.db, { teamId, limit: 10 });
  const others = found.filter(({ event }) => event !== 'webhook.paused');
  return others.map(({ event, subject }) => `${event} ${subject}`).reverse();
}

const waitingOf = ({ id }: Webhook): Promise<number | null> => waitingNearLogEnd(world.store.db, id);

test.each([
  ['suspended', false],
  ['paused by a user', true],
])('of a webhook that is %s, what waits near the end of the log is warned of once a day', async (_what, isPaused) => {
  const { db } = world.store;
  const webhook = await behind(28.5);
  if (isPaused) {
    await setDestinationStatus(db, { ...webhook, status: 'paused' });
  }
  await world.capture(webhook, ['{}'], { ageMs: 28 * DAY_MS });
  const counted = await countNearLogEnd(db);
  await look();
  await look();
  const waiting_since = new Date(Math.floor(((await waitingOf(webhook)) ?? 0) / 1_000)).toISOString();
  expect(Math.abs(Date.parse(waiting_since) - (Date.now() - 28 * DAY_MS))).toBeLessThan(HOUR_MS);
  const kept_until = new Date(Date.parse(waiting_since) + 30 * DAY_MS).toISOString();
  const remedy = expect.stringContaining(isPaused ? 'Resume' : 'Repair');
  const ids = { webhook_id: webhook.id, webhook_name: 'crm' };
  expect(await told(webhook)).toEqual([
    { type: 'destination.near_log_ttl', ...ids, waiting_since, kept_until, remedy },
  ]);
  expect(await notices(webhook)).toEqual([`destination.near_log_ttl webhook/${webhook.id}`]);
  expect((await countNearLogEnd(db)) - counted).toBe(1);
  await moveCursor(webhook, daysAgo(0));
  await look();
  expect(await waitingOf(webhook)).toBeNull();
  expect(await countNearLogEnd(db)).toBe(counted);
  expect(lost).toEqual([]);
});

test('nothing waits for a webhook of a quiet team, with a filter that takes nothing of it, or whose events expire', async () => {
  const quiet = await behind(29);
  const choosy = await behind(29, { events: ['never'] });
  await world.capture(choosy, ['{}'], { ageMs: 28 * DAY_MS });
  const expiring = await behind(35, { ttlSeconds: 86_400 });
  await world.capture(expiring, ['{}'], { ageMs: 28 * DAY_MS });
  await world.capture(expiring, ['{}'], { ageMs: 31 * DAY_MS });
  await forget(expiring);
  await look();
  for (const webhook of [quiet, choosy, expiring]) {
    expect(await waitingOf(webhook)).toBeNull();
    expect([...(await told(webhook)), ...(await notices(webhook))]).toEqual([]);
  }
  expect(lost).toEqual([]);
});

test.each([
  ['suspended', false, 'lost'],
  ['paused by a user', true, 'lost_paused'],
])(
  'what the log has forgotten of a webhook that was %s is told once, with its span',
  async (_what, isPaused, action) => {
    const { db } = world.store;
    const webhook = await behind(33);
    if (isPaused) {
      await setDestinationStatus(db, { ...webhook, status: 'paused' });
    }
    await world.capture(webhook, ['{}', '{}', '{}'], { ageMs: 32 * DAY_MS });
    const [delivered = ''] = await world.capture(webhook, ['{}'], { ageMs: 31 * DAY_MS });
    const of = { ...webhook, destinationId: webhook.id, eventUuid: delivered, eventInsertedAtMicros: daysAgo(31) };
    const row = unsentRow({ ...of, attempt: 1 }, new Date(), { outcome: 'delivered', errorCode: '', errorMessage: '' });
    await appendAttempts(world.deps.clickhouse, [row]);
    // Still in the log, they are not lost.
    await look();
    expect(lost).toEqual([]);
    expect(await waitingOf(webhook)).not.toBeNull();
    await forget(webhook);
    await look();
    await look();
    expect(lost).toEqual([`3 ${action}`]);
    const spans = await listLost(db, { destinationId: webhook.id, limit: 9 });
    expect(spans).toMatchObject([{ events: 3 }]);
    const { fromMicros, untilMicros } = spans[0]!;
    expect(fromMicros).toBeLessThan(daysAgo(32));
    expect(untilMicros).toBeGreaterThan(daysAgo(31));
    const ids = { webhook_id: webhook.id, webhook_name: 'crm' };
    const [from, until] = [fromMicros, untilMicros].map((micros) => new Date(Math.floor(micros / 1_000)).toISOString());
    expect((await told(webhook)).slice(1)).toEqual([{ type: 'delivery.lost', ...ids, events: 3, from, until }]);
    expect((await notices(webhook)).slice(1)).toEqual([`webhook.events_lost webhook/${webhook.id}`]);
    expect(await waitingOf(webhook)).toBeNull();
  },
);

test('what was delivered in time is not lost when its rows have left the log of attempts, though a retry has waited on', async () => {
  const webhook = await behind(0);
  const waitedFor = { ageMs: 28 * DAY_MS };
  const [eventUuid = ''] = await world.capture(webhook, ['{}'], waitedFor);
  const of = { ...webhook, destinationId: webhook.id, eventUuid, eventInsertedAtMicros: daysAgo(28), attempt: 9 };
  const says = { outcome: 'retry_scheduled', errorCode: 'http_500', errorMessage: '' } as const;
  await appendAttempts(world.deps.clickhouse, [unsentRow(of, new Date(), says)]);
  await look();
  expect(await waitingOf(webhook)).not.toBeNull();
  expect(await told(webhook)).toMatchObject([{ type: 'destination.near_log_ttl' }]);
  const { toldMicros } = await world.store.db.kysely
    .selectFrom('webhookLogEnds')
    .select('toldMicros')
    .where('destinationId', '=', webhook.id)
    .executeTakeFirstOrThrow();
  expect(toldMicros).toBeNull();
});

test('a parked delivery is given up before the log forgets it, and one of a deleted webhook just goes', async () => {
  const [webhook, deleted] = [await behind(0), await behind(0)];
  const park = async (of: Webhook, ageMs: number): Promise<string> => {
    const owned = { ...of, destinationId: of.id, eventUuid: randomUUID(), attempt: 4 };
    const at = new Date(Date.now() - HOUR_MS);
    const eventInsertedAtMicros = (Date.now() - ageMs) * 1_000;
    const says = { outcome: 'parked', errorCode: 'http_500', errorMessage: '', nextAttemptAt: at } as const;
    await appendAttempts(world.deps.clickhouse, [unsentRow({ ...owned, eventInsertedAtMicros }, at, says)]);
    return owned.eventUuid;
  };
  const [old, younger] = [await park(webhook, 30 * DAY_MS - HOUR_MS), await park(webhook, 29 * DAY_MS)];
  const kept = await park(deleted, 30 * DAY_MS - HOUR_MS);
  await deleteDestination(world.store.db, deleted);
  await look();
  await look();
  expect(lost).toEqual(['1 lost']);
  const rows = await world.attempts(webhook);
  expect(rows.filter(({ uuid }) => uuid === younger)).toMatchObject([{ outcome: 'parked' }]);
  expect(rows.filter(({ uuid }) => uuid === old)).toMatchObject([
    { outcome: 'parked', attempt: 4 },
    { outcome: 'discarded', attempt: 4 },
  ]);
  expect(await world.attempts(deleted)).toEqual([{ uuid: kept, outcome: 'parked', attempt: 4 }]);
  const exhausted = { type: 'delivery.exhausted', count: 1, event_uuids: [old], error_code: 'event_forgotten' };
  expect(await told(webhook)).toMatchObject([exhausted, { type: 'destination.near_log_ttl' }]);
});

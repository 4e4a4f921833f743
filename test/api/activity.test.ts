import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { appendAttempts, type AttemptRow } from '../../clickhouse/attempt-log.ts';
import { eventReads } from '../../clickhouse/event-reads.ts';
import { retryDeliveryWorkflowId } from '../../core/ids.ts';
import { setDestinationStatus } from '../../store/destinations.ts';
import { setHealth } from '../../store/endpoint-state.ts';
import { updateRun } from '../../store/runs.ts';
import { insertAt } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { INTERVAL, newRun } from '../store/fixtures.ts';
import { createdId, newExportOf, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

/** Both servers' logs keep 30 days of the real clock. */
const NOW = new Date();
const MINUTE_MS = 60_000;
const before = (minutes: number): Date => new Date(NOW.getTime() - minutes * MINUTE_MS);

let server: TestClickHouse;
let api: ApiFixture;
let ours: Caller;
let theirs: Caller;
let webhookId: string;
/** None of them holds what is searched for. */
const uuids = Array.from({ length: 5 }, (_, index) => `0192f0c1-0000-7000-8000-00000000000${String(index)}`);

beforeAll(async () => {
  server = await startTestClickHouse();
  api = await startApi({ events: eventReads(server.ch), now: () => NOW });
  [ours, theirs] = [await api.newCaller(), await api.newCaller()];
  webhookId = await createdId(ours, '/api/v1/webhooks', WEBHOOK);
  await insertAt(
    server.ch,
    uuids.map((uuid, index) => ({
      ...{ teamId: ours.teamId, uuid, insertedAtMicros: before(10 - index).getTime() * 1_000 },
      event: index === 4 ? 'paid' : 'viewed',
      distinctId: `user-${String(index)}`,
      propertiesJson: JSON.stringify({ $lib: index < 2 ? 'web' : 'posthog-node', page: `/Pages/${String(index)}` }),
    })),
  );
  await appendAttempts(server.ch, [
    attempt(0, 3),
    attempt(1, 3, { outcome: 'retry_scheduled', statusCode: 503, errorCode: 'http_503', errorMessage: 'Busy: Später' }),
    attempt(1, 2, { attempt: 2, durationMs: 200 }),
    { ...attempt(2, 2), teamId: theirs.teamId, destinationId: randomUUID() },
  ]);
});
afterAll(async () => {
  await api.stop();
  await server.stop();
});

function attempt(event: number, minutesAgo: number, changes: Partial<AttemptRow> = {}): AttemptRow {
  return {
    ...{ teamId: ours.teamId, destinationId: webhookId, eventUuid: uuids[event]!, webhookId: 'msg_1', attempt: 1 },
    eventInsertedAtMicros: before(10 - event).getTime() * 1_000,
    ...{ attemptedAt: before(minutesAgo), outcome: 'delivered', statusCode: 200, errorCode: '', errorMessage: '' },
    ...{ durationMs: 100, latencyMs: 140, responseBody: 'ok', nextAttemptAt: null, via: 'live', shard: 0, epoch: 1 },
    ...changes,
  };
}

/** What the tests below look into; each answer has some of it. */
interface Answer {
  items: Record<string, unknown>[];
  next_cursor: string | null;
  tail_cursor: string | null;
  points: Record<string, number>[];
  sources: { points: unknown[] }[];
  destinations: Record<string, unknown>[];
  totals: Record<string, unknown>;
  attention: { id: string }[];
  days: { events: number; exports: Record<string, number>; webhooks: Record<string, number> }[];
  code: string;
}

const read = async (url: string, caller = ours): Promise<Answer> => (await caller.call('GET', `/api/v1${url}`)).json();
const uuidsOf = (page: Answer): unknown[] => page.items.map(({ uuid }) => uuid);
const newestFirst = [...uuids].reverse();

test('events are read page by page, and followed', async () => {
  const first = await read('/events?limit=2');
  expect(first.items[0]).toMatchObject({
    uuid: uuids[4],
    event: 'paid',
    distinct_id: 'user-4',
    library: 'posthog-node',
  });
  const second = await read(`/events?limit=3&cursor=${first.next_cursor}`);
  expect([...uuidsOf(first), ...uuidsOf(second), second.next_cursor]).toEqual([...newestFirst, null]);
  expect(await read(`/events?after=${second.tail_cursor}`)).toMatchObject({ tail_cursor: first.tail_cursor });
  expect(uuidsOf(await read(`/events?after=${second.tail_cursor}`))).toEqual(newestFirst.slice(0, 2));
  expect(await read(`/events?after=${first.tail_cursor}`)).toEqual({
    ...{ items: [], next_cursor: null, tail_cursor: first.tail_cursor },
  });
  expect(await read('/events', theirs)).toEqual({ items: [], next_cursor: null, tail_cursor: null });
});

test.each([
  ['event=paid', [4]],
  ['event=viewed', [3, 2, 1, 0]],
  ['search=PAGES/3', [3]],
  ['search=user-1', [1]],
  ["search=%25'", []],
])('events are found by %s', async (query, found) => {
  expect(uuidsOf(await read(`/events?${query}`))).toEqual(found.map((index) => uuids[index]));
});

test('an event says where it went', async () => {
  const exportId = await newExportOf(ours);
  const run = await newRun(api.store, exportId);
  await api.store.db.kysely
    .updateTable('exportRuns')
    .set({ intervalStart: before(12), intervalEnd: before(7) })
    .where('id', '=', run.id)
    .execute();
  expect(await read(`/events/${uuids[1]!.toUpperCase()}`)).toMatchObject({
    ...{ uuid: uuids[1], distinct_id: 'user-1', properties: '{"$lib":"web","page":"/Pages/1"}' },
    exports: [{ export_id: exportId, run_id: run.id, status: 'starting' }],
    webhooks: [{ webhook_id: webhookId, name: 'Hook', attempts: 2, outcome: 'delivered' }],
  });
  expect(await read(`/events/${uuids[4]!}`)).toMatchObject({ exports: [], webhooks: [] });
  expect(await read(`/events/${uuids[1]!}`, theirs)).toMatchObject({ status: 404, code: 'event_not_found' });
});

test('a webhook’s figures over time', async () => {
  const { points, ...totals } = await read(`/webhooks/${webhookId}/stats?step=86400`);
  expect(totals).toMatchObject({ delivered: 2, attempts: 3 });
  const sum = (field: string): number => points.reduce((all, point) => all + (point[field] ?? 0), 0);
  expect([sum('attempts'), sum('delivered'), sum('retries'), sum('discarded')]).toEqual([3, 2, 1, 0]);
  const fine = await read(
    `/webhooks/${webhookId}/stats?step=60&from=${before(4).toISOString()}&to=${before(2.5).toISOString()}`,
  );
  expect(fine.points).toMatchObject([{ attempts: 2, delivered: 1, success_rate: 0.5, p50_ms: 100, p99_ms: 100 }]);
  expect(await read(`/webhooks/${webhookId}/stats?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`)).toMatchObject({
    ...{ code: 'range_empty', field: 'to' },
  });
});

test.each([
  ['search=busy', 1],
  ['search=503', 1],
  ['search=SPÄTER', 1],
  ['search=VIEW', 3],
  ['search=paid', 0],
  ['search=nothing', 0],
  ['outcome=delivered', 2],
])('attempts are found by %s', async (query, found) => {
  expect((await read(`/webhooks/${webhookId}/attempts?${query}`)).items).toHaveLength(found);
});

test('attempts are found by time', async () => {
  const at = before(2.5).toISOString();
  expect((await read(`/webhooks/${webhookId}/attempts?from=${at}`)).items).toMatchObject([{ attempt: 2 }]);
  expect((await read(`/webhooks/${webhookId}/attempts?to=${at}`)).items).toHaveLength(2);
});

test('the overview shows sources, destinations and what needs somebody', async () => {
  const caller = await api.newCaller();
  const failing = await newExportOf(caller);
  const run = await newRun(api.store, failing);
  await updateRun(api.store.db, run.id, {
    ...{ status: 'failed', errorCode: 's3_access_denied' },
    ...{ errorMessage: 'the bucket refuses the key', remedy: 'Correct the key.' },
  });
  expect(await read('/overview', caller)).toMatchObject({
    sources: [],
    destinations: [{ product: 'export', id: failing, health: 'failing', state: 'failed', success_rate: 0 }],
    attention: [{ id: failing, reason: 'the bucket refuses the key', remedy: 'Correct the key.' }],
    totals: {
      webhooks: { count: 0, sent: 0, lag_seconds: null, urgent: 0, states: [] },
      exports: { count: 1, sent: 0, urgent: 1, states: [{ state: 'failing', count: 1 }] },
    },
  });
  const mine = await read('/overview');
  expect(mine.sources).toMatchObject([
    { library: 'posthog-node', events: 3, events_per_minute: 3 / 60 },
    { library: 'web', events: 2 },
  ]);
  expect(mine.sources[0]?.points).toHaveLength(3);
  const card = mine.destinations.find(({ id }) => id === webhookId);
  expect(card).toMatchObject({ product: 'webhook', kind: 'generic', health: 'healthy', sent: 2, success_rate: 2 / 3 });
  expect(card?.['last_error']).toMatchObject({ code: 'http_503' });
});

test('the overview counts all, and shows a hundred webhooks: those that need somebody first', async () => {
  const caller = await api.newCaller();
  const broken = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
  const paused = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
  const { db } = api.store;
  await setHealth(db, { destinationId: broken, to: 'misconfigured', evidence: {} });
  await setDestinationStatus(db, { teamId: caller.teamId, id: paused, status: 'paused' });
  await sql`
    WITH copies AS (
      INSERT INTO destinations SELECT (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(),
        'created_at', d.created_at + interval '1 hour'))).* FROM destinations d CROSS JOIN generate_series(1, 1000)
      WHERE d.id = ${broken} RETURNING id),
    cursors AS (
      INSERT INTO destination_cursors (destination_id, position_micros)
      SELECT id, ${(NOW.getTime() - MINUTE_MS) * 1_000}::bigint FROM copies)
    INSERT INTO endpoint_states (destination_id) SELECT id FROM copies`.execute(db.kysely);
  await sql`UPDATE destination_cursors SET position_micros = 1 WHERE destination_id = ${paused}`.execute(db.kysely);
  const failing = await newExportOf(caller);
  const run = await newRun(api.store, failing);
  await updateRun(db, run.id, { status: 'failed', errorCode: 's3_access_denied', rows: 3 });
  const { totals, destinations, attention } = await read('/overview', caller);
  const states = { healthy: 1_000, misconfigured: 1, paused: 1 };
  expect(totals).toMatchObject({
    webhooks: {
      ...{ count: 1_002, sent: 0, lag_seconds: 60, urgent: 1 },
      states: expect.arrayContaining(Object.entries(states).map(([state, count]) => ({ state, count }))),
    },
    exports: { count: 1, sent: 3, lag_seconds: null, urgent: 1 },
  });
  expect(destinations).toHaveLength(101);
  expect(destinations.slice(0, 1).map(({ id }) => id)).toEqual([broken]);
  expect(attention.map(({ id }) => id)).toEqual([broken, failing]);
});

test('usage counts both products by day', async () => {
  const run = await newRun(api.store, await newExportOf(ours));
  await updateRun(api.store.db, run.id, { status: 'completed', rows: 10, bytes: 4_000 });
  const { days } = await read(`/usage?to=${new Date(NOW.getTime() + 60 * MINUTE_MS).toISOString()}`);
  const total = (pick: (day: Answer['days'][number]) => number | undefined): number =>
    days.reduce((all, day) => all + (pick(day) ?? 0), 0);
  expect(total(({ events }) => events)).toBe(5);
  expect(total(({ webhooks }) => webhooks['attempts'])).toBe(3);
  expect(total(({ exports }) => exports['rows'])).toBe(10);
  expect(total(({ exports }) => exports['bytes'])).toBe(4_000);
});

test('an export shows its runs over time, and who changed its settings', async () => {
  const exportId = await newExportOf(ours);
  const run = await newRun(api.store, exportId);
  await updateRun(api.store.db, run.id, { status: 'completed', rows: 7 });
  const to = new Date(NOW.getTime() + MINUTE_MS * 60).toISOString();
  const { points } = await read(`/exports/${exportId}/stats?to=${to}`);
  expect(points).toMatchObject([
    { run_id: run.id, status: 'completed', rows: 7, interval_end: INTERVAL.intervalEnd.toISOString() },
  ]);
  expect(points[0]?.['duration_seconds']).toBeGreaterThan(0);
  const runs = async (status: string): Promise<unknown> =>
    (await read(`/exports/${exportId}/runs?status=${status}`)).items;
  expect([await runs('failed,timed_out'), await runs('failed,completed')]).toMatchObject([[], [{ id: run.id }]]);
  expect((await read(`/exports/${exportId}/runs?status=failed,nonsense`)).code).toBe('validation_failed');
  await ours.call('PATCH', `/api/v1/exports/${exportId}`, { name: 'Renamed' });
  const page = await read(`/exports/${exportId}/versions?limit=1`);
  expect(page.items).toEqual([
    {
      ...{ version: 2, created_at: expect.any(String), by: { kind: 'key', name: 'test' } },
      changes: [{ field: 'name', before: 'Nightly', after: 'Renamed' }],
    },
  ]);
  const rest = await read(`/exports/${exportId}/versions?cursor=${page.next_cursor}`);
  expect(rest.items).toMatchObject([{ version: 1, by: { kind: 'key', name: 'test' } }]);
  expect((await read(`/exports/${exportId}/versions`, theirs)).code).toBe('export_not_found');
});

test('names of properties are offered, the most frequent first, and nobody else’s', async () => {
  const names = (await ours.call('GET', '/api/v1/property-names')).json();
  expect(names).toEqual({ event: ['$lib', 'page'], person: [] });
  expect((await theirs.call('GET', '/api/v1/property-names')).json()).toEqual({ event: [], person: [] });
});

describe('what failed is tried at once', () => {
  const retry = async (named: readonly string[]): Promise<Record<string, unknown>> =>
    (await ours.call('POST', `/api/v1/webhooks/${webhookId}/retry`, { event_uuids: named })).json();
  /** Far from what the others look at. */
  const failed = Array.from({ length: 5 }, () => randomUUID());

  beforeAll(async () => {
    const at = before(60 * 24 * 3);
    const outcomes = ['retry_scheduled', 'discarded', 'parked', 'retry_scheduled', 'discarded'] as const;
    await appendAttempts(
      server.ch,
      outcomes.map((outcome, index) => ({
        ...attempt(0, 0, { outcome, statusCode: 503, errorCode: 'http_503', attemptedAt: at }),
        eventUuid: failed[index]!,
      })),
    );
    // Of the last one the log has only what became of it.
    await insertAt(
      server.ch,
      failed
        .slice(0, 4)
        .map((uuid) => ({ teamId: ours.teamId, uuid, event: 'old', insertedAtMicros: at.getTime() * 1_000 })),
    );
    api.controlPlane.ended.add(retryDeliveryWorkflowId(webhookId, failed[3]!));
  });

  test('waiting retries are woken, what was given up is replayed, and what is delivered is left alone', async () => {
    api.controlPlane.calls = [];
    const unknown = randomUUID();
    const answer = await retry([...failed, failed[0]!.toUpperCase(), uuids[0]!, unknown]);
    expect(answer).toMatchObject({
      woken: [failed[0]],
      replay: { webhook_id: webhookId, scope: 'event', planned: 3 },
      left: [
        { event_uuid: failed[4], because: 'not_in_log' },
        { event_uuid: uuids[0], because: 'delivered' },
        { event_uuid: unknown, because: 'not_failed' },
      ],
    });
    expect(new Set(answer['replayed'] as string[])).toEqual(new Set([failed[1], failed[2], failed[3]]));
    expect(api.controlPlane.calls).toMatchObject([
      ['retryNow', [failed[0], failed[3]].map((uuid) => retryDeliveryWorkflowId(webhookId, uuid!))],
      ['startReplay', { destinationId: webhookId, scope: 'event' }],
    ]);
    expect(await retry([uuids[0]!])).toMatchObject({ woken: [], replay: null, replayed: [] });
  });

  test('a message is sent again like an event, unless its time is over or it is another webhook’s', async () => {
    const other = await createdId(ours, '/api/v1/webhooks', WEBHOOK);
    const send = (id: string): Promise<string> =>
      createdId(ours, `/api/v1/webhooks/${id}/messages`, { event_type: 'invoice.paid', payload: 1 });
    const [given, parked, expired, foreign] = [
      ...[await send(webhookId), await send(webhookId), await send(webhookId)],
      await send(other),
    ] as [string, string, string, string];
    await api.store.db.kysely
      .updateTable('webhookMessages')
      .set({ expiresAt: before(1) })
      .where('id', '=', expired)
      .execute();
    await appendAttempts(
      server.ch,
      [given, parked, expired, foreign].map((eventUuid) => ({
        ...attempt(0, 0, { outcome: eventUuid === parked ? 'parked' : 'discarded', statusCode: 503 }),
        eventUuid,
      })),
    );
    const answer = await retry([given, failed[1]!, parked, expired, foreign]);
    expect(answer).toMatchObject({
      replay: { webhook_id: webhookId, scope: 'event', planned: 3 },
      left: [
        { event_uuid: expired, because: 'expired' },
        { event_uuid: foreign, because: 'not_in_log' },
      ],
    });
    expect(new Set(answer['replayed'] as string[])).toEqual(new Set([failed[1], given, parked]));
    const wish = { scope: 'event', event_uuids: [given, foreign], dry_run: true };
    expect((await ours.call('POST', `/api/v1/webhooks/${webhookId}/replays`, wish)).json()).toMatchObject({
      ...{ planned: 1, sample: [{ event_uuid: given }], unknown_event_uuids: [foreign] },
    });
  });

  test('a webhook that takes nothing says so, and what to do', async () => {
    await setHealth(api.store.db, { destinationId: webhookId, to: 'misconfigured', evidence: {} });
    api.controlPlane.calls = [];
    expect(await retry(failed)).toMatchObject({
      status: 409,
      code: 'webhook_suspended',
      detail: expect.stringContaining('misconfigured'),
    });
    await setHealth(api.store.db, { destinationId: webhookId, to: 'healthy', evidence: {} });
    await setDestinationStatus(api.store.db, { teamId: ours.teamId, id: webhookId, status: 'paused' });
    expect(await retry(failed)).toMatchObject({ code: 'webhook_suspended', remedy: expect.stringContaining('Resume') });
    await setDestinationStatus(api.store.db, { teamId: ours.teamId, id: webhookId, status: 'active' });
    expect(api.controlPlane.calls).toEqual([]);
  });
});

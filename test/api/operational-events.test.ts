import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { OPERATIONAL_SCHEMAS } from '../../api/operational-events-schema.ts';
import { OPERATIONAL_EVENTS, type OperationalEventType } from '../../core/operational-events.ts';
import { operationalEvent, tellExhausted } from '../../activities/operations.ts';
import { setHealth } from '../../store/endpoint-state.ts';
import { tellOperations } from '../../store/operational-events.ts';
import { createdId, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

interface Told {
  event_type: OperationalEventType;
  payload: unknown;
}

let api: ApiFixture;
let caller: Caller;
let operations: string;
let hook: string;

beforeAll(async () => {
  api = await startApi({ now: () => new Date() });
});
afterAll(() => api.stop());
beforeEach(async () => {
  caller = await api.newCaller();
  operations = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, source: 'operations' });
  hook = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
});

/** Oldest first. */
async function told(webhookId: string): Promise<Told[]> {
  const url = `/api/v1/webhooks/${webhookId}/messages`;
  const { items } = (await caller.call('GET', url)).json<{ items: { id: string }[] }>();
  const stories = await Promise.all(
    items.map(async ({ id }) => (await caller.call('GET', `${url}/${id}`)).json<Told>()),
  );
  return stories.reverse();
}

function health(destinationId: string, ...states: Parameters<typeof setHealth>[1]['to'][]): Promise<unknown> {
  return states.reduce<Promise<unknown>>(
    (before, to) => before.then(() => setHealth(api.store.db, { destinationId, to, evidence: { failures: 10 } })),
    Promise.resolve(),
  );
}

test('each change of a health is told once, with a payload as the schema says', async () => {
  await health(hook, 'degraded', 'healthy', 'degraded', 'paused_auto', 'paused_auto', 'recovering', 'healthy', 'gone');
  const messages = await told(operations);
  expect(messages.map(({ event_type }) => event_type)).toEqual([
    'destination.degraded',
    'destination.recovered',
    'destination.degraded',
    'destination.paused',
    'destination.recovering',
    'destination.recovered',
    'destination.gone',
  ]);
  for (const { event_type, payload } of messages) {
    expect(OPERATIONAL_SCHEMAS[event_type].safeParse(payload)).toMatchObject({ success: true });
    const isWell = ['destination.recovering', 'destination.recovered'].includes(event_type);
    const remedy = isWell ? null : expect.any(String);
    expect(payload).toMatchObject({ webhook_id: hook, evidence: { failures: 10 }, remedy, by: null });
  }
  expect(await told(hook)).toEqual([]);
});

test('a pause by a user and its end are told, with who did it', async () => {
  for (const action of ['pause', 'pause', 'resume']) {
    expect((await caller.call('POST', `/api/v1/webhooks/${hook}/${action}`)).statusCode).toBe(200);
  }
  const by = { kind: 'key', name: expect.any(String) };
  const messages = await told(operations);
  expect(messages).toMatchObject([
    { event_type: 'destination.paused_by_user', payload: { from: 'healthy', to: 'paused_user', by } },
    { event_type: 'destination.resumed', payload: { from: 'paused_user', to: 'healthy', by, remedy: null } },
  ]);
  for (const { event_type, payload } of messages) {
    expect(OPERATIONAL_SCHEMAS[event_type].safeParse(payload)).toMatchObject({ success: true });
  }
});

test('an endpoint that has long been throttled is told of, and so is its end', async () => {
  const evidence = { throttledSince: '2026-11-21T12:00:00.000Z', lastError: 'http_429' };
  const become = (to: 'degraded' | 'healthy', of: Record<string, unknown>): Promise<unknown> =>
    setHealth(api.store.db, { destinationId: hook, to, evidence: of });
  await become('degraded', { failures: 5 });
  await become('degraded', evidence);
  await become('degraded', evidence);
  await become('healthy', {});
  await become('degraded', { failures: 5 });
  await become('healthy', {});
  const messages = await told(operations);
  expect(messages.slice(1, 3)).toMatchObject([
    { event_type: 'destination.throttled', payload: { webhook_id: hook, to: 'degraded', evidence } },
    { event_type: 'destination.recovered', payload: { from: 'degraded', to: 'healthy' } },
  ]);
  expect(messages.filter(({ event_type }) => event_type === 'destination.throttled')).toHaveLength(1);
  for (const { event_type, payload } of messages) {
    expect(OPERATIONAL_SCHEMAS[event_type].safeParse(payload)).toMatchObject({ success: true });
  }
});

test('nothing is told of webhooks for operations, nor to other teams, nor what a webhook does not want', async () => {
  const choosy = await createdId(caller, '/api/v1/webhooks', {
    ...{ ...WEBHOOK, source: 'operations', operational_events: ['destination.gone'] },
  });
  await health(choosy, 'paused_auto', 'gone');
  expect([await told(operations), await told(choosy)]).toEqual([[], []]);
  const owner = caller;
  caller = await api.newCaller();
  const foreign = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, source: 'operations' });
  await health(hook, 'paused_auto', 'gone');
  expect(await told(foreign)).toEqual([]);
  caller = owner;
  expect((await told(choosy)).map(({ event_type }) => event_type)).toEqual(['destination.gone']);
  expect(await told(operations)).toHaveLength(2);
});

test('the same event is one message; given up deliveries of one flush are one for each webhook', async () => {
  const { db } = api.store;
  const event = {
    ...({ teamId: caller.teamId, type: 'backfill.completed', key: 'backfill/1' } as const),
    payload: { backfill_id: '1', export_id: '2', status: 'completed', rows: 3 },
  };
  await tellOperations(db.kysely, event);
  await tellOperations(db.kysely, event);
  const warnings: unknown[] = [];
  const logger = { warn: (...line: unknown[]) => warnings.push(line) };
  const deps = { db, logger } as unknown as Parameters<typeof tellExhausted>[0];
  const row = {
    ...{ teamId: caller.teamId, destinationId: hook, eventInsertedAtMicros: 1, webhookId: 'm', attempt: 3 },
    ...({
      attemptedAt: new Date(),
      outcome: 'discarded',
      statusCode: 500,
      errorCode: 'http_500',
      errorMessage: '',
    } as const),
    ...({ durationMs: 1, latencyMs: 1, responseBody: '', nextAttemptAt: null, via: 'retry' } as const),
  };
  const rows = Array.from({ length: 150 }, (_, index) => ({
    ...row,
    eventUuid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  }));
  await tellExhausted(deps, [
    ...rows,
    { ...rows[0]!, outcome: 'delivered' },
    { ...rows[0]!, destinationId: operations },
  ]);
  await tellExhausted(deps, rows);
  expect(warnings).toEqual([]);
  const messages = await told(operations);
  expect(messages.map(({ event_type }) => event_type)).toEqual(['backfill.completed', 'delivery.exhausted']);
  expect(messages[1]!.payload).toMatchObject({ webhook_id: hook, count: 150, error_code: 'http_500' });
  expect(OPERATIONAL_SCHEMAS['delivery.exhausted'].safeParse(messages[1]!.payload)).toMatchObject({ success: true });
  await operationalEvent({ ...deps, logger: { warn: () => undefined } } as unknown as typeof deps, {
    ...event,
    teamId: 'x' as never,
  });
});

test('the types are listed with schemas; only webhooks for operations choose among them', async () => {
  const { items } = (await caller.call('GET', '/api/v1/operational-events')).json<{
    items: { type: string; payload: object }[];
  }>();
  expect(items.map(({ type }) => type)).toEqual(OPERATIONAL_EVENTS);
  expect(items[0]?.payload).toMatchObject({ type: 'object', required: expect.arrayContaining(['webhook_id']) });
  const refused = await caller.call('PATCH', `/api/v1/webhooks/${hook}`, { operational_events: ['export.failed'] });
  expect([refused.statusCode, refused.json().field]).toEqual([422, 'operational_events']);
  const url = `/api/v1/webhooks/${operations}`;
  await caller.call('PATCH', url, { operational_events: ['export.failed'] });
  expect((await caller.call('GET', url)).json()).toMatchObject({
    source: 'operations',
    operational_events: ['export.failed'],
  });
});

test('an endpoint that is away for long is told no more than may wait for it', async () => {
  const { kysely } = api.store.db;
  const waiting = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM webhook_messages WHERE destination_id = ${operations}`.execute(kysely);
    return rows[0]?.count ?? 0;
  };
  await sql`INSERT INTO webhook_messages (id, team_id, destination_id, event_type, payload, content_hash, expires_at)
    SELECT gen_random_uuid(), ${caller.teamId}, ${operations}, 'x', '{}', '', now() + interval '1 day'
    FROM generate_series(1, 9999)`.execute(kysely);
  await health(hook, 'paused_auto', 'recovering', 'healthy');
  expect(await waiting()).toBe(10_000);
  await sql`UPDATE webhook_messages SET handed_over_at = now() WHERE destination_id = ${operations}`.execute(kysely);
  await health(hook, 'gone');
  expect(await waiting()).toBe(10_001);
});

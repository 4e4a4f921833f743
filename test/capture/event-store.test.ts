import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createEventStore } from '../../capture/event-store.ts';
import { NO_TRACING } from '../../observability/spans.ts';
import { EVENTS_CHANNEL, listen, teamsTold } from '../../store/listen.ts';
import { capturedEvent } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { startStore, type StoreFixture } from '../store/fixtures.ts';
import { eventually } from '../support/eventually.ts';

const SETTINGS = { insertTimeoutMs: 30_000, maxBatchEvents: 100, maxBatchWaitMs: 5, maxQueuedEvents: 1_000 };

let store: StoreFixture;
let server: TestClickHouse;
beforeAll(async () => {
  [store, server] = await Promise.all([startStore(), startTestClickHouse()]);
}, 120_000);
afterAll(async () => {
  await Promise.all([store.stop(), server.stop()]);
});

test('whoever hears of a team finds its events stored', async () => {
  const told: string[] = [];
  const subscription = await listen(store.db, { [EVENTS_CHANNEL]: (payload) => told.push(payload) });
  const failed: unknown[] = [];
  const events = createEventStore({ db: store.db, clickhouse: server.ch, tracing: NO_TRACING }, SETTINGS, {
    failed: (error) => failed.push(error),
    untold: (error) => failed.push(error),
  });
  const teamId = 77;
  const accepted = events.store([capturedEvent({ teamId, uuid: randomUUID() })], 100);
  await eventually(() => expect(told.some((payload) => teamsTold(payload).has(teamId))).toBe(true), {
    timeoutMs: 30_000,
  });
  const [row] = await server.ch.rows<{ stored: number }>({
    sql: 'SELECT count() AS stored FROM event_log WHERE team_id = {teamId:UInt32}',
    params: { teamId },
  });
  await accepted;
  await events.close();
  await subscription.close();
  expect(row?.stored).toBe(1);
  expect(failed).toEqual([]);
});

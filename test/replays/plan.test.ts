import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import { planReplay } from '../../clickhouse/plan-replay.ts';
import type { AttemptRecord } from '../../core/attempts.ts';
import { replaySeconds } from '../../core/replays.ts';
import { insertAt } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';

const NOW_MICROS = (Date.now() - 3_600_000) * 1_000;

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
}, 60_000);
afterAll(() => server.stop());

function maskedRow(destinationId: string, eventUuid: string): AttemptRecord {
  return {
    ...{ teamId: 1, destinationId, eventUuid, eventInsertedAtMicros: NOW_MICROS, webhookId: 'msg_1', attempt: 0 },
    ...{ attemptedAt: new Date(), outcome: 'masked', statusCode: 0, errorCode: '', errorMessage: '', durationMs: 0 },
    ...{ latencyMs: 0, responseBody: '', nextAttemptAt: null, via: 'live', maskedBy: randomUUID() },
  };
}

test('of the events that a replay would send only those count as masked that the filter still takes', async () => {
  const destinationId = randomUUID();
  const events = ['wanted', 'wanted', 'unwanted', 'unwanted', 'unwanted'].map((event) => ({
    event,
    uuid: randomUUID(),
  }));
  await insertAt(
    server.ch,
    events.map((event) => ({ ...event, insertedAtMicros: NOW_MICROS })),
  );
  await appendAttempts(
    server.ch,
    events.slice(1).map(({ uuid }) => maskedRow(destinationId, uuid)),
  );
  const plan = await planReplay(server.ch, {
    ...{ teamId: 1, destinationId, scope: 'matched', filter: { includeEvents: ['wanted'] }, uuids: [], masks: true },
    range: { startMicros: NOW_MICROS, endMicros: NOW_MICROS + 1 },
  });
  expect(plan).toMatchObject({ events: 2, masked: 1 });
});

test('a replay in batches takes as many requests as it has pages', () => {
  const limits = { maxConcurrency: 2, requestMs: 100 };
  expect(replaySeconds(1_000, limits)).toBe(100);
  expect(replaySeconds(1_000, { ...limits, batchEvents: 10 })).toBe(10);
  expect(replaySeconds(1_000, { ...limits, batchEvents: 500 })).toBe(1);
  expect(replaySeconds(1_000, { ...limits, batchEvents: 10, rateLimitPerSecond: 2 })).toBe(100);
});

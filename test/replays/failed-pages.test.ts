import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FailedPages } from '../../activities/failed-pages.ts';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import type { ClickHouse } from '../../clickhouse/client.ts';
import type { AttemptOutcome, AttemptRecord } from '../../core/attempts.ts';
import type { CursorPosition, ReplayTask } from '../../delivery/shard/ports.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';

const START_MICROS = (Date.now() - 3_600_000) * 1_000;
const LIMIT = 10;

let server: TestClickHouse;
let looks = 0;
let counted: ClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
  counted = new Proxy(server.ch, {
    get: (target, name) => {
      looks += name === 'rows' ? 1 : 0;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}, 60_000);
afterAll(() => server.stop());

/** Ten at one time: a page ends between two of them. */
function attempt(destinationId: string, index: number, outcome: AttemptOutcome): AttemptRecord {
  return {
    ...{ teamId: 1, destinationId, eventUuid: randomUUID(), webhookId: 'msg_1', attempt: 1 },
    ...{ eventInsertedAtMicros: START_MICROS + Math.floor(index / 10), attemptedAt: new Date(Date.now() - 60_000) },
    ...{ outcome, statusCode: 500, errorCode: 'http_500', errorMessage: '', durationMs: 0, latencyMs: 0 },
    ...{ responseBody: '', nextAttemptAt: null, via: 'live' },
  };
}

function taskOf(destinationId: string): ReplayTask {
  return {
    ...{ id: randomUUID(), destinationId, teamId: 1, scope: 'failed', keys: [], begunAt: new Date() },
    ...{ fromMicros: START_MICROS, untilMicros: START_MICROS + 1_000 },
    ...{ position: { positionMicros: START_MICROS, afterUuid: null }, counts: { delivered: 0, failed: 0, skipped: 0 } },
  };
}

async function allPages(pages: FailedPages, task: ReplayTask, untilOf: (page: number) => number): Promise<string[]> {
  const uuids: string[] = [];
  let after: CursorPosition = task.position;
  for (let page = 0; page < 1_000; page += 1) {
    const untilMicros = untilOf(page);
    const keys = await pages.read(task, { after, untilMicros, limit: LIMIT });
    uuids.push(...keys.map(({ uuid }) => uuid));
    const last = keys.length < LIMIT ? undefined : keys.at(-1);
    if (last === undefined && untilMicros >= task.untilMicros) {
      return uuids;
    }
    after = last
      ? { positionMicros: last.insertedAtMicros, afterUuid: last.uuid }
      : { positionMicros: untilMicros, afterUuid: null };
  }
  throw new Error('there is no end');
}

test('failed events come once each, from old to new, and many pages share a look', async () => {
  const destinationId = randomUUID();
  const failed = Array.from({ length: 1_203 }, (_, index) => attempt(destinationId, index + 3, 'discarded'));
  await appendAttempts(server.ch, [...failed, attempt(destinationId, 500, 'delivered')]);
  const task = taskOf(destinationId);
  looks = 0;
  const uuids = await allPages(new FailedPages(counted), task, () => task.untilMicros);
  expect(uuids).toHaveLength(failed.length);
  expect(uuids.toSorted()).toEqual(failed.map(({ eventUuid }) => eventUuid).sort());
  // 121 pages.
  expect(looks).toBeLessThanOrEqual(4);
});

test('an end that moves on hides nothing', async () => {
  const destinationId = randomUUID();
  const failed = Array.from({ length: 400 }, (_, index) => attempt(destinationId, index, 'parked'));
  await appendAttempts(server.ch, failed);
  const task = taskOf(destinationId);
  const untilOf = (page: number): number => (page > 60 ? task.untilMicros : START_MICROS + Math.floor(page / 2));
  const uuids = await allPages(new FailedPages(server.ch), task, untilOf);
  expect(uuids.toSorted()).toEqual(failed.map(({ eventUuid }) => eventUuid).sort());
});

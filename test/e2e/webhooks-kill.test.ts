import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import type { AttemptRecord } from '../../core/attempts.ts';
import type { Service } from '../../dev/service.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { unloggedAttempts, untilAccepted, uuids, WebhookTeam, type Hook } from './support/webhook-team.ts';

jest.setTimeout(180_000);

const EVENTS = 5_000;
const CONCURRENCY = 16;
const ANSWER_MS = 20;
/** How far the attempt log may be behind a send … */
const LOG_BEHIND_MS = 200;
/** … and how many inserts into it may be on their way: the one that runs, and the one after it. */
const LOG_INSERTS = 2;
/** Each takes less than this, or what the slowest insert of the same time has taken. */
const LOG_INSERT_MS = 500;

let system: TestSystem;
let team: WebhookTeam;
let worker: Service;

beforeAll(async () => {
  system = await startTestSystem();
  worker = system.system.worker;
});
afterAll(() => system.stop());
beforeEach(async () => {
  team = await WebhookTeam.create(system);
});
afterEach(() => team.close());

test('a stopping worker finishes what is in flight: nothing is lost and nothing repeated', async () => {
  const next = await system.system.startWorker('second worker');
  const { hook, events } = await halfWay();
  expect(hook.receiver.requests.length).toBeLessThan(EVENTS);
  await worker.stop();
  expect(hook.receiver.requests.length).toBeLessThan(EVENTS);
  worker = next;
  await untilAccepted(hook, events, 120_000);
  expect(hook.receiver.requests).toHaveLength(EVENTS);
  await eventually(async () => {
    expect(await team.stats(hook)).toMatchObject({ delivered: EVENTS, attempts: EVENTS, discarded: 0 });
  });
});

test('after kill -9 every event arrives, and no more is repeated than the log can be behind', async () => {
  const inserts = measuredInserts();
  const { hook, events } = await halfWay();
  const pid = worker.pid ?? 0;
  expect(hook.receiver.requests.length).toBeLessThan(EVENTS);
  const killedAtMs = Date.now();
  process.kill(pid, 'SIGKILL');
  const behindMs = LOG_BEHIND_MS + LOG_INSERTS * Math.max(LOG_INSERT_MS, await inserts.slowestMs());
  const unlogged = await unloggedAttempts(team, hook);
  worker = await system.system.startWorker('third worker');
  await untilAccepted(hook, events, 120_000);

  expect(hook.accepted()).toEqual(hook.idsOf(events));
  const latest = hook.receiver.requests.filter(
    ({ receivedAtMs }) => receivedAtMs > killedAtMs - behindMs && receivedAtMs <= killedAtMs,
  );
  expect(unlogged).toBeLessThanOrEqual(CONCURRENCY + latest.length);
  const repeats = hook.receiver.requests.length - EVENTS;
  expect(repeats).toBeLessThanOrEqual(CONCURRENCY + unlogged);
  await eventually(async () => {
    expect(await team.stats(hook)).toMatchObject({ delivered: EVENTS, discarded: 0 });
  });
});

/** Inserts into the same log, one after another until somebody asks what the slowest of them took. */
function measuredInserts(): { slowestMs(): Promise<number> } {
  let [isOver, slowestMs] = [false, 0];
  const attempt: AttemptRecord = {
    ...{ teamId: team.team.teamId, destinationId: randomUUID(), eventUuid: randomUUID(), webhookId: 'another' },
    ...{
      eventInsertedAtMicros: Date.now() * 1_000,
      attempt: 1,
      attemptedAt: new Date(),
      outcome: 'delivered',
      statusCode: 200,
    },
    ...{ errorCode: '', errorMessage: '', durationMs: 1, latencyMs: 1, responseBody: '', nextAttemptAt: null },
    ...{ via: 'live' },
  };
  const insert = async (): Promise<void> => {
    while (!isOver) {
      const begunMs = performance.now();
      await appendAttempts(system.clickhouse, [attempt]);
      slowestMs = Math.max(slowestMs, performance.now() - begunMs);
    }
  };
  const ended = insert();
  // Whoever asks is told; a test that has failed before does not.
  ended.catch(() => undefined);
  return {
    slowestMs: async () => {
      isOver = true;
      await ended;
      return slowestMs;
    },
  };
}

/** Events that are being delivered, a good part of them already. */
async function halfWay(): Promise<{ hook: Hook; events: string[] }> {
  const hook = await team.hook({ max_concurrency: CONCURRENCY });
  hook.react(async () => {
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    return { status: 200 };
  });
  const events = uuids(EVENTS);
  for (let start = 0; start < EVENTS; start += 1_000) {
    await team.capture(events.slice(start, start + 1_000).map((uuid) => ({ uuid })));
  }
  await eventually(
    () => {
      expect(hook.receiver.requests.length).toBeGreaterThan(EVENTS / 5);
    },
    { timeoutMs: 60_000, intervalMs: 10 },
  );
  return { hook, events };
}

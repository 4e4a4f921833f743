import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { rollUpUsage } from '../../activities/roll-up-usage.ts';
import { deliveriesByDay } from '../../clickhouse/activity/delivery-series.ts';
import { eventsByDay } from '../../clickhouse/activity/sources.ts';
import { appendAttempts, type AttemptRow } from '../../clickhouse/attempt-log.ts';
import { quotaRenewal, startOfUtcDay, utcDay } from '../../core/quotas.ts';
import { NO_USAGE } from '../../core/usage.ts';
import { exportedByDay } from '../../store/run-stats.ts';
import { usageDays } from '../../store/usage.ts';
import { insertAt } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { newExport, newTeam, startStore, type StoreFixture } from '../store/fixtures.ts';

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;
/** Noon of yesterday: ClickHouse keeps 30 days of the real clock, and this one moves on by itself. */
const NOW = new Date(startOfUtcDay(new Date()).getTime() - DAY_MS / 2);
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS);

let store: StoreFixture;
let server: TestClickHouse;
let ours: number;
let theirs: number;
let exportId: string;

beforeAll(async () => {
  [store, server] = await Promise.all([startStore(), startTestClickHouse()]);
  [ours, theirs] = [await newTeam(store), await newTeam(store)];
  exportId = (await newExport(store, ours)).id;
  await sql`UPDATE teams SET created_at = ${daysAgo(6)}`.execute(store.db.kysely);
});
afterAll(async () => {
  await Promise.all([store.stop(), server.stop()]);
});

async function capture(teamId: number, at: Date, events: number): Promise<void> {
  const rows = Array.from({ length: events }, () => ({ teamId, insertedAtMicros: at.getTime() * 1_000 }));
  await insertAt(server.ch, rows);
}

function attempt(teamId: number, attemptedAt: Date, outcome: AttemptRow['outcome'] = 'delivered'): AttemptRow {
  return {
    ...{ teamId, destinationId: randomUUID(), eventUuid: randomUUID(), webhookId: 'msg_1', attempt: 1, outcome },
    ...{ eventInsertedAtMicros: attemptedAt.getTime() * 1_000, attemptedAt, statusCode: 200, errorCode: '' },
    ...{ errorMessage: '', durationMs: 1, latencyMs: 1, responseBody: '', nextAttemptAt: null, via: 'live' },
    ...{ shard: 0, epoch: 1 },
  };
}

async function exported(at: Date, rows: number, status = 'completed'): Promise<void> {
  const id = randomUUID();
  await sql`INSERT INTO export_runs (id, export_id, team_id, interval_start, interval_end, status, trigger, config_version,
      rows, bytes, workflow_id, workflow_run_id, started_at, finished_at)
    VALUES (${id}, ${exportId}, ${ours}, ${new Date(at.getTime() - 60_000)}, ${at}, ${status}, 'schedule', 1,
      ${rows}, ${rows * 100}, ${id}, ${id}, ${at}, ${at})`.execute(store.db.kysely);
}

const rollUp = (now: Date): Promise<number> => rollUpUsage({ db: store.db, clickhouse: server.ch }, { now });
const stored = (teamId: number): ReturnType<typeof usageDays> =>
  usageDays(store.db, { teamId, from: daysAgo(30), to: quotaRenewal(NOW) });

/** The same by the queries that `GET /usage` counts a day with. */
async function counted(teamId: number): Promise<Awaited<ReturnType<typeof usageDays>>> {
  const span = { teamId, from: daysAgo(30), to: quotaRenewal(NOW) };
  const [events, runs, deliveries] = await Promise.all([
    eventsByDay(server.ch, span),
    exportedByDay(store.db, span),
    deliveriesByDay(server.ch, span),
  ]);
  const days = [...new Set([...events, ...runs, ...deliveries].map(({ day }) => day))].sort();
  return days.map((day) => {
    const { runs: ended, rows, bytes } = { ...NO_USAGE.exports, ...runs.find((row) => row.day === day) };
    const { attempts, delivered } = { ...NO_USAGE.webhooks, ...deliveries.find((row) => row.day === day) };
    return {
      ...{ day, events: events.find((row) => row.day === day)?.events ?? 0 },
      ...{ exports: { runs: ended, rows, bytes }, webhooks: { attempts, delivered } },
    };
  });
}

test('adds up what the logs say, again for what came late, and keeps what they forget', async () => {
  await capture(ours, daysAgo(5), 3);
  await capture(ours, daysAgo(1), 2);
  await capture(theirs, daysAgo(1), 7);
  await exported(daysAgo(5), 10);
  await exported(daysAgo(5), 20);
  await exported(daysAgo(1), 99, 'failed');
  await exported(NOW, 5);
  await appendAttempts(server.ch, [
    ...[attempt(ours, daysAgo(5)), attempt(ours, daysAgo(1)), attempt(ours, daysAgo(1), 'discarded')],
    ...[attempt(ours, daysAgo(1), 'masked'), attempt(theirs, NOW)],
  ]);

  expect(await rollUp(NOW)).toBe(7);
  const first = await stored(ours);
  expect(first).toEqual(await counted(ours));
  expect(first.map(({ day, events, exports }) => [day, events, exports.rows])).toEqual([
    [utcDay(daysAgo(5)), 3, 30],
    [utcDay(daysAgo(1)), 2, 0],
    [utcDay(NOW), 0, 5],
  ]);
  expect(first[1]?.webhooks).toEqual({ attempts: 2, delivered: 1 });
  expect(await stored(theirs)).toEqual(await counted(theirs));

  // What came late, to a day that is over.
  await capture(ours, daysAgo(2), 4);
  await appendAttempts(server.ch, [attempt(ours, daysAgo(1))]);
  expect(await rollUp(new Date(NOW.getTime() + HOUR_MS / 2))).toBe(0);
  expect(await rollUp(new Date(NOW.getTime() + HOUR_MS))).toBe(3);
  expect(await stored(ours)).toEqual(await counted(ours));
  expect((await stored(ours)).find(({ day }) => day === utcDay(daysAgo(2)))?.events).toBe(4);

  // The logs forget; a roll-up that was missed for a day is made up for.
  const known = await stored(ours);
  await server.ch.command({ sql: `ALTER TABLE delivery_attempts DROP PARTITION '${utcDay(daysAgo(5))}'` });
  expect(await rollUp(new Date(NOW.getTime() + DAY_MS + 2 * HOUR_MS))).toBe(4);
  expect(await stored(ours)).toEqual(known);
  expect(await stored(ours)).not.toEqual(await counted(ours));
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deliveryStats } from '../../clickhouse/activity/delivery-stats.ts';
import { appendAttempts, type AttemptRow } from '../../clickhouse/attempt-log.ts';
import { AttemptLogWriter } from '../../clickhouse/attempt-log-writer.ts';
import { countParked, dueParked, isDelivered, listAttempts, settledEvents } from '../../clickhouse/attempt-queries.ts';
import type { ClickHouse } from '../../clickhouse/client.ts';
import { appendLogEntries, listLogEntries, runManifest } from '../../clickhouse/log-entries.ts';
import { LogWriter } from '../../clickhouse/log-writer.ts';
import { migrateClickHouse } from '../../clickhouse/migrate.ts';
import { clickhouseTime } from '../../core/time.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
}, 60_000);
afterAll(() => server.stop());

const start = Math.floor(Date.now() / 1_000) * 1_000 - 600_000;

const SHARD = { shard: 3, epoch: 9_007_199_254_740_000 };

function attempt(changes: Partial<AttemptRow> = {}): AttemptRow {
  return {
    teamId: 1,
    destinationId: randomUUID(),
    eventUuid: randomUUID(),
    eventInsertedAtMicros: start * 1_000 + 7,
    webhookId: 'msg_1',
    attempt: 1,
    attemptedAt: new Date(start),
    outcome: 'delivered',
    statusCode: 200,
    errorCode: '',
    errorMessage: '',
    durationMs: 12.5,
    latencyMs: 140.25,
    responseBody: 'ok',
    responseHeaders: '',
    nextAttemptAt: null,
    via: 'live',
    ...SHARD,
    ...changes,
  };
}

test('rows come back as written; the same rows again are stored once', async () => {
  const row = attempt({
    outcome: 'parked',
    nextAttemptAt: new Date(start + 5_123),
    responseBody: 'é "\n\u0000',
  });
  await appendAttempts(server.ch, [row], SHARD);
  await appendAttempts(server.ch, [row], SHARD);
  expect(await listAttempts(server.ch, { teamId: 1, destinationId: row.destinationId, limit: 10 })).toEqual([row]);
  await appendAttempts(server.ch, []);
});

test('phases of the request are stored as far as they happened, and headers; rows of before have neither', async () => {
  const destinationId = randomUUID();
  const made = { dnsMs: 1.25, connectMs: 2.5, tlsMs: 3.75, firstByteMs: 100.0009 };
  const rows = [
    attempt({ destinationId, attempt: 3, phases: made, responseHeaders: 'server: a\tb\\\nx-id: é\n' }),
    attempt({ destinationId, attempt: 2, phases: { firstByteMs: 4 }, responseHeaders: 'server: a\n' }),
    attempt({ destinationId, attempt: 1 }),
  ];
  await appendAttempts(server.ch, rows, SHARD);
  const attemptedAt = clickhouseTime(start * 1_000);
  const old = { destination_id: destinationId, event_uuid: randomUUID(), attempt: 0, attempted_at: attemptedAt };
  await server.ch.insert('delivery_attempts', [...Object.keys(old), 'team_id'], [{ ...old, team_id: 1 }]);
  const found = await listAttempts(server.ch, { teamId: 1, destinationId, limit: 10 });
  expect(
    found.toSorted((a, b) => b.attempt - a.attempt).map(({ phases, responseHeaders }) => [phases, responseHeaders]),
  ).toEqual([
    [{ ...made, firstByteMs: 100 }, rows[0]?.responseHeaders],
    [{ firstByteMs: 4 }, rows[1]?.responseHeaders],
    [undefined, ''],
    [undefined, ''],
  ]);
});

test('what shards flush at the same time is one insert, and a repeated flush repeats it as it was', async () => {
  const destinationId = randomUUID();
  const inserted: string[] = [];
  const refusals = [false, true, false];
  // A refusal after the rows were stored: an answer that was lost.
  const flaky: Pick<ClickHouse, 'insertTsv'> = {
    insertTsv: async (table, columns, bytes, options) => {
      inserted.push(bytes.toString());
      await server.ch.insertTsv(table, columns, bytes, options);
      if (refusals[inserted.length - 1] === true) {
        throw new Error('the answer was lost');
      }
    },
  };
  const writer = new AttemptLogWriter(flaky as ClickHouse);
  const batch = (): AttemptRow[] => [attempt({ destinationId })];
  const [first, second, third] = [batch(), batch(), batch()];
  await Promise.all([writer.append(first, SHARD), writer.append(second, { shard: 4, epoch: 1 })]);
  expect(inserted).toHaveLength(1);
  expect(inserted[0]?.trimEnd().split('\n')).toHaveLength(2);
  const lost = [writer.append(third, SHARD), writer.append(batch(), SHARD)];
  expect((await Promise.allSettled(lost)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const later = writer.append(batch(), SHARD);
  await Promise.all([writer.append(third, SHARD), later]);
  expect(inserted.slice(1).toSorted()).toEqual([inserted[1], inserted[1], inserted[3]].toSorted());
  const stored = await listAttempts(server.ch, { teamId: 1, destinationId, limit: 10 });
  expect(stored).toHaveLength(5);
});

test('a hostile response body is cut and made storable', async () => {
  const row = attempt({ responseBody: 'é'.repeat(3_000), errorMessage: 'lone \ud800 half' });
  await appendAttempts(server.ch, [row], SHARD);
  const [found] = await listAttempts(server.ch, { teamId: 1, destinationId: row.destinationId, limit: 1 });
  expect(found?.responseBody).toBe('é'.repeat(2_048));
  expect(found?.errorMessage).toBe('lone \ufffd half');
});

test('settled events are those whose owner is decided, from a position on', async () => {
  const destinationId = randomUUID();
  const outcomes = ['delivered', 'retry_scheduled', 'parked', 'discarded', 'failed_attempt'] as const;
  const rows = outcomes.map((outcome, index) =>
    attempt({ destinationId, outcome, eventInsertedAtMicros: start * 1_000 + index }),
  );
  const other = attempt({ eventInsertedAtMicros: start * 1_000 });
  await appendAttempts(server.ch, [...rows, other]);
  const settled = await settledEvents(server.ch, [
    { destinationId, fromMicros: start * 1_000 + 1 },
    { destinationId: other.destinationId, fromMicros: start * 1_000 },
    { destinationId: randomUUID(), fromMicros: 0 },
  ]);
  const keys = (of: AttemptRow[]): Map<string, number> =>
    new Map(of.map((row) => [row.eventUuid, row.eventInsertedAtMicros]));
  expect(settled).toEqual(
    new Map([
      [destinationId, keys(rows.slice(1, 4))],
      [other.destinationId, keys([other])],
    ]),
  );
  expect(await settledEvents(server.ch, [])).toEqual(new Map());
});

test('parked deliveries are due by their latest row only', async () => {
  const destinationId = randomUUID();
  const now = new Date(start + 60_000);
  const parked = (eventUuid: string, next: number): AttemptRow =>
    attempt({ destinationId, eventUuid, attempt: 2, outcome: 'parked', nextAttemptAt: new Date(next) });
  const [due, later, done] = [randomUUID(), randomUUID(), randomUUID()] as [string, string, string];
  await appendAttempts(server.ch, [
    attempt({ destinationId, eventUuid: due, outcome: 'failed_attempt' }),
    parked(due, start + 60_000),
    // Not charged: the endpoint asked to wait, or was suspended by it. It names no owner.
    attempt({ destinationId, eventUuid: due, attempt: 3, outcome: 'failed_attempt' }),
    parked(later, start + 60_001),
    parked(done, start),
    attempt({ destinationId, eventUuid: done, attempt: 3, outcome: 'delivered' }),
    attempt({ destinationId, outcome: 'failed_attempt' }),
  ]);
  const destinationIds = [destinationId, randomUUID()];
  expect(await dueParked(server.ch, { destinationIds, now, ofEach: 10, ofAll: 20 })).toEqual([
    { destinationId, teamId: 1, eventUuid: due, eventInsertedAtMicros: start * 1_000 + 7, attempt: 2, replayed: false },
  ]);
  // Whoever parks it next: somebody has asked for it.
  await appendAttempts(server.ch, [
    attempt({ destinationId, eventUuid: due, attempt: 3, outcome: 'parked', nextAttemptAt: now, via: 'replay' }),
    attempt({ destinationId, eventUuid: due, attempt: 4, outcome: 'parked', nextAttemptAt: now, via: 'retry' }),
  ]);
  expect(await dueParked(server.ch, { destinationIds, now, ofEach: 10, ofAll: 20 })).toMatchObject([
    { eventUuid: due, attempt: 4, replayed: true },
  ]);
  expect(await countParked(server.ch, [destinationId])).toEqual(new Map([[destinationId, 2]]));
  expect(await countParked(server.ch, [])).toEqual(new Map());
  expect(await isDelivered(server.ch, { destinationId, eventUuid: done })).toBe(true);
  expect(await isDelivered(server.ch, { destinationId, eventUuid: due })).toBe(false);
});

test('the parked deliveries of one destination leave room for those of another', async () => {
  const destinationIds = [randomUUID(), randomUUID()];
  const now = new Date(start + 60_000);
  const rows = destinationIds.flatMap((destinationId, nth) =>
    Array.from({ length: 4 }, (_, index) => {
      const attemptedAt = new Date(start + nth * 1_000 + index);
      return attempt({ destinationId, outcome: 'parked', attemptedAt, nextAttemptAt: now });
    }),
  );
  await appendAttempts(server.ch, rows);
  const due = await dueParked(server.ch, { destinationIds, now, ofEach: 2, ofAll: 3 });
  expect(due.map(({ eventUuid }) => eventUuid)).toEqual([0, 1, 4].map((index) => rows[index]?.eventUuid));
});

test('attempts page newest first and filter', async () => {
  const destinationId = randomUUID();
  const rows = Array.from({ length: 9 }, (_, index) =>
    attempt({
      destinationId,
      outcome: index % 3 === 0 ? 'failed_attempt' : 'delivered',
      attemptedAt: new Date(start + Math.floor(index / 3)),
    }),
  );
  await appendAttempts(server.ch, rows, SHARD);
  const seen: string[] = [];
  let before: AttemptRow | undefined;
  do {
    const page: AttemptRow[] = await listAttempts(server.ch, {
      teamId: 1,
      destinationId,
      limit: 2,
      ...(before && { before }),
    });
    seen.push(...page.map((row) => row.eventUuid));
    before = page.at(-1);
  } while (before);
  expect(seen).toHaveLength(9);
  expect(new Set(seen)).toEqual(new Set(rows.map((row) => row.eventUuid)));
  const failed = await listAttempts(server.ch, { teamId: 1, destinationId, outcome: 'failed_attempt', limit: 10 });
  expect(failed.map((row) => row.outcome)).toEqual(['failed_attempt', 'failed_attempt', 'failed_attempt']);
  const one = await listAttempts(server.ch, { teamId: 1, eventUuid: rows[4]!.eventUuid, limit: 10 });
  expect(one).toEqual([rows[4]]);
  expect(await listAttempts(server.ch, { teamId: 2, destinationId, limit: 10 })).toEqual([]);
});

test('statistics count events once and take latency of what arrived', async () => {
  const destinationId = randomUUID();
  const eventUuid = randomUUID();
  await appendAttempts(server.ch, [
    attempt({ destinationId, eventUuid, outcome: 'failed_attempt', latencyMs: 1 }),
    attempt({ destinationId, eventUuid, attempt: 2, latencyMs: 100 }),
    attempt({ destinationId, latencyMs: 300 }),
    attempt({ destinationId, outcome: 'discarded', latencyMs: 9_999 }),
  ]);
  expect(await deliveryStats(server.ch, { teamId: 1, destinationId })).toEqual({
    delivered: 2,
    discarded: 1,
    attempts: 4,
    p50Ms: 200,
    p99Ms: 298,
  });
  const since = new Date(start + 1);
  expect(await deliveryStats(server.ch, { teamId: 1, destinationId, since })).toEqual({
    delivered: 0,
    discarded: 0,
    attempts: 0,
    p50Ms: null,
    p99Ms: null,
  });
});

test('log entries come back in order, page by page and by level', async () => {
  const sourceId = randomUUID();
  const entries = [0, 1, 1, 2].map((delay, index) => ({
    teamId: 1,
    source: 'export_run' as const,
    sourceId,
    level: index === 2 ? ('warn' as const) : ('info' as const),
    message: `entry ${String(index)}`,
    loggedAt: new Date(start + delay),
    fields: { index, big: '9007199254740993' },
  }));
  await appendLogEntries(server.ch, entries);
  const query = { teamId: 1, source: 'export_run', sourceId, limit: 10 } as const;
  const all = await listLogEntries(server.ch, query);
  expect(all.map(({ position: _position, ...entry }) => entry)).toEqual(expect.arrayContaining(entries));
  expect(all.map(({ loggedAt }) => loggedAt.getTime() - start)).toEqual([0, 1, 1, 2]);
  const paged = [];
  for (let page = all.slice(0, 1); page[0] !== undefined;) {
    paged.push(...page);
    page = await listLogEntries(server.ch, { ...query, limit: 1, after: page[0].position });
  }
  expect(paged).toEqual(all);
  expect(await listLogEntries(server.ch, { ...query, levels: ['warn', 'error'] })).toMatchObject([{ level: 'warn' }]);
  expect(await listLogEntries(server.ch, { ...query, teamId: 2 })).toEqual([]);
});

test('the manifest of a run is what its last commit said', async () => {
  const of = { teamId: 1, runId: randomUUID() };
  const lines = [{ manifest: 'old' }, { manifest: 'new' }, { rows: 1 }].map((fields, index) => ({
    ...{ teamId: 1, source: 'export_run' as const, sourceId: of.runId, level: 'info' as const },
    ...{ message: 'line', loggedAt: new Date(start + index), fields },
  }));
  await appendLogEntries(server.ch, lines);
  expect(await runManifest(server.ch, of)).toBe('new');
  expect(await runManifest(server.ch, { ...of, teamId: 2 })).toBeUndefined();
});

test('the writer keeps lines in order, and keeps what cannot be stored yet', async () => {
  const sourceId = randomUUID();
  const failures: unknown[] = [];
  let away = true;
  // Only the failure is made up: what is stored is stored by the server.
  const flaky = Object.assign(Object.create(server.ch) as typeof server.ch, {
    insert: async (...args: Parameters<typeof server.ch.insert>) => {
      if (away) {
        throw new Error('connection refused');
      }
      await server.ch.insert(...args);
    },
  });
  const writer = new LogWriter(flaky, (error) => failures.push(error));
  const lines = Array.from({ length: 50 }, (_, index) => `line ${String(index)}`);
  for (const message of lines) {
    writer.append({ teamId: 1, source: 'export_run', sourceId, level: 'info', message, fields: {} });
  }
  await writer.flush();
  expect(failures).toHaveLength(1);
  away = false;
  await writer.flush();
  const stored = await listLogEntries(server.ch, { teamId: 1, source: 'export_run', sourceId, limit: 100 });
  expect(stored.map(({ message }) => message)).toEqual(lines);
});

test('migrating again applies nothing, and a changed file is refused', async () => {
  expect(await migrateClickHouse(server.ch)).toEqual({ applied: [] });
  await server.ch.command({
    sql: "ALTER TABLE schema_migrations UPDATE checksum = 'x' WHERE 1 SETTINGS mutations_sync = 1",
  });
  await expect(migrateClickHouse(server.ch)).rejects.toMatchObject({ code: 'clickhouse_migration_changed' });
});

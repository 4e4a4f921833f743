import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import { insertEvents, type CapturedEvent } from '../../clickhouse/insert-events.ts';
import { appendLogEntries } from '../../clickhouse/log-entries.ts';
import { EVENTS_MODEL } from '../../clickhouse/models/events.ts';
import { setRejectedAside } from '../../clickhouse/rejected-records.ts';
import { capturedEvent } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

/** What becomes of what is written while a table takes no writes (TABLE_IS_PERMANENTLY_READ_ONLY, NOT_INITIALIZED). */
const WAITS = { code: 'clickhouse_read_only', retryable: true, fault: 'platform', remedy: expect.any(String) };
/** The log of events, and what is fed from it. */
const OF_EVENTS = ['event_log', 'events', 'event_first_seen'];

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
}, 120_000);
afterEach(async () => {
  for (const table of [...OF_EVENTS, 'delivery_attempts', 'log_entries', 'rejected_records']) {
    await makeReadOnly(table, 0);
  }
});
afterAll(() => server.stop());

async function makeReadOnly(table: string, readonly: 0 | 1 = 1): Promise<void> {
  await server.ch.command({ sql: `ALTER TABLE ${table} MODIFY SETTING table_readonly = ${String(readonly)}` });
}

const insert = (events: readonly CapturedEvent[], deduplicationToken: string): Promise<void> =>
  insertEvents(server.ch, events, { deduplicationToken, timeoutMs: 30_000 });

async function countsOf(teamId: number): Promise<unknown> {
  const ofTeam = `WHERE team_id = ${String(teamId)}`;
  const [counts] = await server.ch.rows({
    sql: `SELECT (SELECT count() FROM event_log ${ofTeam}) AS logged, (SELECT count() FROM events FINAL ${ofTeam}) AS kept,
      (SELECT sum(copies) FROM event_first_seen ${ofTeam}) AS seen`,
  });
  return counts;
}

test.each(OF_EVENTS)(
  'events are refused while %s is read-only, and stored once when they are repeated',
  async (table) => {
    const teamId = 10 + OF_EVENTS.indexOf(table);
    const [events, token] = [[capturedEvent({ teamId }), capturedEvent({ teamId })], randomUUID()];
    await makeReadOnly(table);
    await expect(insert(events, token)).rejects.toMatchObject(WAITS);
    await makeReadOnly(table, 0);
    await insert(events, token);
    expect(await countsOf(teamId)).toEqual({ logged: 2, kept: 2, seen: 2 });
  },
);

test('attempts, lines of logs and records that are set aside wait', async () => {
  const { ch } = server;
  const attempt = {
    ...{ teamId: 1, destinationId: randomUUID(), eventUuid: randomUUID(), eventInsertedAtMicros: Date.now() * 1_000 },
    ...{ webhookId: 'msg_1', attempt: 1, attemptedAt: new Date(), statusCode: 200 },
    ...{ errorCode: '', errorMessage: '', durationMs: 1, latencyMs: 1, responseBody: '', nextAttemptAt: null },
    ...({ outcome: 'delivered', via: 'live' } as const),
  };
  await makeReadOnly('delivery_attempts');
  await expect(appendAttempts(ch, [attempt])).rejects.toMatchObject(WAITS);

  const line = { teamId: 1, source: 'export_run', sourceId: randomUUID(), level: 'info', message: 'x' } as const;
  await makeReadOnly('log_entries');
  await expect(appendLogEntries(ch, [{ ...line, loggedAt: new Date(), fields: {} }])).rejects.toMatchObject(WAITS);

  await makeReadOnly('rejected_records');
  const range = { startMicros: (Date.now() - 60_000) * 1_000, endMicros: Date.now() * 1_000 };
  const columns = EVENTS_MODEL.columns.map(({ name }) => {
    return { source: name, name, as: 'native' as const, ...(name === 'event' && { rules: { maxBytes: 1 } }) };
  });
  const setAside = setRejectedAside(
    ch,
    {
      scope: { teamId: 1, filter: {}, range, model: EVENTS_MODEL },
      chunk: { ...range, expectedRows: 1 },
      of: { exportId: randomUUID(), generation: 0, index: 0 },
    },
    { fileFormat: 'jsonl', compression: 'none', columns },
    AbortSignal.timeout(30_000),
  );
  await expect(setAside).rejects.toMatchObject(WAITS);
});

test('a replicated table that finds no keeper takes no writes, and can be read', async () => {
  const { ch } = server;
  await ch.command({
    sql: `ATTACH TABLE lost_replica UUID '${randomUUID()}' (id UInt64)
      ENGINE = ReplicatedMergeTree('/clickhouse/tables/lost_replica', 'one') ORDER BY id`,
  });
  await expect(ch.insert('lost_replica', ['id'], [{ id: 1 }])).rejects.toMatchObject(WAITS);
  expect(await ch.rows({ sql: 'SELECT count() AS rows FROM lost_replica' })).toEqual([{ rows: 0 }]);
  await ch.command({ sql: 'DETACH TABLE lost_replica' });
});

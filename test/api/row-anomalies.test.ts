import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { ActivityDeps } from '../../activities/deps.ts';
import { noticeOfRows } from '../../activities/row-anomalies.ts';
import { createLogger } from '../../observability/logger.ts';
import { listNotices } from '../../store/notices.ts';
import { createdId, newExportOf, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

const WEEK_MS = 7 * 24 * 60 * 60_000;
const INTERVAL_MS = 5 * 60_000;
/** Of the run that is judged: a minute before the clock of the API. */
const END = new Date('2026-11-21T12:05:00Z');

let api: ApiFixture;
let owner: Caller;
let exportId: string;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  owner = await api.newCaller();
  exportId = await newExportOf(owner);
});

/** A run that ended, with its interval committed. */
async function exported(of: { end: Date; rows: number; trigger?: string; version?: number; minutes?: number }) {
  const { end, rows, trigger = 'schedule', version = 1, minutes = INTERVAL_MS / 60_000 } = of;
  const [id, start] = [randomUUID(), new Date(end.getTime() - minutes * 60_000)];
  await sql`INSERT INTO export_runs (id, export_id, team_id, interval_start, interval_end, status, trigger,
      config_version, rows, workflow_id, workflow_run_id, started_at, finished_at)
    VALUES (${id}, ${exportId}, ${owner.teamId}, ${start}, ${end}, 'completed', ${trigger}, ${version}, ${rows},
      ${id}, ${id}, ${end}, ${end})`.execute(api.store.db.kysely);
  await sql`INSERT INTO interval_ledger (export_id, interval_start, interval_end, committed_at, committed_run_id, rows)
    VALUES (${exportId}, ${start}, ${end}, now(), ${id}, ${rows})
    ON CONFLICT (export_id, interval_end) DO UPDATE SET rows = excluded.rows, committed_run_id = ${id}`.execute(
    api.store.db.kysely,
  );
  return id;
}

/** Three intervals around the same time in each of the weeks, with about so many rows each. */
async function plantWeeks(weeks: number, rows: number, changes: { version?: number; minutes?: number } = {}) {
  for (let week = 1; week <= weeks; week += 1) {
    for (const offset of [-1, 0, 1]) {
      const end = new Date(END.getTime() - week * WEEK_MS + offset * INTERVAL_MS);
      await exported({ end, rows: rows + 7 * week + offset, ...changes });
    }
  }
}

/** Exports the interval, as a run would end. */
async function run(rows: number, of: { end?: Date; trigger?: string } = {}): Promise<string> {
  const end = of.end ?? END;
  const runId = await exported({ rows, ...of, end });
  const deps = { db: api.store.db, logger: createLogger({ name: 'test', level: 'fatal' }) } as unknown as ActivityDeps;
  const ref = { exportId, teamId: owner.teamId, runId, epoch: 1, generation: 0 };
  const bounds = { intervalStart: new Date(end.getTime() - INTERVAL_MS).toISOString(), intervalEnd: end.toISOString() };
  await noticeOfRows(deps, { run: { ...ref, ...bounds }, status: 'completed', rows, bytes: 0, files: 0 });
  return runId;
}

async function anomalies(): Promise<unknown[]> {
  return (await owner.call('GET', `/api/v1/exports/${exportId}/anomalies`)).json<{ items: unknown[] }>().items;
}

async function told(): Promise<string[]> {
  const notices = await listNotices(api.store.db, { teamId: owner.teamId, limit: 10 });
  return notices.map(({ event }) => event);
}

test('a drop is told, listed and in the overview, and so is its end', async () => {
  await createdId(owner, '/api/v1/webhooks', { ...WEBHOOK, events: undefined, source: 'operations' });
  await plantWeeks(8, 1_000);
  const runId = await run(120);
  const found = { kind: 'drop', rows: 120, expected: 1_032, low: 516, high: 1_547 };
  expect(await anomalies()).toEqual([
    { ...found, run_id: runId, interval_end: END.toISOString(), found_at: expect.any(String) },
  ]);
  expect(await told()).toEqual(['export.rows_unusual']);
  const { rows: messages } = await sql<{ payload: string }>`SELECT payload FROM webhook_messages
    WHERE team_id = ${owner.teamId} AND event_type = 'export.rows_unusual'`.execute(api.store.db.kysely);
  expect(messages.map(({ payload }) => JSON.parse(payload) as unknown)).toEqual([
    { ...found, export_id: exportId, export_name: 'Nightly', run_id: runId, interval_end: END.toISOString() },
  ]);
  const overview = (await owner.call('GET', '/api/v1/overview')).json();
  expect(overview.destinations.find((card: { id: string }) => card.id === exportId).unusual_rows).toEqual(found);
  expect(overview.attention).toEqual([
    expect.objectContaining({ id: exportId, reason: 'its last run had 120 rows; 516 to 1547 are usual' }),
  ]);

  const next = new Date(END.getTime() + INTERVAL_MS);
  await run(1_010, { end: next });
  expect(await told()).toEqual(['export.rows_usual', 'export.rows_unusual']);
  expect(await anomalies()).toHaveLength(1);
  expect((await owner.call('GET', '/api/v1/overview')).json().attention).toEqual([]);
});

test('the same interval exported again as usual is none', async () => {
  await plantWeeks(8, 1_000);
  await run(9_000);
  expect(await anomalies()).toEqual([expect.objectContaining({ kind: 'surge' })]);
  await run(1_000);
  expect(await anomalies()).toEqual([]);
});

test.each([
  ['three weeks are no history', () => plantWeeks(3, 1_000)],
  ['intervals of another length are none of it', () => plantWeeks(8, 1_000, { minutes: 15 })],
  ['nor are those with another filter', () => plantedWithAnotherFilter()],
])('%s', async (_name, plant) => {
  await plant();
  await run(0);
  expect([await anomalies(), await told()]).toEqual([[], []]);
});

async function plantedWithAnotherFilter(): Promise<void> {
  const answer = await owner.call('PATCH', `/api/v1/exports/${exportId}`, { filter: { include_events: ['paid'] } });
  const { version } = answer.json<{ version: number }>();
  await plantWeeks(8, 1_000, { version });
}

test('a run that somebody has started by hand is not compared', async () => {
  await plantWeeks(8, 1_000);
  await run(0, { trigger: 'manual' });
  expect([await anomalies(), await told()]).toEqual([[], []]);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import type { AuditResult } from '../../activities/types.ts';
import { executionState } from '../../client/executions.ts';
import {
  backfillWorkflowId,
  deliveryShardWorkflowId,
  exportScheduleId,
  MAINTENANCE_SCHEDULES,
} from '../../core/ids.ts';
import { startReceiver, type Receiver } from '../../dev/receiver.ts';
import { setup } from '../../setup.ts';
import { insertMany, insertRows } from '../e2e/support/export-events.ts';
import { committedFiles, expectConsistent, manifests } from '../e2e/support/export-manifests.ts';
import { newPlace, type ExportPlace } from '../e2e/support/export-places.ts';
import { ExportReader } from '../e2e/support/export-rows.ts';
import { createExport, JSON_LINES, pastMinute, runMinute, type PastMinute } from '../e2e/support/export-runs.ts';
import { inPostgres } from '../e2e/support/past-exports.ts';
import { untilAccepted, WebhookTeam, type Hook } from '../e2e/support/webhook-team.ts';
import { eventually } from '../support/eventually.ts';
import { placeOnSharedServers } from '../support/place-of-system.ts';
import { byHand } from '../support/schedules.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal-server.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

jest.setTimeout(300_000);

/** Temporal comes up with an empty database, while everything else goes on: docs/deploy says what happens then. */
const MINUTES = 12;
const ROWS = 6_000;
const REPLAYED = 300;
const ROWS_ONCE = 500;
const CONCURRENCY = 4;
const GOES_ON_MS = 120_000;
/** What was under way a minute ago is looked at. */
const OLD = `now() - interval '5 minutes'`;

let temporal: TestTemporal;
let system: TestSystem;
let team: WebhookTeam;
let reader: ExportReader;

beforeAll(async () => {
  temporal = await startTestTemporal();
  const shared = await placeOnSharedServers();
  const place = {
    external: { ...shared.external, temporalAddress: temporal.address },
    env: { ...shared.env, TEMPORAL_NAMESPACE: 'default', TEMPORAL_UI_URL: temporal.uiUrl },
    remove: shared.remove,
  };
  system = await startTestSystem({ place, env: { SLUICE_EXPORT_LEASE_MS: '5000' } });
  reader = await ExportReader.open(system.directory);
  team = await WebhookTeam.create(system);
});
afterAll(async () => {
  reader.close();
  await team.close();
  await system.stop();
  await temporal.stop();
});

interface Backfill {
  id: string;
  status: string;
  reason: string | null;
  progress: { completed: number; failed: number; rows: number };
}

interface Backfilling {
  place: ExportPlace;
  /** It is paused. */
  exportId: string;
  id: string;
  read(): Promise<Backfill>;
}

async function backfilling(): Promise<Backfilling> {
  const { api, teamId } = await system.newTeam();
  const minutes = Array.from({ length: MINUTES }, (_, index) => pastMinute(120 - index));
  for (const minute of minutes) {
    await insertMany(system.clickhouse, teamId, minute, { rows: ROWS, bytes: 400 });
  }
  const place = await newPlace('file', system);
  const exportId = await createExport(api, place, { format: JSON_LINES });
  const range = { from: new Date((minutes[0]?.startMicros ?? 0) / 1_000).toISOString(), to: minutes.at(-1)?.end };
  const { id } = await api<Backfill>('POST', `/exports/${exportId}/backfills`, { ...range, parallel: 1 });
  return { place, exportId, id, read: () => api('GET', `/backfills/${id}`) };
}

interface Replaying {
  hook: Hook;
  events: string[];
  id: string;
  workflowId: string;
  status(): Promise<{ status: string; delivered: number }>;
}

async function replaying(): Promise<Replaying> {
  const from = new Date(Date.now() - 60_000).toISOString();
  const events = await team.capture(Array.from({ length: REPLAYED }, () => ({ event: 'replayed' })));
  const hook = await team.hook({ events: ['replayed'], max_concurrency: CONCURRENCY });
  hook.react(async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { status: 200 };
  });
  const body = { scope: 'matched', from };
  const { id, workflow_id: workflowId } = await team.team.api<{ id: string; workflow_id: string }>(
    'POST',
    `/webhooks/${hook.id}/replays`,
    body,
  );
  return { hook, events, id, workflowId, status: () => team.team.api('GET', `/replays/${id}`) };
}

interface Retried {
  hook: Hook;
  uuid: string;
}

/** An event whose next attempt is an hour away, of a webhook that is audited beyond it. */
async function retried(): Promise<Retried> {
  const hook = await team.hook({ events: ['refused'], retry_schedule_ms: [1_000, 3_600_000] });
  hook.react(() => ({ status: 500 }));
  const [uuid = ''] = await team.capture([{ event: 'refused' }]);
  await eventually(async () => {
    expect((await team.attempts(hook)).map(({ attempt }) => attempt)).toContain(3);
  });
  const audited = 'UPDATE delivery_audits SET audited_micros = $2 WHERE destination_id = $1';
  await inPostgres(system, audited, [hook.id, Date.now() * 1_000 + 3_600_000_000]);
  return { hook, uuid };
}

interface Reconciling {
  place: ExportPlace;
  late: number;
  status(): Promise<{ status: string; intervals_compared: number; intervals_repaired: number; rows_late: number }>;
}

/** A reconciliation that is on record as under way, of which Temporal knows nothing. */
async function reconciling(): Promise<Reconciling> {
  const minutes: PastMinute[] = [pastMinute(42), pastMinute(41)];
  const { api, teamId } = await system.newTeam();
  const place = await newPlace('file', system);
  const exportId = await createExport(api, place, { format: JSON_LINES });
  for (const minute of minutes) {
    await insertMany(system.clickhouse, teamId, minute, { rows: ROWS, bytes: 100 });
    expect(await runMinute(api, exportId, minute)).toMatchObject({ status: 'completed', rows: ROWS });
  }
  const [{ startMicros, end: to } = pastMinute()] = minutes.slice(1);
  const late = Array.from({ length: 5 }, (_, index) => ({
    teamId,
    insertedAtMicros: startMicros + index,
    event: 'late',
  }));
  await insertRows(system.clickhouse, late);
  const id = randomUUID();
  const from = new Date((minutes[0]?.startMicros ?? 0) / 1_000);
  await inPostgres(
    system,
    `INSERT INTO reconciliations (id, export_id, team_id, range_start, range_end, dry_run, trigger, intervals,
       workflow_id, workflow_run_id, started_at)
     VALUES ($1, $2, $3, $4, $5, false, 'manual', 1, $6, gen_random_uuid(), ${OLD})`,
    [id, exportId, teamId, from, to, `reconcile/${exportId}-lost`],
  );
  return { place, late: late.length, status: () => api('GET', `/exports/${exportId}/reconciliations/${id}`) };
}

interface ExportingOnce {
  id: string;
  receiver: Receiver;
  accept(): void;
  read(): Promise<{ status: string; run: { id: string; rows: number; workflow_id: string } | null }>;
}

/** An on-demand export whose destination is away. */
async function exportingOnce(): Promise<ExportingOnce> {
  const { api, teamId } = await system.newTeam();
  const minute = pastMinute(30);
  await insertMany(system.clickhouse, teamId, minute, { rows: ROWS_ONCE, bytes: 50 });
  let status = 503;
  const receiver = await startReceiver({ react: () => ({ status }) });
  const config = { url: receiver.url, shape: 'jsonl' };
  const { id: destination } = await api<{ id: string }>('POST', '/destinations', {
    kind: 'http',
    name: 'http',
    config,
  });
  const from = new Date(minute.startMicros / 1_000).toISOString();
  const body = { from, to: minute.end, destination_id: destination };
  const { id } = await api<{ id: string }>('POST', '/on-demand-exports', body);
  const accept = (): void => {
    status = 200;
  };
  return { id, receiver, accept, read: () => api('GET', `/on-demand-exports/${id}`) };
}

test('what was under way goes on under its ids, and nothing is exported or delivered twice', async () => {
  // What takes long comes first: the others are to be under way when Temporal is lost.
  const retry = await retried();
  const [backfill, replay] = [await backfilling(), await replaying()];
  await eventually(
    async () => {
      expect((await backfill.read()).progress.completed).toBeGreaterThan(1);
      expect(replay.hook.receiver.requests.length).toBeGreaterThan(CONCURRENCY);
    },
    { timeoutMs: GOES_ON_MS },
  );
  await temporal.lose();
  expect((await backfill.read()).progress.completed).toBeLessThan(MINUTES);
  expect(replay.hook.receiver.requests.length).toBeLessThan(REPLAYED);

  await setup(system.config);
  await expectPausedSchedule(backfill.exportId);
  const reconciliation = await reconciling();
  const cleanUp = await byHand(system.temporal, MAINTENANCE_SCHEDULES.cleanUp);
  const audit = await byHand<AuditResult>(system.temporal, MAINTENANCE_SCHEDULES.auditDeliveries);
  await inPostgres(system, `UPDATE backfills SET created_at = ${OLD}`, []);
  await inPostgres(system, `UPDATE replays SET created_at = ${OLD}`, []);
  await cleanUp();
  expect(await executionState(system.temporal, deliveryShardWorkflowId(1))).toBe('open');
  expect(await executionState(system.temporal, backfillWorkflowId(backfill.id))).not.toBe('missing');
  // Once more: what is open stays as it is.
  await cleanUp();

  retry.hook.react(() => ({ status: 200 }));
  expect(await audit()).toMatchObject({ retried: 1 });
  expect(await audit()).toMatchObject({ retried: 0 });
  await untilAccepted(retry.hook, [retry.uuid], GOES_ON_MS);
  expect(retry.hook.receiver.deliveredIds()).toHaveLength(1);
  expect(retry.hook.receiver.requests.at(-1)).toMatchObject({ attempt: 4 });

  await expectReplayed(replay);
  await expectBackfilled(backfill);
  await eventually(
    async () => {
      const { late } = reconciliation;
      const whole = { status: 'completed', intervals_compared: 2, intervals_repaired: 1, rows_late: late };
      expect(await reconciliation.status()).toMatchObject(whole);
    },
    { timeoutMs: GOES_ON_MS },
  );
  const counts = await reader.counts(await committedFiles(reconciliation.place));
  expect(counts).toMatchObject({ rows: 2 * ROWS + reconciliation.late, uuids: 2 * ROWS + reconciliation.late });
});

/** What was in flight, or not logged yet, when its shard began anew is sent again. */
async function expectReplayed({ hook, events, workflowId, status }: Replaying): Promise<void> {
  await eventually(async () => expect(await status()).toMatchObject({ status: 'completed', delivered: REPLAYED }), {
    timeoutMs: GOES_ON_MS,
  });
  expect(hook.accepted()).toEqual(hook.idsOf(events));
  expect(hook.receiver.requests.length - REPLAYED).toBeLessThanOrEqual(2 * CONCURRENCY);
  const result: unknown = await system.temporal.client.workflow.getHandle(workflowId).result();
  expect(result).toMatchObject({ status: 'completed', delivered: REPLAYED });
}

async function expectBackfilled({ place, read }: Backfilling): Promise<void> {
  await eventually(async () => expect(await read()).toMatchObject({ status: 'completed' }), { timeoutMs: GOES_ON_MS });
  expect((await read()).progress).toMatchObject({ completed: MINUTES, failed: 0, rows: MINUTES * ROWS });
  await expectConsistent(place);
  expect(await manifests(place)).toHaveLength(MINUTES);
  const all = MINUTES * ROWS;
  expect(await reader.counts(await committedFiles(place))).toEqual({ rows: all, uuids: all, distinctIds: ROWS });
}

test('a backfill whose workflow somebody has terminated has failed, and is not started again', async () => {
  const { id, read } = await backfilling();
  await eventually(async () => expect((await read()).status).toBe('running'), { timeoutMs: GOES_ON_MS });
  const workflowId = backfillWorkflowId(id);
  await system.temporal.client.workflow.getHandle(workflowId).terminate('by an operator');
  await inPostgres(system, `UPDATE backfills SET created_at = ${OLD} WHERE id = $1`, [id]);
  const cleanUp = await byHand(system.temporal, MAINTENANCE_SCHEDULES.cleanUp);
  await cleanUp();
  expect(await read()).toMatchObject({ status: 'failed', reason: 'its workflow was terminated' });
  await cleanUp();
  expect(await executionState(system.temporal, workflowId)).toBe('terminated');
});

async function expectPausedSchedule(exportId: string): Promise<void> {
  const fillGaps = await byHand(system.temporal, MAINTENANCE_SCHEDULES.fillGaps);
  await fillGaps();
  const { state } = await system.temporal.client.schedule.getHandle(exportScheduleId(exportId)).describe();
  expect(state.paused).toBe(true);
}

test('an on-demand export that was under way is run again, and its lost run is closed', async () => {
  const once = await exportingOnce();
  await eventually(() => expect(once.receiver.requests).not.toEqual([]), { timeoutMs: GOES_ON_MS });
  const lost = (await once.read()).run;
  await temporal.lose();
  await setup(system.config);
  const cleanUp = await byHand(system.temporal, MAINTENANCE_SCHEDULES.cleanUp);
  const sweep = await byHand(system.temporal, MAINTENANCE_SCHEDULES.sweepRuns);
  once.accept();
  // However long all of this took, it has only just been asked for.
  await inPostgres(system, 'UPDATE exports SET created_at = now() WHERE id = $1', [once.id]);
  await cleanUp();
  expect(await executionState(system.temporal, lost?.workflow_id ?? '')).toBe('missing');
  await inPostgres(system, `UPDATE exports SET created_at = ${OLD} WHERE id = $1`, [once.id]);
  await cleanUp();
  await eventually(
    async () => expect(await once.read()).toMatchObject({ status: 'completed', run: { rows: ROWS_ONCE } }),
    { timeoutMs: GOES_ON_MS },
  );
  expect((await once.read()).run?.id).not.toBe(lost?.id);
  await inPostgres(system, `UPDATE export_runs SET started_at = now() - interval '11 minutes' WHERE id = $1`, [
    lost?.id,
  ]);
  await sweep();
  expect(await once.read()).toMatchObject({ status: 'completed' });
  expect(await onRecord(lost?.id)).toEqual({ status: 'failed', error_code: 'run_abandoned' });
  await cleanUp();
  expect(await executionState(system.temporal, lost?.workflow_id ?? '')).toBe('completed');
  await once.receiver.close();
});

async function onRecord(runId: string | undefined): Promise<unknown> {
  const client = new pg.Client({ connectionString: system.config.postgres.url });
  await client.connect();
  const { rows } = await client.query('SELECT status, error_code FROM export_runs WHERE id = $1', [runId]);
  await client.end();
  return rows[0];
}

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import type { AuditResult } from '../../activities/types.ts';
import { executionState } from '../../client/executions.ts';
import { deliveryShardWorkflowId, exportScheduleId, MAINTENANCE_SCHEDULES } from '../../core/ids.ts';
import { findPostgresHome } from '../../dev/postgres-home.ts';
import { startStack } from '../../dev/stack.ts';
import { insertMany } from '../e2e/support/export-events.ts';
import { committedFiles, expectConsistent } from '../e2e/support/export-manifests.ts';
import { newPlace, s3Access, type ExportPlace } from '../e2e/support/export-places.ts';
import { ExportReader } from '../e2e/support/export-rows.ts';
import { createExport, JSON_LINES, pastMinute, runMinute } from '../e2e/support/export-runs.ts';
import { reconcile } from '../e2e/support/reconciliations.ts';
import { endCommands, runSluice } from '../e2e/support/sluice-process.ts';
import { untilAccepted, WebhookTeam, type Hook } from '../e2e/support/webhook-team.ts';
import { eventually } from '../support/eventually.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { postgresClients } from '../support/postgres-clients.ts';
import { byHand } from '../support/schedules.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

jest.setTimeout(400_000);

/** The commands are those of docs/deploy/backups.md, word by word. */
const GUIDE = fileURLToPath(new URL('../../docs/deploy/backups.md', import.meta.url));
const ROWS = 2_000;
const BEFORE = pastMinute(90);
const SINCE = pastMinute(80);
/** Its rows come after the backup. */
const LOST = pastMinute(70);
const ARRIVAL_MS = 120_000;
const run = promisify(execFile);

let directory: string;
let target: TestDatabase;
let client: pg.Client;
let system: TestSystem;
let team: WebhookTeam;
let reader: ExportReader;
let places: { files: ExportPlace; bucket: ExportPlace };
let exportIds: { files: string; bucket: string; table: string; nightly: string };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-restore-'));
  target = await startTestDatabase();
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
  system = await start();
  reader = await ExportReader.open(directory);
  team = await WebhookTeam.create(system);
  exportIds = await createExports();
});
afterAll(async () => {
  await endCommands();
  reader.close();
  await team.close();
  await system.stop();
  await client.end();
  await target.stop();
  await rm(directory, { recursive: true, force: true });
});

function start(): Promise<TestSystem> {
  return startTestSystem({ ownServers: true, s3: true, directory });
}

async function createExports(): Promise<typeof exportIds> {
  const { api, teamId } = team.team;
  for (const minute of [BEFORE, SINCE]) {
    await insertMany(system.clickhouse, teamId, minute, { rows: ROWS, bytes: 100 });
  }
  places = { files: await newPlace('file', system), bucket: await newPlace('s3', system) };
  const { hostname, port, username, password, pathname } = new URL(target.url);
  const table = { host: hostname, port: Number(port), user: username, password, database: pathname.slice(1) };
  return {
    files: await createExport(api, places.files, { format: JSON_LINES }),
    bucket: await createExport(api, places.bucket, { format: JSON_LINES }),
    table: await createExport(api, { kind: 'postgres', config: { ...table, table: 'events', tls_mode: 'disable' } }),
    nightly: await createExport(api, await newPlace('file', system), { interval: 'day', paused: false }),
  };
}

/** The block of shell below a heading of the guide. */
async function commandsOf(heading: string): Promise<string> {
  const section = (await readFile(GUIDE, 'utf8')).split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  const [, indent = '', block = ''] = /^( *)```sh\n([\s\S]*?)^ *```/m.exec(section) ?? [];
  return block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

let bucket: string;

async function runGuide(heading: string, env: Record<string, string | undefined>): Promise<void> {
  const s3 = s3Access(system);
  const path = [await postgresClients(), process.env['PATH']].join(':');
  await run('sh', ['-euc', await commandsOf(heading)], {
    cwd: directory,
    env: {
      ...{ PATH: path, HOME: directory, ...env, CLICKHOUSE_DATABASE: system.config.clickhouse.database },
      BACKUP_URL: `${s3.endpoint}/${bucket}/2026-11-22`,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
  });
}

async function makeBucket(): Promise<string> {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3Access(system);
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  await s3.send(new CreateBucketCommand({ Bucket: 'backups' }));
  s3.destroy();
  return 'backups';
}

/** All that Postgres, ClickHouse and Temporal know. The bucket, the destinations and the key are elsewhere. */
async function loseEverything(): Promise<void> {
  const dataDir = join(directory, 'data');
  const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim();
  const { data } = await findPostgresHome(dataDir, password);
  const files = (await readdir(dataDir)).filter((name) => name === 'chdb' || name.startsWith('temporal.db'));
  expect(files.length).toBeGreaterThan(1);
  await Promise.all([data, ...files.map((name) => join(dataDir, name))].map((lost) => rm(lost, { recursive: true })));
}

/** Fresh servers, without Sluice. */
async function restore(): Promise<void> {
  const parts = { temporal: false, clickhouse: true, postgres: true, s3: true };
  const stack = await startStack({ dataDir: join(directory, 'data'), parts });
  try {
    await runGuide('Restoring', { DATABASE_URL: stack.databaseUrl, CLICKHOUSE_URL: stack.clickhouseUrl });
  } finally {
    await stack.stop();
  }
}

async function rowsOfTable(): Promise<object | undefined> {
  const { rows } = await client.query<{ rows: number; uuids: number }>(
    'SELECT count(*)::int AS rows, count(DISTINCT uuid)::int AS uuids FROM events',
  );
  return rows[0];
}

const sentTo = (hook: Hook, uuids: readonly string[]): number => {
  const ids = hook.idsOf(uuids);
  return hook.receiver.deliveredIds().filter((id) => ids.has(id)).length;
};

async function capture(hook: Hook, count: number): Promise<string[]> {
  const events = await team.capture(Array.from({ length: count }, () => ({ event: 'wanted' })));
  await untilAccepted(hook, events, ARRIVAL_MS);
  // Logged a moment after it was received.
  await eventually(async () => {
    const logged = new Set((await team.attempts(hook)).map(({ event_uuid: uuid }) => uuid));
    expect(events.filter((uuid) => !logged.has(uuid))).toEqual([]);
  });
  return events;
}

const minutely = (): string[] => [exportIds.files, exportIds.bucket, exportIds.table];

test('everything is lost but a backup: what it has comes back, and nothing is there twice', async () => {
  const { api } = team.team;
  const hook = await team.hook({ events: ['wanted'] });
  const refusing = await team.hook({ events: ['refused'], retry_schedule_ms: [1_000, 3_600_000] });
  refusing.react(() => ({ status: 500 }));
  const paused = await team.hook({ events: ['kept'] });
  await api('POST', `/webhooks/${paused.id}/pause`);
  const before = await capture(hook, 10);
  const kept = await team.capture(Array.from({ length: 4 }, () => ({ event: 'kept' })));
  const [refused = ''] = await team.capture([{ event: 'refused' }]);
  await eventually(async () => {
    expect((await team.attempts(refusing)).map(({ attempt }) => attempt)).toContain(3);
  });
  for (const id of minutely()) {
    expect(await runMinute(api, id, BEFORE)).toMatchObject({ status: 'completed', rows: ROWS });
  }
  bucket = await makeBucket();
  const { databaseUrl: DATABASE_URL, clickhouseUrl: CLICKHOUSE_URL } = system.system.stack;
  await runGuide('Taking a backup', { DATABASE_URL, CLICKHOUSE_URL });
  const { since, unknown } = await goOn(hook);
  await system.stop();
  await loseEverything();
  await restore();
  system = await start();

  await expectSchedulesAndShards();
  await expectDoctorIsContent();
  const after = await capture(hook, 3);
  expect([before, since, after].map((events) => sentTo(hook, events))).toEqual([10, 5, 3]);
  hook.receiver.verifyAll(hook.secret);
  // Their senders repeat them: the attempt log does not know that they were delivered.
  await team.capture(since.map((uuid) => ({ event: 'wanted', uuid })));
  await eventually(() => expect(sentTo(hook, since)).toBe(10), { timeoutMs: ARRIVAL_MS });
  await expect(api('GET', `/webhooks/${unknown.id}`)).rejects.toThrow('webhook_not_found');
  expect(unknown.receiver.requests).toEqual([]);
  await api('POST', `/webhooks/${paused.id}/resume`);
  await untilAccepted(paused, kept, ARRIVAL_MS);
  expect(sentTo(paused, kept)).toBe(4);
  await expectRetried(refusing, refused);
  await expectExported();
});

/** What happens between the backup and the loss. */
async function goOn(hook: Hook): Promise<{ since: string[]; unknown: Hook }> {
  const { api, teamId } = team.team;
  const since = await capture(hook, 5);
  const unknown = await team.hook({ events: ['wanted'] });
  await insertMany(system.clickhouse, teamId, LOST, { rows: ROWS, bytes: 100 });
  for (const id of minutely()) {
    for (const minute of [SINCE, LOST]) {
      expect(await runMinute(api, id, minute)).toMatchObject({ status: 'completed', rows: ROWS });
    }
  }
  for (const generation of [1, 2]) {
    const again = await runMinute(api, exportIds.bucket, SINCE, { force: true });
    expect(again).toMatchObject({ status: 'completed', generation });
  }
  return { since, unknown };
}

async function expectSchedulesAndShards(): Promise<void> {
  const fillGaps = await byHand(system.temporal, MAINTENANCE_SCHEDULES.fillGaps);
  await fillGaps();
  const isPaused = async (id: string): Promise<boolean> =>
    (await system.temporal.client.schedule.getHandle(exportScheduleId(id)).describe()).state.paused;
  expect(await isPaused(exportIds.nightly)).toBe(false);
  expect(await Promise.all(minutely().map(isPaused))).toEqual([true, true, true]);
  expect(await executionState(system.temporal, deliveryShardWorkflowId(1))).toBe('open');
}

/** Secrets are opened, schemas, Schedules and search attributes are whole, queues are served. */
async function expectDoctorIsContent(): Promise<void> {
  await eventually(
    async () => {
      const doctor = runSluice(['doctor', '--json'], system.system.env);
      await doctor.ended;
      const { checks } = JSON.parse(doctor.stdout()) as { checks: { check: string; status: string }[] };
      const ofStores = checks.filter(({ check }) =>
        /^(postgres|clickhouse|encryption|delivery|temporal|queue|schedules\.exports)\b/.test(check),
      );
      expect(ofStores.length).toBeGreaterThan(9);
      expect(ofStores.filter(({ status }) => status !== 'ok')).toEqual([]);
    },
    { timeoutMs: 60_000, intervalMs: 1_000 },
  );
}

async function expectRetried(hook: Hook, uuid: string): Promise<void> {
  hook.react(() => ({ status: 200 }));
  const audit = await byHand<AuditResult>(system.temporal, MAINTENANCE_SCHEDULES.auditDeliveries);
  expect((await audit()).retried).toBeGreaterThanOrEqual(1);
  await untilAccepted(hook, [uuid], ARRIVAL_MS);
  expect(hook.receiver.deliveredIds()).toHaveLength(1);
}

/**
 * The destinations hold generations that the database does not know: of SINCE, which the source still has, and of LOST,
 * which only they have.
 */
async function expectExported(): Promise<void> {
  const { api } = team.team;
  const generations = { [exportIds.files]: 1, [exportIds.bucket]: 3, [exportIds.table]: 1 };
  for (const id of minutely()) {
    await expect(runMinute(api, id, BEFORE)).rejects.toThrow('interval_exported');
    const again = await runMinute(api, id, SINCE);
    expect(again).toMatchObject({ status: 'completed', rows: ROWS, generation: generations[id] });
    expect(await runMinute(api, id, LOST)).toMatchObject({ status: 'completed', rows: ROWS });
  }
  expect(await rowsOfTable()).toEqual({ rows: 3 * ROWS, uuids: 3 * ROWS });
  const from = new Date(BEFORE.startMicros / 1_000).toISOString();
  for (const kind of ['files', 'bucket'] as const) {
    const compared = await reconcile(api, exportIds[kind], { from, to: LOST.end });
    expect(compared).toMatchObject({ intervals_compared: 3, intervals_repaired: 0, rows_gone_from_source: ROWS });
    await expectConsistent(places[kind]);
    expect(await filesOf(kind)).toMatchObject({ rows: 3 * ROWS, uuids: 3 * ROWS });
    // What only the destination has stays until somebody says in so many words that it may go.
    expect(await runMinute(api, exportIds[kind], LOST, { force: true })).toMatchObject({ rows: ROWS, kept: true });
    expect(await filesOf(kind)).toMatchObject({ rows: 3 * ROWS });
    const replaced = await runMinute(api, exportIds[kind], LOST, { force: true, replace_kept: true });
    expect(replaced).toMatchObject({ status: 'completed', rows: 0, kept: false });
    expect(await filesOf(kind)).toMatchObject({ rows: 2 * ROWS });
  }
}

async function filesOf(kind: 'files' | 'bucket'): Promise<object> {
  return reader.counts(await committedFiles(places[kind]));
}

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { FillGapsResult } from '../../activities/types.ts';
import { executionState } from '../../client/executions.ts';
import { exportScheduleId, MAINTENANCE_SCHEDULES } from '../../core/ids.ts';
import { quotaRenewal } from '../../core/quotas.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { aDayLater } from '../quotas/a-day-later.ts';
import { untilNotAroundMidnight } from '../quotas/midnight.ts';
import { eventually } from '../support/eventually.ts';
import { byHand } from '../support/schedules.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { insertMany } from './support/export-events.ts';
import { committedFiles, expectConsistent, manifests } from './support/export-manifests.ts';
import { newPlace, type ExportPlace } from './support/export-places.ts';
import { ExportReader, expectSameRows, firstArrivals, storedRows } from './support/export-rows.ts';
import { createExport, finishedRun, pastMinute, type PastMinute, type Run } from './support/export-runs.ts';
import { exportOfThen } from './support/past-exports.ts';
import { endCommands, runSluice } from './support/sluice-process.ts';

jest.setTimeout(240_000);

const ROWS = 20;
/** Old to new; all of them ended long ago. */
const ENDS = [35, 34, 33, 32, 31].map((minutesAgo) => pastMinute(minutesAgo));
const USED_UP = 'The quota of exported rows is used up';
const TOO_SMALL = 'An interval has more rows than the quota of a whole day';
const SLOW = { timeoutMs: 120_000, intervalMs: 200 };

let system: TestSystem;
let db: Database;
let reader: ExportReader;
let look: () => Promise<FillGapsResult>;

beforeAll(async () => {
  system = await startTestSystem({ env: { SLUICE_GAP_SETTLE_MS: '0' } });
  db = openDatabase({ url: system.config.postgres.url, maxConnections: 2 });
  reader = await ExportReader.open(system.directory);
  look = await byHand<FillGapsResult>(system.temporal, MAINTENANCE_SCHEDULES.fillGaps);
  await untilNotAroundMidnight(150_000);
});
afterAll(async () => {
  await endCommands();
  reader.close();
  await db.close();
  await system.stop();
});

type Tenant = Awaited<ReturnType<TestSystem['newTeam']>> & {
  ends: readonly PastMinute[];
  exportId: string;
  place: ExportPlace;
};

/** A team that has ROWS events in each of the minutes, and an export that owes them to a folder. */
async function newTenant(quota: number | null, ends: readonly PastMinute[] = ENDS): Promise<Tenant> {
  const team = await system.newTeam();
  for (const minute of ends) {
    await insertMany(system.clickhouse, team.teamId, minute, { rows: ROWS, bytes: 20 });
  }
  const place = await newPlace('file', system);
  const exportId = await exportOfThen(system, { api: team.api, place, ends });
  await team.api('POST', `/exports/${exportId}/resume`);
  const tenant = { ...team, ends, exportId, place };
  await (quota === null ? undefined : setQuota(tenant, quota));
  return tenant;
}

function setQuota({ api }: Tenant, rows: number): Promise<unknown> {
  return api('PATCH', '/quotas', { export_rows_per_day: rows });
}

/** Has the export's Schedule start what it would have started then, all at once. Every workflow ends as completed. */
async function onSchedule({ api, exportId, ends }: Tenant, minutes = ends): Promise<Run[]> {
  await system.temporal.client.schedule.getHandle(exportScheduleId(exportId)).backfill({
    start: new Date(minutes[0]!.end),
    end: new Date(minutes.at(-1)!.end),
    overlap: ScheduleOverlapPolicy.ALLOW_ALL,
  });
  const runs = minutes.map(({ end }) => finishedRun(api, exportId, (run) => run.interval_end === end));
  for (const { workflow_id: id } of await Promise.all(runs)) {
    await eventually(async () => expect(await executionState(system.temporal, id)).toBe('completed'), SLOW);
  }
  return Promise.all(runs);
}

interface Gap {
  interval_end: string;
  next_try_at: string | null;
}

async function gaps({ api, exportId }: Tenant): Promise<Gap[]> {
  return (await api<{ items: Gap[] }>('GET', `/exports/${exportId}/gaps`)).items;
}

interface Notice {
  title: string;
  text: string;
}

async function told({ api }: Tenant): Promise<Notice[]> {
  return (await api<{ items: Notice[] }>('GET', '/notifications')).items;
}

/** Every event of the team is in the folder, once, and nothing else is. */
async function expectWhole({ teamId }: Tenant, place: ExportPlace): Promise<void> {
  await expectConsistent(place);
  const stored = firstArrivals(await storedRows(system.clickhouse, teamId));
  expectSameRows(await reader.rows(await committedFiles(place)), stored);
}

interface Backfill {
  id: string;
  status: string;
  reason: string | null;
}

interface SteeredBackfill {
  place: ExportPlace;
  read(): Promise<Backfill>;
  change(how: 'pause' | 'resume' | 'retry'): Promise<unknown>;
}

/** Of the same minutes, by a paused export into another folder. */
async function newBackfill({ api, ends }: Tenant): Promise<SteeredBackfill> {
  const place = await newPlace('file', system);
  const exportId = await createExport(api, place);
  const range = { from: new Date(ends[0]!.startMicros / 1_000).toISOString(), to: ends.at(-1)!.end };
  const { id } = await api<Backfill>('POST', `/exports/${exportId}/backfills`, range);
  return {
    place,
    read: () => api<Backfill>('GET', `/backfills/${id}`),
    change: (how) => api('POST', `/backfills/${id}/${how}`),
  };
}

test('a quota that is used up stops what comes after and nobody else; raised, all of it is exported, once', async () => {
  const [limited, other] = [await newTenant(2.5 * ROWS), await newTenant(null)];
  const [early, late] = [ENDS.slice(0, 2), ENDS.slice(2)];
  const exported = { status: 'completed', trigger: 'schedule', rows: ROWS };
  expect(await onSchedule(limited, early)).toMatchObject(early.map(() => exported));
  const [refused, untouched] = await Promise.all([onSchedule(limited, late), onSchedule(other)]);
  expect(untouched).toMatchObject(ENDS.map(() => exported));
  await expectWhole(other, other.place);

  for (const run of refused) {
    expect(run).toMatchObject({
      ...{ status: 'over_quota', trigger: 'schedule', rows: 0, bytes: 0, files: 0 },
      error: { code: 'quota_exceeded', fault: 'customer', step: 'planInterval' },
    });
    expect(run.error?.remedy).toContain(`The quota renews at ${renewal(run)}`);
  }
  await expectConsistent(limited.place);
  expect(await manifests(limited.place)).toHaveLength(early.length);
  expect(await told(limited)).toMatchObject([{ title: USED_UP }]);
  expect(await told(other)).toEqual([]);
  expect(await gaps(limited)).toMatchObject(
    refused.map((run) => ({ interval_end: run.interval_end, next_try_at: renewal(run) })),
  );

  const [waiting, held] = [await newBackfill(limited), await newBackfill(limited)];
  for (const { read } of [waiting, held]) {
    await eventually(async () => {
      expect(await read()).toMatchObject({ status: 'paused', reason: expect.stringContaining('goes on by itself') });
    }, SLOW);
  }
  await held.change('pause');
  expect(await look()).toMatchObject({ started: 0 });
  expect([await waiting.read(), await held.read()]).toMatchObject([{ status: 'paused' }, { status: 'paused' }]);

  await setQuota(limited, 100 * ROWS);
  expect(await look()).toMatchObject({ started: late.length });
  expect(await gaps(limited)).toEqual([]);
  await expectWhole(limited, limited.place);
  await eventually(async () => expect(await waiting.read()).toMatchObject({ status: 'completed' }), SLOW);
  await expectWhole(limited, waiting.place);
  expect(await look()).toMatchObject({ started: 0 });
  expect(await held.read()).toMatchObject({ status: 'paused', reason: null });
  expect(await held.place.keys()).toEqual([]);
  await held.change('resume');
  await eventually(async () => expect(await held.read()).toMatchObject({ status: 'completed' }), SLOW);
  await expectWhole(limited, held.place);
  expect(await told(limited)).toHaveLength(1);
});

function renewal(run: Run): string {
  return quotaRenewal(new Date(run.started_at)).toISOString();
}

test('each new day exports what it has room for, until nothing is missing', async () => {
  const tenant = await newTenant(2 * ROWS);
  const statuses = (await onSchedule(tenant)).map(({ status }) => status);
  expect(statuses.sort()).toEqual(['completed', 'completed', 'over_quota', 'over_quota', 'over_quota']);
  for (const [owed, left] of [
    [3, 1],
    [1, 0],
  ] as const) {
    expect(await look()).toMatchObject({ started: 0 });
    await aDayLater({ db }, tenant);
    expect(await look()).toMatchObject({ started: owed });
    expect(await gaps(tenant)).toHaveLength(left);
  }
  await expectWhole(tenant, tenant.place);
  const { quotas } = await tenant.api<{ quotas: unknown }>('GET', '/usage');
  expect(quotas).toMatchObject({ export_rows: { limit: 2 * ROWS, used: ROWS } });
  expect(await look()).toMatchObject({ started: 0 });
});

test('an interval larger than the quota of a day says so everywhere, and waits for a larger one only', async () => {
  const tenant = await newTenant(ROWS - 1, ENDS.slice(0, 2));
  const runs = await onSchedule(tenant);
  const message = `the interval has ${String(ROWS)} rows, more than the ${String(ROWS - 1)} that the team may export in a whole day`;
  const remedy = expect.stringMatching(/^No new day helps: .* raise the quota to at least 20 rows a day/);
  for (const run of runs) {
    expect(run).toMatchObject({ status: 'over_quota', error: { code: 'quota_too_small', message, remedy } });
  }
  const notices = await told(tenant);
  expect(notices).toMatchObject([{ title: TOO_SMALL, text: `${message}. ${runs[0]!.error!.remedy!}` }]);
  await expectToRead(tenant, ['runs', 'log', runs[0]!.id], `Run over_quota: ${message} → No new day helps`);
  await expectToRead(tenant, ['exports', 'gaps', tenant.exportId], 'quota_too_small: No new day helps');

  const backfill = await newBackfill(tenant);
  await eventually(async () => {
    expect(await backfill.read()).toMatchObject({ status: 'failed', reason: '2 intervals failed' });
  }, SLOW);
  await aDayLater({ db }, tenant);
  expect(await look()).toMatchObject({ started: 2 });
  expect(await gaps(tenant)).toHaveLength(2);
  expect(await tenant.place.keys()).toEqual([]);

  await setQuota(tenant, 4 * ROWS);
  expect(await look()).toMatchObject({ started: 2 });
  await expectWhole(tenant, tenant.place);
  await backfill.change('retry');
  await eventually(async () => expect(await backfill.read()).toMatchObject({ status: 'completed' }), SLOW);
  await expectWhole(tenant, backfill.place);
});

/** What the command prints for people. */
async function expectToRead({ apiKey }: Tenant, command: readonly string[], text: string): Promise<void> {
  const ran = runSluice(command, { SLUICE_API_URL: system.system.apiUrl, SLUICE_API_KEY: apiKey });
  expect((await ran.ended).code).toBe(0);
  expect(ran.stdout()).toContain(text);
}

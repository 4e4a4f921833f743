import { basename } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { createClickHouse } from '../../clickhouse/client.ts';
import { startEmbeddedClickHouse } from '../clickhouse/server.ts';
import { eventually } from '../support/eventually.ts';
import { placeBehindProxies, type FaultyPlace } from '../support/faulty-place.ts';
import { makeSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import type { ClickHouseSettings } from '../support/settings-proxy.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { expectConsistent } from './support/export-manifests.ts';
import { filePlace } from './support/export-places.ts';
import { createExport, finishedRun, JSON_LINES, listRuns, startMinute } from './support/export-runs.ts';
import { untilAccepted, type Hook } from './support/webhook-team.ts';
import { Witness, WITNESS_ROWS } from './support/witness.ts';

/** What docs/degradation.md says of a ClickHouse that is away, slow, read-only or full, and of a full destination. */
jest.setTimeout(180_000);

/** Of an insert; a slow server answers later, and soon enough to count as one that answers. */
const INSERT_TIMEOUT_MS = 1_500;
const SLOW_MS = 2_500;
const TIMEOUT_MS = 60_000;

/** Of ClickHouse; it holds all that this file writes. */
const DISK_MB = 192;

let disk: SmallDisk;
let clickhouse: Awaited<ReturnType<typeof startEmbeddedClickHouse>>;
let place: FaultyPlace;
let system: TestSystem;
let witness: Witness;

beforeAll(async () => {
  disk = await makeSmallDisk(DISK_MB);
  clickhouse = await startEmbeddedClickHouse(disk.path);
  place = await placeBehindProxies({ clickhouseUrl: clickhouse.url });
  const env = { SLUICE_CAPTURE_INSERT_TIMEOUT_MS: String(INSERT_TIMEOUT_MS), SLUICE_DELIVERY_SHARDS: '1' };
  system = await startTestSystem({ place, env });
  witness = await Witness.create(system, place);
}, 120_000);
afterEach(async () => {
  await merges('START');
  await place.faults.heal();
  place.forceSettings({});
  await disk.free();
});
afterAll(async () => {
  await witness.close();
  await system.stop();
  await clickhouse.stop();
  await disk.remove();
}, 60_000);

const REFUSED = { reason: 'store_unavailable' };
const refusals = (): Promise<number> => witness.metric('server', 'sluice_capture_rejected_total', REFUSED);

test('away: capture refuses, runs and deliveries wait and go on', async () => {
  const minute = await witness.minute();
  const events = witness.events();
  const [refused, unread] = [await refusals(), await witness.metric('worker', 'sluice_state_read_failures_total')];
  await place.faults.cut('clickhouse');
  await witness.start(minute);
  expect(await witness.send(events)).toEqual([503, 'store_unavailable']);
  await witness.untilReady(503);
  expect(await refusals()).toBeGreaterThan(refused);
  await witness.untilAbove(unread, 'worker', 'sluice_state_read_failures_total');

  await place.faults.heal();
  await witness.untilTaken(events);
  expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
  await witness.expectAllArrived();
});

test('slow: inserts end at their time limit, and what was refused and stored all the same is one event', async () => {
  const minute = await witness.minute();
  const events = witness.events();
  const refused = await refusals();
  await place.faults.delay('clickhouse', SLOW_MS);
  await witness.start(minute);
  expect(await witness.send(events)).toEqual([503, 'store_unavailable']);
  await witness.untilReady(200, []);
  expect(await refusals()).toBeGreaterThan(refused);

  await place.faults.heal();
  await witness.untilTaken(events);
  expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
  await witness.expectAllArrived();
});

/** A webhook that has refused an event, so that a workflow has it. */
async function hookWithRetry(): Promise<{ hook: Hook; uuid: string }> {
  const hook = await witness.refusingHook({ timeout_ms: 30_000 });
  const uuid = await witness.captureFlaky();
  await eventually(async () => expect((await witness.team.state(hook)).open_retries).toBe(1), {
    timeoutMs: TIMEOUT_MS,
  });
  return { hook, uuid };
}

async function logged(events: readonly { uuid: string }[]): Promise<number> {
  const wanted = new Set(events.map(({ uuid }) => uuid));
  const attempts = await witness.team.attempts(witness.hook);
  return attempts.filter((attempt) => wanted.has(attempt.event_uuid)).length;
}

interface Fault {
  begin(): void | Promise<void>;
  end(): void | Promise<void>;
}

const forced = (settings: ClickHouseSettings): Fault => ({
  begin: () => place.forceSettings(settings),
  end: () => place.forceSettings({}),
});

/** None of them runs into the end of the room: see test/clickhouse/full-disk.test.ts. */
async function merges(what: 'STOP' | 'START'): Promise<void> {
  const ch = createClickHouse({ url: clickhouse.url, database: 'default' });
  await ch.command({ sql: `SYSTEM ${what} MERGES` });
  await ch.close();
}

const fullDisk: Fault = {
  begin: async () => {
    await merges('STOP');
    await disk.keepFull();
  },
  end: async () => {
    await disk.free();
    await merges('START');
  },
};

/** Writes end as those to replicas do that have lost their keeper, with another number. */
async function makeTables(readonly: 0 | 1): Promise<void> {
  const ch = createClickHouse({ ...system.config.clickhouse, url: clickhouse.url });
  const tables = await ch.rows<{ name: string }>({
    sql: "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
  });
  for (const { name } of tables) {
    await ch.command({ sql: `ALTER TABLE ${name} MODIFY SETTING table_readonly = ${String(readonly)}` });
  }
  await ch.close();
}

const readOnlyTables: Fault = { begin: () => makeTables(1), end: () => makeTables(0) };

test.each<[string, Fault]>([
  ['has tables that are read-only', readOnlyTables],
  ['takes no writes', forced({ readonly: '2' })],
  ['keeps the room that is left', forced({ min_free_disk_bytes_to_perform_insert: '1000000000000000000' })],
  ['has a full disk', fullDisk],
])('one that %s: what was captured is exported and delivered, and logged afterwards', async (_name, { begin, end }) => {
  const refused = await refusals();
  const minute = await witness.minute();
  const flaky = await hookWithRetry();
  const [before, after] = [witness.events(), witness.events()];
  let begun = (): void => undefined;
  const fault = new Promise<void>((resolve) => {
    begun = resolve;
  });
  // A retry that is refused while the fault begins would wait for the log before it is made again.
  const asked = { live: 0, retry: 0 };
  const answeredWithin = (kind: keyof typeof asked) => async (): Promise<{ status: number }> => {
    asked[kind] += 1;
    await fault;
    return { status: 200 };
  };
  flaky.hook.react(answeredWithin('retry'));
  witness.hook.react(answeredWithin('live'));
  await witness.untilTaken(before);
  await eventually(() => expect(asked).toEqual({ live: before.length, retry: 1 }), { timeoutMs: TIMEOUT_MS });

  await begin();
  begun();
  await witness.untilDelivered(before);
  await untilAccepted(flaky.hook, [flaky.uuid], TIMEOUT_MS);
  expect(await witness.send(after)).toEqual([503, 'store_unavailable']);
  expect(await refusals()).toBeGreaterThan(refused);
  await witness.untilReady(200, []);
  await witness.start(minute);
  const run = await witness.finished(minute);
  expect(run).toMatchObject({ status: 'completed', error: null });
  expect(await logged(before)).toBe(0);
  // What SluiceAttemptLogBehind asks for.
  expect(await witness.metric('worker', 'sluice_delivery_unlogged_attempts')).toBe(before.length);
  await witness.untilAbove(1, 'worker', 'sluice_delivery_log_lag_seconds');

  await end();
  await witness.untilTaken(after);
  await eventually(async () => expect(await logged(before)).toBe(before.length), { timeoutMs: TIMEOUT_MS });
  await eventually(async () => expect((await witness.team.state(flaky.hook)).open_retries).toBe(0), {
    timeoutMs: TIMEOUT_MS,
  });
  expect(await witness.team.stats(flaky.hook)).toMatchObject({ delivered: 1, discarded: 0 });
  await eventually(async () => expect(await logOf(run.id)).toContain('Run completed'), { timeoutMs: TIMEOUT_MS });
  const waiting = (): Promise<number> => witness.metric('worker', 'sluice_delivery_unlogged_attempts');
  await eventually(async () => expect(await waiting()).toBe(0), { timeoutMs: TIMEOUT_MS });
  await witness.expectAllArrived();
});

/** What the run's owner reads, with its fields. */
async function logOf(runId: string): Promise<string> {
  return JSON.stringify(await witness.team.team.api('GET', `/runs/${runId}/log?limit=100`));
}

test('a destination whose disk is full: its run says so and waits, others go on, and so does it with room', async () => {
  const { api } = witness.team.team;
  const [minute, target] = [await witness.minute(), await makeSmallDisk(1)];
  try {
    const full = await filePlace(target.path);
    const exportId = await createExport(api, full, { format: JSON_LINES });
    await target.fill();
    await startMinute(api, exportId, minute);
    const runId = await eventually(async () => (await listRuns(api, exportId))[0]!.id);
    await eventually(async () => expect(await logOf(runId)).toContain('file_disk_full'), { timeoutMs: TIMEOUT_MS });
    expect((await full.keys()).filter((key) => !basename(key).startsWith('.'))).toEqual([]);
    await witness.start(minute);
    expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
    await witness.untilReady(200, []);
    await witness.expectAllArrived();

    await target.free();
    const run = await finishedRun(api, exportId, ({ id }) => id === runId);
    expect(run).toMatchObject({ status: 'completed', rows: WITNESS_ROWS, error: null });
    await expectConsistent(full);
  } finally {
    await target.remove();
  }
});

import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { exportScheduleId } from '../../core/ids.ts';
import { eventually } from '../support/eventually.ts';
import { placeBehindProxies, type FaultyPlace } from '../support/faulty-place.ts';
import { gate } from '../support/gate.ts';
import { makeSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal-server.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { committedFiles, expectConsistent } from './support/export-manifests.ts';
import { newPlace, type ExportPlace } from './support/export-places.ts';
import { expectSameRows, ExportReader, firstArrivals, storedRows } from './support/export-rows.ts';
import { createExport, finishedRun, JSON_LINES, listRuns } from './support/export-runs.ts';
import { untilAccepted } from './support/webhook-team.ts';
import { Witness } from './support/witness.ts';

/** What docs/degradation.md says of a Temporal whose database takes no writes: its disk is full, or it is read-only. */
jest.setTimeout(360_000);

/** At least; longer than the heartbeat time-out of a shard (10 s) and of a run that loads (15 s). */
const OUTAGE_MS = 30_000;
const TIMEOUT_MS = 60_000;
/** What was broken off begins anew after its heartbeat time-out, and Temporal waits between its own tries to write. */
const RECOVERY_MS = 120_000;
const MINUTE_MS = 60_000;
/** Of Temporal's database; it holds all that this file writes. */
const DISK_MB = 256;

let disk: SmallDisk;
let temporal: TestTemporal;
let place: FaultyPlace;
let system: TestSystem;
let witness: Witness;
let reader: ExportReader;

beforeAll(async () => {
  disk = await makeSmallDisk(DISK_MB);
  temporal = await startTestTemporal({}, disk);
  place = await placeBehindProxies({ temporalAddress: temporal.address });
  // An endpoint that refuses for as long as these faults last is not suspended for it.
  const health = { SLUICE_BREAKER_MIN_FAILING_MS: '600000' };
  const env = { TEMPORAL_NAMESPACE: 'default', SLUICE_DELIVERY_SHARDS: '1', ...health };
  system = await startTestSystem({ place, env });
  reader = await ExportReader.open(system.directory);
  witness = await Witness.create(system, place);
  await witness.untilTaken(witness.events(1));
}, 120_000);
afterEach(async () => {
  await disk.free();
  await temporal.setDatabase('writable');
});
afterAll(async () => {
  reader.close();
  await witness.close();
  await system.stop();
  await temporal.stop();
  await disk.remove();
}, 60_000);

async function expectEventsFlow(): Promise<void> {
  const events = witness.events();
  await witness.untilTaken(events);
  await witness.untilDelivered(events);
}

/** Of at least so many bytes, into Temporal's database. */
async function write(bytes: number): Promise<void> {
  const { client } = temporal.temporal;
  const options = { workflowId: `written ${String(Math.random())}`, taskQueue: 'nobody', args: ['x'.repeat(bytes)] };
  await client.withDeadline(Date.now() + 5_000, () => client.workflow.start('nobody', options));
}

/** Of those that the worker has made meanwhile, as SluiceTemporalFailing asks: it fires above a half. */
async function untilMostRequestsFail(before: { made: number; failed: number }): Promise<void> {
  const look = async (): Promise<void> => {
    const { made, failed } = await witness.temporalRequests();
    expect((failed - before.failed) / (made - before.made)).toBeGreaterThan(0.5);
  };
  await eventually(look, { timeoutMs: TIMEOUT_MS, intervalMs: 500 });
}

/** What needs Temporal is refused, and says what to do; what is read is not. */
async function expectApiReads(): Promise<void> {
  const { apiKey } = witness.team.team;
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const url = `${system.system.apiUrl}/api/v1/webhooks`;
  expect((await fetch(url, { headers })).status).toBe(200);
  const body = JSON.stringify({ name: 'late', url: 'http://127.0.0.1:9/', events: ['nobody captures it'] });
  const refused = await fetch(url, { method: 'POST', headers, body });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const problem = { status: 503, code: 'control_plane_unavailable', remedy: expect.any(String) };
  expect(await refused.json()).toMatchObject(problem);
}

test('one whose disk is full: events flow, runs and retries wait and go on once there is room', async () => {
  const [minute, refusing] = [await witness.minute(), await witness.refusingHook()];
  await witness.start(minute);
  await disk.fill();
  const isFull = (): Promise<void> => expect(write(1_000_000)).rejects.toThrow();
  await eventually(isFull, { timeoutMs: TIMEOUT_MS, intervalMs: 10 });
  const before = await witness.temporalRequests();
  const flaky = await witness.captureFlaky();
  await expectEventsFlow();
  await witness.untilReady(200, []);
  await untilMostRequestsFail(before);
  await expectApiReads();
  expect(refusing.accepted().size).toBe(0);

  refusing.react(() => ({ status: 200 }));
  await disk.free();
  await untilAccepted(refusing, [flaky], RECOVERY_MS);
  expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
  await expectEventsFlow();
  await witness.expectAllArrived({ repeats: true });
});

/** It reads from its database, and refuses whatever needs a write. */
async function expectReadOnly(): Promise<void> {
  const { client, connection } = temporal.temporal;
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'default' });
  expect(namespaceInfo?.name).toBe('default');
  expect((await client.workflow.count()).count).toBeGreaterThan(0);
  await expect(write(1)).rejects.toThrow();
  await eventually(async () => expect(await temporal.log()).toContain('attempt to write a readonly database'));
}

/** An export of every minute of the witness's team by its Schedule. */
class ScheduledExport {
  readonly #id: string;
  readonly #folder: ExportPlace;
  /** The end of its last interval. */
  readonly dueMs: number;

  private constructor(id: string, folder: ExportPlace, dueMs: number) {
    this.#id = id;
    this.#folder = folder;
    this.dueMs = dueMs;
  }

  /** Its Schedule waits for its last run, which is due when the outage has lasted for long enough. */
  static async create(): Promise<ScheduledExport> {
    const folder = await newPlace('file', system);
    const dueMs = Math.ceil((Date.now() + OUTAGE_MS) / MINUTE_MS) * MINUTE_MS;
    const schedule = { paused: false, end_at: new Date(dueMs).toISOString() };
    const id = await createExport(witness.team.team.api, folder, { format: JSON_LINES, ...schedule });
    // One that has not begun before Temporal stands still begins after it, and leaves what came due to the gap detector.
    const handle = system.temporal.client.schedule.getHandle(exportScheduleId(id));
    await eventually(async () => {
      const { nextActionTimes } = (await handle.describe()).info;
      expect(nextActionTimes.map(Number)).toContain(dueMs);
    });
    return new ScheduledExport(id, folder, dueMs);
  }

  /** Ends of the intervals that have runs. */
  async ends(): Promise<number[]> {
    const runs = await listRuns(witness.team.team.api, this.#id);
    return runs.map((run) => Date.parse(run.interval_end));
  }

  /** In the end each interval has a run that has completed, and each of their rows is in one file once, these among them. */
  async expectAllExported(events: readonly { uuid: string }[]): Promise<void> {
    const { teamId, api } = witness.team.team;
    await finishedRun(api, this.#id, (run) => Date.parse(run.interval_end) === this.dueMs);
    const runs = await eventually(
      async () => {
        const found = await listRuns(api, this.#id);
        expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['completed']));
        return found;
      },
      { timeoutMs: RECOVERY_MS },
    );
    const fromMs = Math.min(...runs.map((run) => Date.parse(run.interval_start)));
    expect(runs).toHaveLength((this.dueMs - fromMs) / MINUTE_MS);
    await expectConsistent(this.#folder);
    const range = { startMicros: fromMs * 1_000, endMicros: this.dueMs * 1_000 };
    const stored = firstArrivals(await storedRows(system.clickhouse, teamId, range));
    expectSameRows(await reader.rows(await committedFiles(this.#folder)), stored);
    expect(stored.map(({ uuid }) => uuid)).toEqual(expect.arrayContaining(events.map(({ uuid }) => uuid)));
  }
}

/** Captures events whose deliveries are under way when it resolves, and end when the answer is called. */
async function deliveriesUnderWay(): Promise<() => void> {
  const [arrived, answered] = [gate(), gate()];
  witness.hook.react(async () => {
    arrived.open();
    await answered.opened;
    return { status: 200 };
  });
  await witness.untilTaken(witness.events());
  await arrived.opened;
  return answered.open;
}

test('one that is read-only: events flow, runs and retries wait, and Schedules catch up, each once', async () => {
  const [minute, refusing] = [await witness.minute(), await witness.refusingHook()];
  const early = await witness.captureFlaky();
  // Both attempts of a shard have failed: its retry is a workflow by now.
  await eventually(() => expect(refusing.receiver.requests.length).toBeGreaterThan(2), { timeoutMs: TIMEOUT_MS });
  const scheduled = await ScheduledExport.create();
  const answer = await deliveriesUnderWay();
  await witness.start(minute);
  await temporal.setDatabase('read-only');
  answer();
  await expectReadOnly();

  const before = await witness.temporalRequests();
  const late = await witness.captureFlaky();
  const events = witness.events();
  await witness.untilTaken(events);
  while (Date.now() <= scheduled.dueMs) {
    await expectEventsFlow();
  }
  await witness.untilReady(200, []);
  await untilMostRequestsFail(before);
  await expectApiReads();
  await expectReadOnly();
  expect(refusing.accepted().size).toBe(0);
  expect(await scheduled.ends()).not.toContain(scheduled.dueMs);

  refusing.react(() => ({ status: 200 }));
  await temporal.setDatabase('writable');
  await untilAccepted(refusing, [early, late], RECOVERY_MS);
  expect(await witness.finished(minute)).toMatchObject({ status: 'completed', error: null });
  await scheduled.expectAllExported(events);
  await expectEventsFlow();
  await witness.expectAllArrived({ repeats: true });
});

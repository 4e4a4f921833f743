import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ActivityGroups } from '../../activities/index.ts';
import type { RunRef } from '../../activities/types.ts';
import { dateOfMicros } from '../../core/time.ts';
import { compareRows } from './read-back.ts';
import { seeded } from './random.ts';
import type { Target } from './targets.ts';
import { insertRows, Workload, type Minute } from './workload.ts';
import { startWorld, type World } from './world.ts';

/** Found by the crash points: copies of events that become visible while an interval is being read. */
jest.setTimeout(120_000);

const TEAM_BEGIN_MICROS = (Math.floor(Date.now() / 3_600_000) - 24) * 3_600_000_000;

let world: World;
beforeAll(async () => {
  world = await startWorld(['postgres', 'file']);
}, 120_000);
afterAll(async () => {
  await world.stop();
});

type Exports = ActivityGroups['exports'];
const activity = async <T>(call: () => Promise<T>, runId = 'one'): Promise<T> =>
  new MockActivityEnvironment({ attempt: 1, workflowExecution: { workflowId: runId, runId } }).run(call);

interface Begun {
  target: Target;
  workload: Workload;
  minute: Minute;
  run: RunRef;
}

async function begin(target: Target, on: Exports): Promise<Begun> {
  const { exportId, teamId } = await world.newExport(target);
  const workload = new Workload(world.clickhouse, { teamId, firstEndMicros: TEAM_BEGIN_MICROS, rowBytes: 0 });
  const minute = workload.minute(0);
  await workload.fill(minute, seeded(exportId), 4);
  const input = {
    exportId,
    teamId,
    intervalStart: dateOfMicros(minute.startMicros).toISOString(),
    intervalEnd: dateOfMicros(minute.endMicros).toISOString(),
    trigger: 'manual',
    force: false,
  } as const;
  const started = await activity(() => on.startRun(input), exportId);
  if (started.status !== 'started') {
    throw new Error('the interval is free');
  }
  return { target, workload, minute, run: started.run };
}

/** A copy of each event, at the last microsecond of the minute. */
async function copyAll({ workload, minute }: Begun): Promise<void> {
  const copies = [...workload.expected.values()].map((row) => ({ ...row, insertedAtMicros: minute.endMicros - 1 }));
  await insertRows(world.clickhouse, { teamId: workload.teamId, rowBytes: 0 }, copies);
}

async function expectEachOnce({ target, workload }: Begun): Promise<void> {
  const { rows } = await target.read();
  // The other tests' events are in the same table.
  expect(compareRows(workload.expected, rows)).toMatchObject({ lost: 0, duplicated: 0, changed: 0 });
  expect(rows.length).toBeGreaterThan(0);
}

const targetOf = (name: string): Target => world.targets.find((target) => target.name === name)!;

test('a new plan is not read with what a worker knew of duplicates at an older one', async () => {
  const [a, b] = [world.worker(0).exports, world.worker(1).exports];
  const begun = await begin(targetOf('file'), a);
  await activity(() => a.planInterval(begun.run));
  await activity(() => a.loadChunks(begun.run));
  await copyAll(begun);
  const again = await activity(() => a.startGeneration(begun.run));
  await activity(() => b.planInterval(again));
  const loaded = await activity(() => a.loadChunks(again));
  expect(loaded.rows).toBe(begun.workload.expected.size);
  await activity(() => a.commitRun(again));
  await expectEachOnce(begun);
});

test.each([
  { also: 'copies alone', news: 0 },
  { also: 'as many new events, which are missing', news: 4 },
])('copies that came while chunks were read are not committed into a table: $also', async ({ news }) => {
  const { exports, deps } = world.worker(0);
  const begun = await begin(targetOf('postgres'), exports);
  await activity(() => exports.planInterval(begun.run));
  // After the look for duplicates, before the first chunk is read.
  const stream = deps.clickhouse.stream.bind(deps.clickhouse);
  deps.clickhouse.stream = async (statement) => {
    deps.clickhouse.stream = stream;
    await copyAll(begun);
    return stream(statement);
  };
  await activity(() => exports.loadChunks(begun.run));
  await begun.workload.late(begun.minute, seeded(begun.run.runId), news);
  const commit = activity(() => exports.commitRun(begun.run));
  await expect(commit).rejects.toMatchObject({ type: 'chunks_outdated', nonRetryable: true });

  const again = await activity(() => exports.startGeneration(begun.run));
  await activity(() => exports.planInterval(again));
  await activity(() => exports.loadChunks(again));
  await activity(() => exports.commitRun(again));
  await expectEachOnce(begun);
});

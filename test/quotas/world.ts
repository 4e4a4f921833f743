import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger } from '@temporalio/worker';
import type { RunRef, StartRunInput } from '../../activities/types.ts';
import { dateOfMicros } from '../../core/time.ts';
import { getRun, type RunRecord } from '../../store/runs.ts';
import type { World } from '../chaos/world.ts';
import { insertAt } from '../clickhouse/events.ts';

const MINUTE_MICROS = 60_000_000;
/** Of the first minute that has events. */
const BEGIN_MICROS = (Math.floor(Date.now() / 3_600_000) - 24) * 3_600_000_000;
/** What is refused is an error of the activity. */
const SILENT = new DefaultLogger('ERROR', () => undefined);

export interface Team {
  teamId: number;
  exportId: string;
}

export interface Minute {
  start: Date;
  end: Date;
}

/** The n-th minute, with so many events of the team. */
export async function minuteWith(world: World, { teamId }: Team, index: number, events: number): Promise<Minute> {
  const startMicros = BEGIN_MICROS + index * MINUTE_MICROS;
  const rows = Array.from({ length: events }, (_, row) => ({ teamId, insertedAtMicros: startMicros + row }));
  if (rows.length > 0) {
    await insertAt(world.clickhouse, rows);
  }
  return { start: dateOfMicros(startMicros), end: dateOfMicros(startMicros + MINUTE_MICROS) };
}

export function activity<T>(call: () => Promise<T>, id: string = randomUUID()): Promise<T> {
  const execution = { workflowId: id, runId: id };
  return new MockActivityEnvironment({ attempt: 1, workflowExecution: execution }, { logger: SILENT }).run(call);
}

export interface RunWish {
  team: Team;
  minute: Minute;
  trigger?: StartRunInput['trigger'];
  worker?: number;
  /** Called before the run is verified, once. */
  beforeVerify?: (run: RunRef) => Promise<void>;
}

/** Takes the interval, as a run begins. */
export async function begin(
  world: World,
  { team, minute, trigger = 'schedule', worker = 0 }: RunWish,
): Promise<RunRef> {
  const { exports } = world.worker(worker);
  const bounds = { intervalStart: minute.start.toISOString(), intervalEnd: minute.end.toISOString() };
  const started = await activity(() => exports.startRun({ ...team, ...bounds, trigger, force: false }));
  if (started.status !== 'started') {
    throw new Error(`the interval is not free: ${started.reason}`);
  }
  return started.run;
}

/** The activities of a run in their order; answers its record. */
export async function exportMinute(world: World, wish: RunWish): Promise<RunRecord> {
  const { exports } = world.worker(wish.worker ?? 0);
  const run = await begin(world, wish);
  try {
    await load(world, wish, run);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) {
      throw error;
    }
    const [details] = (error.details ?? []) as { remedy?: string; fault?: 'customer' }[];
    await activity(() =>
      exports.finishRun({
        ...{ run, status: 'failed', rows: 0, bytes: 0, files: 0, errorStep: 'planInterval' },
        ...{
          errorCode: error.type ?? 'unknown',
          errorMessage: error.message,
          errorFault: details?.fault ?? 'platform',
        },
        ...(details?.remedy === undefined ? {} : { remedy: details.remedy }),
      }),
    );
  }
  return (await getRun(world.db, { id: run.runId }))!;
}

/** As often as rows become visible late, but not for ever. */
async function load(world: World, { worker = 0, beforeVerify }: RunWish, first: RunRef): Promise<void> {
  const { exports } = world.worker(worker);
  let run = first;
  for (let round = 1; round <= 3; round += 1) {
    await activity(() => exports.planInterval(run));
    await activity(() => exports.loadChunks(run));
    await activity(() => exports.commitRun(run));
    await (round === 1 ? beforeVerify?.(run) : undefined);
    const { complete, rows, bytes, files, hash } = await activity(() => exports.verifyRun(run));
    if (complete) {
      await activity(() => exports.finishRun({ run, status: 'completed', rows, bytes, files, hash }));
      return;
    }
    run = await activity(() => exports.startGeneration(run));
  }
  throw new Error('rows became visible again and again');
}

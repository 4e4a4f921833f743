import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'kysely';
import { closeAbandonedRun } from '../../activities/abandoned-run.ts';
import { toFailure } from '../../activities/failures.ts';
import type { ActivityGroups } from '../../activities/index.ts';
import type { FailureDetails, FinishRunInput, RunRef, StartGenerationInput } from '../../activities/types.ts';
import { isForeignGenerationCode, isStageLostCode } from '../../core/errors.ts';
import { dateOfMicros } from '../../core/time.ts';
import { getRun } from '../../store/runs.ts';
import { getLedger } from '../../store/ledger.ts';
import type { Attempts } from './attempts.ts';
import type { Random } from './random.ts';
import type { Minute, Workload } from './workload.ts';
import type { World } from './world.ts';

/** As in workflows/batch-export.ts, whose steps these are. */
const MAX_GENERATIONS_PER_RUN = 3;

export interface RunOptions {
  world: World;
  workload: Workload;
  attempts: Attempts;
  exportId: string;
  minute: Minute;
  random: Random;
  force: boolean;
  /** Rows may become visible while it runs: until its last count, which finds them. */
  lateRows: boolean;
  /** What has happened to the minute, for whoever looks for a fault. */
  tell(line: string): void;
}

type Interval = Pick<RunOptions, 'world' | 'exportId' | 'minute'>;

/** How one workflow execution ended. `terminated`: by an operator, without a word to the run. */
export type RunOutcome = { status: 'completed' | 'skipped' | 'terminated' } | { status: 'failed'; code: string };

/** Every crash would be a line. */
const SILENT = new DefaultLogger('ERROR', () => undefined);

type Exports = ActivityGroups['exports'];

class Terminated extends Error {
  override readonly name = 'Terminated';
}

/** Runs the activities of one interval in the order and with the retries that Temporal would give them. */
export class RunDriver {
  readonly #options: RunOptions;
  readonly #execution: { workflowId: string; runId: string };
  #steps = 0;

  constructor(options: RunOptions) {
    this.#options = options;
    const { exportId, minute, random } = options;
    this.#execution = { workflowId: `export/${exportId}-${String(minute.endMicros)}`, runId: random.uuid() };
  }

  async run(): Promise<RunOutcome> {
    const { exportId, workload, minute, force } = this.#options;
    try {
      const started = await this.#step('startRun', (activities) =>
        activities.startRun({
          exportId,
          teamId: workload.teamId,
          intervalStart: dateOfMicros(minute.startMicros).toISOString(),
          intervalEnd: dateOfMicros(minute.endMicros).toISOString(),
          trigger: 'manual',
          force,
        }),
      );
      return started.status === 'skipped' ? { status: 'skipped' } : await this.#toOutcome(started.run);
    } catch (error) {
      if (error instanceof Terminated) {
        return { status: 'terminated' };
      }
      if (error instanceof ApplicationFailure) {
        return { status: 'failed', code: error.type ?? 'unknown' };
      }
      throw error;
    }
  }

  async #toOutcome(first: RunRef): Promise<RunOutcome> {
    let run = first;
    try {
      for (let round = 1; ; round += 1) {
        let again: PlannedAgain = {};
        const verified = await this.#once(run, round).catch((error: unknown) => {
          const planned = plannedAgain(error);
          if (planned === undefined || round === MAX_GENERATIONS_PER_RUN) {
            throw error;
          }
          again = planned;
        });
        if (verified && (verified.complete || round === MAX_GENERATIONS_PER_RUN)) {
          const { rows, bytes, files, hash } = verified;
          await this.#finish({ run, status: 'completed', rows, bytes, files, hash });
          return await this.#finished(run);
        }
        const before = { ...run, ...again };
        run = await this.#step('startGeneration', (activities) => activities.startGeneration(before));
      }
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) {
        throw error;
      }
      const code = error.type ?? 'unknown';
      await this.#finish({ run, status: 'failed', rows: 0, bytes: 0, files: 0, errorCode: code, errorMessage: code });
      return { status: 'failed', code };
    }
  }

  async #once(run: RunRef, round: number): ReturnType<Exports['verifyRun']> {
    const { lateRows, workload, minute, random } = this.#options;
    // The last round's count must find nothing new: what comes later is for reconciliation.
    const late = async (): Promise<void> => {
      if (lateRows && round < MAX_GENERATIONS_PER_RUN && random.chance(0.15)) {
        await workload.late(minute, random, 1 + random.below(2));
        this.#tell('late rows');
      }
    };
    await this.#step('planInterval', (activities) => activities.planInterval(run));
    await late();
    await this.#step('loadChunks', (activities) => activities.loadChunks(run), late);
    await late();
    const committed = await this.#step('commitRun', (activities) => activities.commitRun(run));
    if (committed.kept === true) {
      return { ...committed, sourceRows: committed.rows, hash: '', complete: true };
    }
    await late();
    return this.#step('verifyRun', (activities) => activities.verifyRun(run));
  }

  /** As the run's own record says: another may have taken the interval at the last moment. */
  async #finished(run: RunRef): Promise<RunOutcome> {
    const record = await getRun(this.#options.world.db, { id: run.runId });
    return record?.status === 'completed'
      ? { status: 'completed' }
      : { status: 'failed', code: record?.errorCode ?? record?.status ?? 'unknown' };
  }

  async #finish(input: FinishRunInput): Promise<void> {
    await this.#step('finishRun', (activities) => activities.finishRun(input));
  }

  /** One activity until it ends: after a failure or a lost worker there is another attempt. */
  async #step<T>(
    name: string,
    call: (activities: Exports) => Promise<T>,
    between: () => Promise<void> = () => Promise.resolve(),
  ): Promise<T> {
    const { world, attempts, random } = this.#options;
    this.#steps += 1;
    if (random.chance(0.01)) {
      this.#tell(`terminated before ${name}`);
      throw new Terminated();
    }
    const of = random.of(name, this.#steps);
    return attempts.untilDone(
      name,
      of,
      async (attempt) => {
        const worker = of.below(3);
        if (attempt > 1) {
          await between();
          if (of.chance(0.2)) {
            world.restart(worker);
          }
        }
        const environment = new MockActivityEnvironment(
          { attempt, workflowExecution: this.#execution },
          { logger: SILENT },
        );
        const { exports } = world.worker(worker);
        return () => environment.run(() => call(exports));
      },
      { leaseHeld: () => this.#leaseEnds(), tell: (line) => this.#tell(line) },
    );
  }

  #tell(line: string): void {
    this.#options.tell(`${this.#execution.runId.slice(0, 4)} ${line}`);
  }

  /** The holder stands still for longer than its lease, once in a while. */
  async #leaseEnds(): Promise<void> {
    if (this.#options.random.chance(0.2)) {
      await expireLease(this.#options);
    }
  }
}

/** As if the holder had not renewed it for a minute. */
export async function expireLease({ world, exportId, minute }: RunOptions): Promise<void> {
  await sql`UPDATE interval_ledger SET lease_expires_at = clock_timestamp() - interval '1 second'
    WHERE export_id = ${exportId}::uuid AND interval_end = ${dateOfMicros(minute.endMicros)}
      AND holder_run_id IS NOT NULL`.execute(world.db.kysely);
}

/**
 * As after a restore of our database from a backup of before the interval's first run: no run of it has a record, and
 * generations begin anew. Epochs go on, which is how attempts that are frozen hear of it: in a real restore they would have
 * ended with the workers.
 */
export async function forget({ world, exportId, minute }: Interval): Promise<void> {
  const intervalEnd = dateOfMicros(minute.endMicros);
  const runs = sql`SELECT id FROM export_runs WHERE export_id = ${exportId}::uuid AND interval_end = ${intervalEnd}`;
  await world.db.kysely.transaction().execute(async (tx) => {
    await sql`UPDATE interval_ledger SET epoch = epoch + 1, holder_run_id = NULL, lease_expires_at = NULL,
        generation = -1, generation_run_id = NULL,
        committed_at = NULL, committed_run_id = NULL, committed_generation = NULL, rows = NULL, bytes = NULL, hash = NULL
      WHERE export_id = ${exportId}::uuid AND interval_end = ${intervalEnd}`.execute(tx);
    for (const table of ['run_chunks', 'run_plans', 'quota_takings']) {
      await sql`DELETE FROM ${sql.table(table)} WHERE run_id IN (${runs})`.execute(tx);
    }
    await sql`DELETE FROM export_runs WHERE export_id = ${exportId}::uuid AND interval_end = ${intervalEnd}`.execute(
      tx,
    );
  });
}

/** What the sweeper does with runs whose workflow was terminated. */
export async function sweep(options: RunOptions): Promise<void> {
  const { world, attempts, random, exportId } = options;
  const open = await world.db.kysely
    .selectFrom('exportRuns')
    .selectAll()
    .where('exportId', '=', exportId)
    .where('intervalEnd', '=', dateOfMicros(options.minute.endMicros))
    .where('finishedAt', 'is', null)
    .execute();
  for (const record of open) {
    const { tell } = options;
    const ending = { status: 'terminated', errorCode: 'run_terminated', errorMessage: 'it was terminated' } as const;
    await attempts.untilDone(
      'sweep',
      random.of('sweep', record.id.length),
      async (attempt) => {
        const { deps } = world.worker(attempt % 3);
        const environment = new MockActivityEnvironment({ attempt }, { logger: SILENT });
        return () => environment.run(() => closeAbandonedRun(deps, record, ending).catch(rethrow));
      },
      { tell },
    );
  }
}

/** As every activity does with what it throws. */
function rethrow(error: unknown): never {
  throw toFailure(error);
}

export async function isCommitted({ world, exportId, minute }: RunOptions): Promise<boolean> {
  const row = await getLedger(world.db, { exportId, intervalEnd: dateOfMicros(minute.endMicros) });
  return (row?.committedAt ?? null) !== null;
}

type PlannedAgain = Pick<StartGenerationInput, 'above'>;

/** Under a new generation, or one above that of a run that is not known; undefined: no other plan helps. */
function plannedAgain(error: unknown): PlannedAgain | undefined {
  if (!(error instanceof ApplicationFailure)) {
    return undefined;
  }
  const code = error.type ?? '';
  const [details] = (error.details ?? []) as FailureDetails[];
  const above = isForeignGenerationCode(code) ? details?.metGeneration : undefined;
  return isStageLostCode(code) ? {} : above === undefined ? undefined : { above };
}

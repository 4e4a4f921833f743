import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { notFound } from './errors.ts';
import type { Row, RunStatus, RunTrigger } from './tables.ts';
import { storableText, type PageCursor } from './values.ts';

/** One execution of an export for one interval. */
export type RunRecord = Row<'exportRuns'>;

export interface NewRun {
  exportId: string;
  intervalStart: Date;
  intervalEnd: Date;
  trigger: RunTrigger;
  /** The version of the export's settings; absent: the present one. */
  configVersion?: number;
  workflowId: string;
  workflowRunId: string;
  /** The repair that it is for. */
  repairId?: string;
}

/** Absent fields stay as they are. */
export type RunPatch = Partial<
  Pick<
    RunRecord,
    | 'status'
    | 'generation'
    | 'rows'
    | 'rowsIn'
    | 'bytes'
    | 'files'
    | 'recordsFailed'
    | 'kept'
    | 'errorCode'
    | 'errorMessage'
    | 'remedy'
    | 'errorFault'
    | 'errorStep'
  >
>;

const OPEN_STATUSES: readonly RunStatus[] = ['starting', 'running'];

/**
 * Creates the run of one workflow execution, pinned to a version of the export; called again by a retried
 * activity it returns the same run. Throws `export_not_found` when the export is gone.
 */
export async function createRun(db: Database, input: NewRun): Promise<RunRecord> {
  const found = await ofExecution(db, input);
  if (found) {
    return found;
  }
  await db.kysely
    .insertInto('exportRuns')
    .columns([
      'id',
      'exportId',
      'teamId',
      'configVersion',
      'intervalStart',
      'intervalEnd',
      'trigger',
      'workflowId',
      'workflowRunId',
      'repairId',
    ])
    .expression((eb) =>
      eb
        .selectFrom('exports')
        .select([
          sql<string>`${randomUUID()}::uuid`.as('runId'),
          'id',
          'teamId',
          sql<number>`coalesce(${input.configVersion ?? null}::integer, version)`.as('configVersion'),
          sql<Date>`${input.intervalStart}::timestamptz`.as('intervalStart'),
          sql<Date>`${input.intervalEnd}::timestamptz`.as('intervalEnd'),
          sql<RunTrigger>`${input.trigger}::text`.as('trigger'),
          sql<string>`${input.workflowId}::text`.as('workflowId'),
          sql<string>`${input.workflowRunId}::text`.as('workflowRunId'),
          sql<string | null>`${input.repairId ?? null}::uuid`.as('repairId'),
        ])
        .where('id', '=', input.exportId)
        .where('deletedAt', 'is', null)
        // A deletion waits for this row, or this waits and finds the export deleted: none is overlooked.
        .forKeyShare(),
    )
    .onConflict((conflict) => conflict.columns(['workflowId', 'workflowRunId']).doNothing())
    .execute();
  const created = await ofExecution(db, input);
  if (!created) {
    throw notFound('export', input.exportId);
  }
  return created;
}

async function ofExecution(db: Database, key: NewRun): Promise<RunRecord | undefined> {
  return db.kysely
    .selectFrom('exportRuns')
    .selectAll()
    .where('workflowId', '=', key.workflowId)
    .where('workflowRunId', '=', key.workflowRunId)
    .executeTakeFirst();
}

/** `teamId` is left out by workers only. */
export async function getRun(db: Database, key: { id: string; teamId?: number }): Promise<RunRecord | undefined> {
  let query = db.kysely.selectFrom('exportRuns').selectAll().where('id', '=', key.id);
  if (key.teamId !== undefined) {
    query = query.where('teamId', '=', key.teamId);
  }
  return query.executeTakeFirst();
}

/** The runs of the same export that started just before and just after this one; null at the ends. */
export interface RunNeighbours {
  previousRunId: string | null;
  nextRunId: string | null;
}

/** In the order of `listRuns`. */
export async function runNeighbours(db: Database, runId: string): Promise<RunNeighbours> {
  const { rows } = await sql<RunNeighbours>`
    SELECT (SELECT id FROM export_runs WHERE export_id = r.export_id AND (started_at, id) < (r.started_at, r.id)
        ORDER BY started_at DESC, id DESC LIMIT 1) AS "previousRunId",
      (SELECT id FROM export_runs WHERE export_id = r.export_id AND (started_at, id) > (r.started_at, r.id)
        ORDER BY started_at, id LIMIT 1) AS "nextRunId"
    FROM export_runs r WHERE r.id = ${runId}`.execute(db.kysely);
  return rows[0] ?? { previousRunId: null, nextRunId: null };
}

/** From new to old by start. */
export async function listRuns(
  db: Database,
  page: { teamId: number; exportId: string; limit: number; before?: PageCursor; statuses?: readonly RunStatus[] },
): Promise<RunRecord[]> {
  let query = db.kysely
    .selectFrom('exportRuns')
    .selectAll()
    .where('exportId', '=', page.exportId)
    .where('teamId', '=', page.teamId)
    .orderBy('startedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.before) {
    query = query.where(sql<boolean>`(started_at, id) < (${page.before.at}, ${page.before.id}::uuid)`);
  }
  return (page.statuses === undefined ? query : query.where('status', 'in', page.statuses)).execute();
}

/**
 * Runs without a final status on which nobody works: they hold no lease that is still renewed. Oldest first, after
 * `after`. The sweeper compares them with their workflows.
 */
export async function listUnattendedRuns(
  db: Database,
  page: { limit: number; after?: PageCursor },
): Promise<RunRecord[]> {
  let query = db.kysely
    .selectFrom('exportRuns')
    .selectAll()
    .where('finishedAt', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('intervalLedger')
            .select('epoch')
            .whereRef('intervalLedger.holderRunId', '=', 'exportRuns.id')
            .whereRef('intervalLedger.exportId', '=', 'exportRuns.exportId')
            .whereRef('intervalLedger.intervalEnd', '=', 'exportRuns.intervalEnd')
            .where('leaseExpiresAt', '>', sql<Date>`clock_timestamp()`),
        ),
      ),
    )
    .orderBy('startedAt')
    .orderBy('id')
    .limit(page.limit);
  if (page.after) {
    query = query.where(sql<boolean>`(started_at, id) > (${page.after.at}, ${page.after.id}::uuid)`);
  }
  return query.execute();
}

/**
 * A final status stamps `finishedAt` and is the last one: false, and nothing changed, when a patch names a status and
 * the run is finished already (a dead attempt's late word), or there is no such run.
 */
export async function updateRun(db: Database, id: string, patch: RunPatch): Promise<boolean> {
  const { errorMessage, ...plain } = patch;
  const final = patch.status !== undefined && !OPEN_STATUSES.includes(patch.status);
  let query = db.kysely
    .updateTable('exportRuns')
    // `id` set to itself: an empty patch is no error.
    .set({
      id,
      ...plain,
      ...(errorMessage === undefined ? {} : { errorMessage: errorMessage && storableText(errorMessage) }),
      ...(final ? { finishedAt: sql<Date>`now()` } : {}),
    })
    .where('id', '=', id);
  if (patch.status !== undefined) {
    query = query.where('finishedAt', 'is', null);
  }
  return (await query.executeTakeFirst()).numUpdatedRows > 0n;
}

/** Adds to the time that a step of the run has taken. */
export async function addRunTiming(db: Database, id: string, spent: { step: string; ms: number }): Promise<void> {
  await sql`
    UPDATE export_runs SET timings = jsonb_set(timings, ARRAY[${spent.step}::text],
      to_jsonb(coalesce((timings->>${spent.step}::text)::bigint, 0) + ${Math.round(spent.ms)}::bigint))
    WHERE id = ${id}`.execute(db.kysely);
}

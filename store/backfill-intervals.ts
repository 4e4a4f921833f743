import { sql } from 'kysely';
import type { BackfillIntervalStatus } from '../core/backfill.ts';
import type { IntervalBounds } from '../core/intervals.ts';
import type { BackfillRecord } from './backfills.ts';
import type { Database } from './database.ts';
import type { Row } from './tables.ts';
import { storableText } from './values.ts';

export type BackfillInterval = Row<'backfillIntervals'>;

/** Rows that an interval is expected to have; undefined: not known. */
export type PlannedInterval = IntervalBounds & { expectedRows: number | undefined };

/**
 * Adds a part of the plan. An interval that the ledger has as exported is skipped (unless forced), one without events from
 * before the export is empty: it is owed to nobody. Idempotent.
 */
export async function addIntervals(
  db: Database,
  backfill: BackfillRecord,
  intervals: readonly PlannedInterval[],
): Promise<void> {
  await sql`
    INSERT INTO backfill_intervals (backfill_id, interval_start, interval_end, expected_rows, status)
    SELECT ${backfill.id}::uuid, plan.starts, plan.ends, plan.rows, CASE
        WHEN NOT ${backfill.force}::boolean AND ledger.committed_at IS NOT NULL THEN 'skipped'
        WHEN plan.rows = 0 AND plan.ends <= exports.created_at AND ledger.committed_at IS NULL THEN 'empty'
        ELSE 'pending' END
    FROM unnest(
      ${intervals.map(({ start }) => start.toISOString())}::timestamptz[],
      ${intervals.map(({ end }) => end.toISOString())}::timestamptz[],
      ${intervals.map(({ expectedRows }) => expectedRows ?? null)}::bigint[]
    ) AS plan (starts, ends, rows)
    JOIN exports ON exports.id = ${backfill.exportId}::uuid
    LEFT JOIN interval_ledger AS ledger ON ledger.export_id = exports.id AND ledger.interval_end = plan.ends
    ON CONFLICT DO NOTHING`.execute(db.kysely);
}

/** The next intervals to work on, in the order of the backfill, without those whose ends are given. */
export async function nextIntervals(
  db: Database,
  backfill: BackfillRecord,
  options: { limit: number; without: readonly Date[] },
): Promise<BackfillInterval[]> {
  if (options.limit <= 0) {
    return [];
  }
  let query = db.kysely
    .selectFrom('backfillIntervals')
    .selectAll()
    .where('backfillId', '=', backfill.id)
    .where('status', 'in', ['pending', 'running'])
    .orderBy('intervalEnd', backfill.newestFirst ? 'desc' : 'asc')
    .limit(options.limit);
  if (options.without.length > 0) {
    query = query.where('intervalEnd', 'not in', [...options.without]);
  }
  return query.execute();
}

export async function markRunning(db: Database, backfillId: string, ends: readonly Date[]): Promise<void> {
  if (ends.length > 0) {
    await db.kysely
      .updateTable('backfillIntervals')
      .set({ status: 'running' })
      .where('backfillId', '=', backfillId)
      .where('intervalEnd', 'in', [...ends])
      .where('status', '=', 'pending')
      .execute();
  }
}

export interface IntervalOutcome {
  backfillId: string;
  intervalEnd: Date;
  status: BackfillIntervalStatus;
  rows: number;
  bytes: number;
  runId?: string;
  errorCode?: string;
  errorMessage?: string;
}

/** Idempotent: the last word counts. */
export async function settleInterval(db: Database, outcome: IntervalOutcome): Promise<void> {
  const { backfillId, intervalEnd, status, rows, bytes, runId, errorCode, errorMessage } = outcome;
  await db.kysely
    .updateTable('backfillIntervals')
    .set({
      ...{ status, rows, bytes, runId: runId ?? null, errorCode: errorCode ?? null },
      errorMessage: errorMessage === undefined ? null : storableText(errorMessage),
      finishedAt: sql<Date>`clock_timestamp()`,
    })
    .where('backfillId', '=', backfillId)
    .where('intervalEnd', '=', intervalEnd)
    .execute();
}

/** The error code that the last `count` intervals to end all failed with; undefined when there is no such. */
export async function repeatedFailure(db: Database, backfillId: string, count: number): Promise<string | undefined> {
  const last = await db.kysely
    .selectFrom('backfillIntervals')
    .select('errorCode')
    .where('backfillId', '=', backfillId)
    .where('status', 'in', ['completed', 'failed'])
    .orderBy('finishedAt', 'desc')
    .limit(count)
    .execute();
  const [code, ...others] = new Set(last.map(({ errorCode }) => errorCode));
  return last.length === count && others.length === 0 ? (code ?? undefined) : undefined;
}

/** Failed intervals, or one of them, are to be tried again. How many are. */
export async function retryFailed(db: Database, backfillId: string, intervalEnd?: Date): Promise<number> {
  let query = db.kysely
    .updateTable('backfillIntervals')
    .set({ status: 'pending', errorCode: null, errorMessage: null, finishedAt: null })
    .where('backfillId', '=', backfillId)
    .where('status', 'in', ['failed', 'cancelled']);
  if (intervalEnd !== undefined) {
    query = query.where('intervalEnd', '=', intervalEnd);
  }
  return Number((await query.executeTakeFirst()).numUpdatedRows);
}

/** What nobody will work on any more is cancelled with its backfill. */
export async function cancelOpen(db: Database, backfillId: string): Promise<void> {
  await db.kysely
    .updateTable('backfillIntervals')
    .set({ status: 'cancelled', finishedAt: sql<Date>`clock_timestamp()` })
    .where('backfillId', '=', backfillId)
    .where('status', 'in', ['pending', 'running'])
    .execute();
}

/** In order of their ends, after `after`. */
export async function listIntervals(
  db: Database,
  page: { backfillId: string; status?: BackfillIntervalStatus; after?: Date; limit: number },
): Promise<BackfillInterval[]> {
  let query = db.kysely
    .selectFrom('backfillIntervals')
    .selectAll()
    .where('backfillId', '=', page.backfillId)
    .orderBy('intervalEnd')
    .limit(page.limit);
  if (page.status !== undefined) {
    query = query.where('status', '=', page.status);
  }
  if (page.after !== undefined) {
    query = query.where('intervalEnd', '>', page.after);
  }
  return query.execute();
}

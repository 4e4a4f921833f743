import { sql } from 'kysely';
import { expectedIntervals, type Expectation } from '../core/expected-intervals.ts';
import { lastFinishedInterval } from '../core/schedule-spec.ts';
import type { Database } from './database.ts';
import type { ExportRecord } from './exports.ts';
import { getExpectation } from './schedules.ts';

/*
 * The completeness watermark of an export: of everything ingested before it, what the export owes its destination is
 * there. It moves over expected intervals that are committed, and answers stop before an interval that a
 * reconciliation has found to lack rows until that is repaired.
 */

type Marked = Pick<ExportRecord, 'id' | 'createdAt' | 'startAt' | 'endAt'>;

/** A call goes so far; an export that has more behind it moves on with each commit. */
const MAX_INTERVALS = 10_000;

/** Moves the stored mark over what has been committed since, and answers up to when the export is complete. */
export async function advanceWatermark(db: Database, of: Marked, now = new Date()): Promise<Date> {
  const expectation = await getExpectation(db.kysely, of);
  const from = (await storedMark(db, of.id)) ?? firstDue(expectation);
  const mark = walk(expectation, { from, now, committed: await committedEnds(db, of.id, from) });
  await saveMark(db, of.id, mark);
  const open = await oldestOpenRepair(db, of.id);
  return open !== undefined && open < mark ? open : mark;
}

/** Start of the first interval that an export has to deliver. */
function firstDue({ timeline, createdAt }: Expectation): Date {
  return timeline.length === 0 ? createdAt : lastFinishedInterval(timeline, createdAt).end;
}

function walk(
  expectation: Expectation,
  { from, now, committed }: { from: Date; now: Date; committed: ReadonlySet<number> },
): Date {
  let [mark, walked] = [from, 0];
  for (const { start, end } of expectedIntervals(expectation, from, now)) {
    walked += 1;
    if (!committed.has(end.getTime()) || walked > MAX_INTERVALS) {
      // What lies between was never owed: before the start date, or in a pause whose intervals were given up.
      return start > mark ? start : mark;
    }
    mark = end;
  }
  return mark;
}

async function storedMark(db: Database, exportId: string): Promise<Date | undefined> {
  const row = await db.kysely
    .selectFrom('exportWatermarks')
    .select('watermark')
    .where('exportId', '=', exportId)
    .executeTakeFirst();
  return row?.watermark;
}

async function committedEnds(db: Database, exportId: string, after: Date): Promise<Set<number>> {
  const rows = await db.kysely
    .selectFrom('intervalLedger')
    .select('intervalEnd')
    .where('exportId', '=', exportId)
    .where('committedAt', 'is not', null)
    .where('intervalEnd', '>', after)
    .orderBy('intervalEnd')
    .limit(MAX_INTERVALS)
    .execute();
  return new Set(rows.map(({ intervalEnd }) => intervalEnd.getTime()));
}

async function saveMark(db: Database, exportId: string, watermark: Date): Promise<void> {
  await db.kysely
    .insertInto('exportWatermarks')
    .values({ exportId, watermark })
    .onConflict((conflict) =>
      conflict.column('exportId').doUpdateSet({
        watermark: sql<Date>`greatest(export_watermarks.watermark, excluded.watermark)`,
        updatedAt: sql<Date>`now()`,
      }),
    )
    .execute();
}

/** Start of the oldest interval whose last comparison found rows that the destination does not have. */
async function oldestOpenRepair(db: Database, exportId: string): Promise<Date | undefined> {
  const { rows } = await sql<{ start: Date | null }>`
    SELECT min(interval_start) AS start FROM interval_repairs AS found
    WHERE export_id = ${exportId} AND status <> 'repaired' AND (rows_late > 0 OR rows_lost > 0)
      AND NOT EXISTS (SELECT FROM interval_repairs AS later WHERE later.export_id = found.export_id
        AND later.interval_end = found.interval_end AND later.status = 'repaired' AND later.found_at >= found.found_at)
      AND NOT EXISTS (SELECT FROM interval_ledger AS ledger WHERE ledger.export_id = found.export_id
        AND ledger.interval_end = found.interval_end AND ledger.committed_generation > found.base_generation)`.execute(
    db.kysely,
  );
  return rows[0]?.start ?? undefined;
}

/** An export that has never committed anything owes all since its creation. Paused and ended exports owe nothing new. */
const MARKS = sql`SELECT exports.id, exports.team_id, exports.name, kind, now() - coalesce(watermark, exports.created_at) AS age
  FROM exports JOIN destinations ON destinations.id = destination_id
    LEFT JOIN export_watermarks ON export_watermarks.export_id = exports.id
  WHERE exports.deleted_at IS NULL AND NOT exports.paused AND (end_at IS NULL OR end_at > now())`;

/** How old the mark of the export that lags most is, by kind of destination. */
export async function watermarkAges(db: Database): Promise<{ kind: string; ageMs: number }[]> {
  const { rows } = await sql<{ kind: string; ageMs: number }>`
    SELECT kind, (extract(epoch FROM max(age)) * 1000)::float8 AS age_ms FROM (${MARKS}) AS marks
    GROUP BY kind`.execute(db.kysely);
  return rows;
}

export interface ExportBehind {
  id: string;
  teamId: number;
  name: string;
  ageMs: number;
}

/** Exports whose mark is older than that, the oldest first; at most a hundred. */
export async function exportsBehind(db: Database, ageMs: number): Promise<ExportBehind[]> {
  const { rows } = await sql<ExportBehind>`
    SELECT id, team_id, name, (extract(epoch FROM age) * 1000)::float8 AS age_ms FROM (${MARKS}) AS marks
    WHERE age > ${ageMs} * interval '1 millisecond'
    ORDER BY age DESC LIMIT 100`.execute(db.kysely);
  return rows;
}

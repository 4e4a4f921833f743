import { sql } from 'kysely';
import { expectedIntervals, isExpected } from '../core/expected-intervals.ts';
import type { LastRun } from '../core/gap-fill.ts';
import type { ExportInterval, IntervalBounds } from '../core/intervals.ts';
import { firstOf } from './values.ts';
import type { Database } from './database.ts';
import { getExpectation } from './schedules.ts';
import type { Row } from './tables.ts';

/** Ledger rows of one query. */
const PAGE = 500;
/** Intervals after the detector's last look, of which most have a row; more than a page of the API. */
const HOLES = 1_000;

/** What a run of a scheduled export is started with, and what its expected intervals follow from. */
export interface ScheduledExport extends Pick<Row<'exports'>, 'id' | 'createdAt' | 'startAt' | 'endAt'> {
  teamId: number;
  name: string;
  destinationId: string;
  destinationKind: string;
  interval: ExportInterval;
}

/** An interval in the ledger that is not exported. */
export interface OpenInterval extends IntervalBounds {
  /** The newest run that was not skipped. */
  last: (LastRun & { runId: string; remedy: string | null }) | undefined;
}

/** Every export that is not paused, of all teams. */
export async function listScheduledExports(db: Database): Promise<ScheduledExport[]> {
  return withSchedule(db, { paused: false });
}

/** Those that are: their Schedules start nothing, and are there all the same. */
export async function listPausedExports(db: Database): Promise<ScheduledExport[]> {
  return withSchedule(db, { paused: true });
}

function withSchedule(db: Database, { paused }: { paused: boolean }): Promise<ScheduledExport[]> {
  return db.kysely
    .selectFrom('exports')
    .innerJoin('destinations', 'destinations.id', 'exports.destinationId')
    .select(['exports.id', 'exports.teamId', 'exports.name', 'exports.interval', 'exports.destinationId'])
    .select(['exports.createdAt', 'exports.startAt', 'exports.endAt', 'destinations.kind as destinationKind'])
    .where('exports.paused', '=', paused)
    .where('exports.onDemand', '=', false)
    .where('exports.deletedAt', 'is', null)
    .execute();
}

/** In order of their ends. */
export async function listOpenIntervals(
  db: Database,
  page: { exportId: string; after?: Date; limit: number },
): Promise<OpenInterval[]> {
  const { rows } = await sql<{
    start: Date;
    end: Date;
    runId: string | null;
    status: string;
    errorCode: string | null;
    remedy: string | null;
    startedAt: Date;
    finishedAt: Date | null;
    fills: number;
    waitedOut: boolean;
    quotaSet: boolean;
  }>`
    SELECT ledger.interval_start AS start, ledger.interval_end AS end, run.id AS run_id, run.status, run.error_code,
      run.remedy, run.started_at, run.finished_at, (
        SELECT count(*) FROM export_runs fill WHERE fill.export_id = ledger.export_id
          AND fill.interval_end = ledger.interval_end AND fill.trigger = 'gap_fill') AS fills,
      EXISTS (SELECT 1 FROM export_pauses pause WHERE pause.export_id = ledger.export_id AND pause.auto
        AND pause.filled AND pause.resumed_at >= run.finished_at) AS waited_out,
      coalesce(run.status = 'over_quota' AND (SELECT export_rows_set_at FROM teams WHERE teams.id = run.team_id)
        > run.started_at, false) AS quota_set
    FROM interval_ledger ledger LEFT JOIN LATERAL (
      SELECT * FROM export_runs WHERE export_runs.export_id = ledger.export_id
        AND export_runs.interval_end = ledger.interval_end AND export_runs.status <> 'skipped'
      ORDER BY started_at DESC LIMIT 1) run ON true
    WHERE ledger.export_id = ${page.exportId} AND ledger.committed_at IS NULL
      AND ledger.interval_end > ${page.after ?? new Date(0)}
    ORDER BY ledger.interval_end LIMIT ${page.limit}`.execute(db.kysely);
  return rows.map(({ start, end, runId, ...last }) => ({
    ...{ start, end },
    last: runId === null ? undefined : { ...last, runId },
  }));
}

/**
 * The expected intervals that ended up to `until` and are not exported, in order of their ends: those of the ledger, and those for which the
 * gap detector has not made a row yet.
 */
export async function listGaps(
  db: Database,
  of: Pick<ScheduledExport, 'id' | 'createdAt' | 'startAt' | 'endAt'>,
  page: { after?: Date; until: Date; limit: number },
): Promise<OpenInterval[]> {
  const expectation = await getExpectation(db.kysely, of);
  const gaps: OpenInterval[] = [];
  let open = { after: page.after, full: true };
  while (open.full && gaps.length < page.limit) {
    const rows = await listOpenIntervals(db, {
      exportId: of.id,
      limit: PAGE,
      ...(open.after ? { after: open.after } : {}),
    });
    gaps.push(...rows.filter((row) => row.end <= page.until && isExpected(expectation, row)));
    open = { after: rows.at(-1)?.end, full: rows.length === PAGE };
  }
  const known = await ledgerUntil(db, of);
  const after = page.after && page.after > known ? page.after : known;
  const holes = await withoutRow(db, of.id, firstOf(expectedIntervals(expectation, after, page.until), HOLES));
  return [...gaps, ...holes].sort((a, b) => a.end.getTime() - b.end.getTime()).slice(0, page.limit);
}

async function ledgerUntil(db: Database, { id, createdAt }: { id: string; createdAt: Date }): Promise<Date> {
  const row = await db.kysely.selectFrom('exports').select('ledgerUntil').where('id', '=', id).executeTakeFirst();
  return row?.ledgerUntil ?? createdAt;
}

async function withoutRow(db: Database, exportId: string, intervals: IntervalBounds[]): Promise<OpenInterval[]> {
  const [first, last] = [intervals.at(0), intervals.at(-1)];
  if (first === undefined || last === undefined) {
    return [];
  }
  const rows = await db.kysely
    .selectFrom('intervalLedger')
    .select('intervalEnd')
    .where('exportId', '=', exportId)
    .where('intervalEnd', '>=', first.end)
    .where('intervalEnd', '<=', last.end)
    .execute();
  const known = new Set(rows.map(({ intervalEnd }) => intervalEnd.getTime()));
  return intervals.filter(({ end }) => !known.has(end.getTime())).map((interval) => ({ ...interval, last: undefined }));
}

/** How many runs that the gap detector has started are open, by export. */
export async function countOpenFills(db: Database): Promise<Map<string, number>> {
  const rows = await db.kysely
    .selectFrom('exportRuns')
    .select(['exportId', (eb) => eb.fn.countAll<number>().as('open')])
    .where('finishedAt', 'is', null)
    .where('trigger', '=', 'gap_fill')
    .groupBy('exportId')
    .execute();
  return new Map(rows.map(({ exportId, open }) => [exportId, open]));
}

/** What runs and ledgers are stamped with. */
export async function databaseNow(db: Database): Promise<Date> {
  const { now } = await db.kysely
    .selectNoFrom(sql<Date>`clock_timestamp()::timestamptz(3)`.as('now'))
    .executeTakeFirstOrThrow();
  return now;
}

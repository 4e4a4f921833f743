import { sql } from 'kysely';
import { quotaRenewal, utcDay } from '../core/quotas.ts';
import type { Database, Queries } from './database.ts';
import { editConflict } from './errors.ts';

/** How many rows the exports of a team may load in a UTC day, and have. */
export interface ExportQuota {
  /** Null: any number. */
  limit: number | null;
  /** By runs that are completed or open. */
  used: number;
  renewsAt: Date;
}

/** The quota of the day of `at`. */
export async function getExportQuota(db: Database, teamId: number, at: Date): Promise<ExportQuota> {
  const limit = await limitOf(db.kysely, teamId);
  return { limit, used: await takenOn(db.kysely, teamId, at), renewsAt: quotaRenewal(at) };
}

/** Grows with each change of a quota. */
export async function quotasVersion(db: Database, teamId: number): Promise<number> {
  const query = db.kysely.selectFrom('teams').select('quotasVersion').where('id', '=', teamId);
  return (await query.executeTakeFirstOrThrow()).quotasVersion;
}

/**
 * What was refused before is tried again: runs by the gap detector, backfills by themselves. Throws `edit_conflict` unless
 * the quotas still have the version that is expected; absent: any.
 */
export async function setExportQuota(
  db: Database,
  teamId: number,
  rowsPerDay: number | null,
  expectedVersion?: number,
): Promise<void> {
  await db.kysely.transaction().execute(async (tx) => {
    const change = tx
      .updateTable('teams')
      .set({
        ...{ exportRowsPerDay: rowsPerDay, exportRowsSetAt: sql<Date>`now()` },
        quotasVersion: sql<number>`quotas_version + 1`,
      })
      .where('id', '=', teamId);
    const { numUpdatedRows } = await (
      expectedVersion === undefined ? change : change.where('quotasVersion', '=', expectedVersion)
    ).executeTakeFirst();
    if (numUpdatedRows === 0n) {
      throw editConflict('quota of team', String(teamId));
    }
    await tx
      .updateTable('backfills')
      .set({ resumesAt: sql<Date>`date_trunc('milliseconds', now())` })
      .where('teamId', '=', teamId)
      .where('resumesAt', 'is not', null)
      .execute();
  });
}

export interface Taking {
  runId: string;
  teamId: number;
  rows: number;
  at: Date;
  /** What is taken counts and is not refused. */
  evenBeyond?: boolean;
}

/**
 * Takes the rows of a plan from the quota of the day; answers undefined, or why not. Runs of a team take turns, so that
 * two do not both get the last rows. A run that has taken some keeps its place with another number of rows, whatever is
 * left: it may have made some of them visible. An interval without rows is never refused.
 */
export async function takeRows(db: Database, taking: Taking): Promise<{ limit: number; used: number } | undefined> {
  const { runId, teamId, rows, at, evenBeyond = false } = taking;
  return db.kysely.transaction().execute(async (tx) => {
    const limit = await limitOf(tx, teamId, { locked: true });
    const used = await takenOn(tx, teamId, at);
    if (limit !== null && rows > 0 && used + rows > limit && !evenBeyond && !(await hasTaken(tx, runId))) {
      return { limit, used };
    }
    await sql`INSERT INTO quota_takings (run_id, team_id, day, rows)
      VALUES (${runId}::uuid, ${teamId}, ${utcDay(at)}::date, ${rows})
      ON CONFLICT (run_id) DO UPDATE SET rows = excluded.rows`.execute(tx);
    return undefined;
  });
}

/** A run that has ended without a commit has used nothing. Idempotent; of any other run it changes nothing. */
export async function giveRowsBack(db: Database, runId: string): Promise<void> {
  await sql`DELETE FROM quota_takings USING export_runs
    WHERE quota_takings.run_id = ${runId}::uuid AND export_runs.id = quota_takings.run_id
      AND export_runs.finished_at IS NOT NULL AND export_runs.status <> 'completed'`.execute(db.kysely);
}

/** Longer than any run lasts: one that plans again finds that it has taken its rows. */
const KEPT_DAYS = 7;

export async function forgetOldTakings(db: Database, now: Date): Promise<void> {
  await sql`DELETE FROM quota_takings WHERE day < ${utcDay(now)}::date - ${KEPT_DAYS}::integer`.execute(db.kysely);
}

/** Whether a run of the interval has met the quota: that it is late then is the team's own wish. */
export async function hasWaited(db: Database, of: { exportId: string; intervalEnd: Date }): Promise<boolean> {
  const found = await db.kysely
    .selectFrom('exportRuns')
    .select('id')
    .where('exportId', '=', of.exportId)
    .where('intervalEnd', '=', of.intervalEnd)
    .where('status', '=', 'over_quota')
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/** Locked: other takings of the team wait, and nothing else does. */
async function limitOf(db: Queries, teamId: number, { locked = false } = {}): Promise<number | null> {
  const query = db.selectFrom('teams').select('exportRowsPerDay').where('id', '=', teamId);
  return (await (locked ? query.forNoKeyUpdate() : query).executeTakeFirstOrThrow()).exportRowsPerDay;
}

async function takenOn(db: Queries, teamId: number, at: Date): Promise<number> {
  const { rows } = await sql<{ used: number }>`SELECT coalesce(sum(rows), 0)::bigint AS used FROM quota_takings
    WHERE team_id = ${teamId} AND day = ${utcDay(at)}::date`.execute(db);
  return rows[0]?.used ?? 0;
}

async function hasTaken(tx: Queries, runId: string): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM quota_takings WHERE run_id = ${runId}::uuid`.execute(tx);
  return rows.length > 0;
}

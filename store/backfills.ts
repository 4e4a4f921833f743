import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { SluiceError } from '../core/errors.ts';
import type { BackfillEstimate } from '../core/backfill-estimate.ts';
import type { BackfillStatus } from '../core/backfill.ts';
import type { ThrottleState } from '../core/throttle.ts';
import type { Database } from './database.ts';
import { notFound } from './errors.ts';
import type { Row } from './tables.ts';
import { json, type PageCursor } from './values.ts';

export type BackfillRecord = Row<'backfills'>;

export interface NewBackfill {
  exportId: string;
  teamId: number;
  rangeStart: Date;
  rangeEnd: Date;
  newestFirst: boolean;
  parallel: number;
  force: boolean;
}

/** What a status may follow. The plan alone takes a backfill from `estimating` to `running`. */
const BEFORE: Record<BackfillStatus, readonly BackfillStatus[]> = {
  estimating: [],
  running: ['paused', 'completed', 'failed'],
  paused: ['running'],
  completed: ['running'],
  failed: ['running', 'estimating'],
  cancelled: ['estimating', 'running', 'paused'],
};
const FINAL: readonly BackfillStatus[] = ['completed', 'failed', 'cancelled'];

export async function createBackfill(db: Database, input: NewBackfill): Promise<BackfillRecord> {
  return db.kysely
    .insertInto('backfills')
    .values({ id: randomUUID(), ...input })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** `teamId` is left out by workers only. Throws `backfill_not_found`. */
export async function getBackfill(db: Database, key: { id: string; teamId?: number }): Promise<BackfillRecord> {
  let query = db.kysely.selectFrom('backfills').selectAll().where('id', '=', key.id);
  if (key.teamId !== undefined) {
    query = query.where('teamId', '=', key.teamId);
  }
  const found = await query.executeTakeFirst();
  if (!found) {
    throw notFound('backfill', key.id);
  }
  return found;
}

/** From new to old. */
export async function listBackfills(
  db: Database,
  page: { teamId: number; exportId: string; limit: number; after?: PageCursor },
): Promise<BackfillRecord[]> {
  let query = db.kysely
    .selectFrom('backfills')
    .selectAll()
    .where('teamId', '=', page.teamId)
    .where('exportId', '=', page.exportId)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.after) {
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.at}, ${page.after.id}::uuid)`);
  }
  return query.execute();
}

/**
 * Moves a backfill on. One that is there already stays as it is; where its status does not allow it
 * `backfill_status_conflict` is thrown. `reason` is kept while the status lasts. Whoever pauses one that would go on by
 * itself keeps it paused.
 */
export async function setBackfillStatus(
  db: Database,
  change: { id: string; to: BackfillStatus; reason?: string; from?: readonly BackfillStatus[] },
): Promise<BackfillRecord> {
  const { id, to, reason, from = BEFORE[to] } = change;
  const row = await db.kysely
    .updateTable('backfills')
    .set({
      status: to,
      reason: reason ?? null,
      throttle: null,
      resumesAt: null,
      runningSince: to === 'running' ? sql<Date>`now()` : null,
      finishedAt: FINAL.includes(to) ? sql<Date>`now()` : null,
    })
    .where('id', '=', id)
    .where(({ or, and, eb }) =>
      or([eb('status', 'in', [...from]), and([eb('status', '=', to), eb('resumesAt', 'is not', null)])]),
    )
    .returningAll()
    .executeTakeFirst();
  const record = row ?? (await getBackfill(db, { id }));
  if (record.status !== to) {
    throw conflict(record, to);
  }
  return record;
}

export async function openBackfills(db: Database, exportId: string): Promise<string[]> {
  const rows = await db.kysely
    .selectFrom('backfills')
    .select('id')
    .where('exportId', '=', exportId)
    .where('finishedAt', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

/** One that has ended meanwhile stays as it is. */
export async function cancelForDeletion(db: Database, id: string): Promise<void> {
  await db.kysely
    .updateTable('backfills')
    .set({ status: 'cancelled', reason: 'the export was deleted', throttle: null, finishedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .where('finishedAt', 'is', null)
    .execute();
}

export async function saveEstimate(db: Database, id: string, estimate: BackfillEstimate): Promise<void> {
  await db.kysely
    .updateTable('backfills')
    .set({ estimate: json(estimate) })
    .where('id', '=', id)
    .execute();
}

export async function saveThrottle(db: Database, id: string, throttle: ThrottleState): Promise<void> {
  await db.kysely
    .updateTable('backfills')
    .set({ throttle: json(throttle) })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .execute();
}

function conflict(record: BackfillRecord, to: BackfillStatus): SluiceError {
  return new SluiceError({
    code: 'backfill_status_conflict',
    message: `the backfill is ${record.status} and cannot become ${to}`,
    retryable: false,
    fault: 'customer',
    remedy:
      record.status === 'cancelled'
        ? 'Start another one for what is left: intervals that are exported are skipped.'
        : 'Look at its status, and try again when it has changed.',
  });
}

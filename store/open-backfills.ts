import { sql } from 'kysely';
import type { ExportRef } from '../core/export-ref.ts';
import type { Database } from './database.ts';
import { FIRST_ID, olderThan, type OpenPage } from './values.ts';

/** A backfill that has not ended, as its workflow is told of it. */
export interface OpenBackfill extends ExportRef {
  backfillId: string;
}

/** One that the quota has paused, and whose time has come. */
export interface DueBackfill extends OpenBackfill {
  resumesAt: Date;
}

/** In order of their ids, after `after`. */
export async function listOpenBackfills(db: Database, page: OpenPage): Promise<OpenBackfill[]> {
  return asTold(db)
    .where('backfills.finishedAt', 'is', null)
    .where('backfills.createdAt', '<=', olderThan(page.minAgeMs))
    .where('backfills.id', '>', page.after ?? FIRST_ID)
    .orderBy('backfills.id')
    .limit(page.limit)
    .execute();
}

export async function listDueBackfills(db: Database, limit: number): Promise<DueBackfill[]> {
  return asTold(db)
    .select(sql<Date>`backfills.resumes_at`.as('resumesAt'))
    .where('backfills.resumesAt', '<=', sql<Date>`now()`)
    .where('backfills.status', 'in', ['paused', 'running'])
    .orderBy('backfills.resumesAt')
    .limit(limit)
    .execute();
}

function asTold(db: Database) {
  return db.kysely
    .selectFrom('backfills')
    .innerJoin('exports', 'exports.id', 'backfills.exportId')
    .innerJoin('destinations', 'destinations.id', 'exports.destinationId')
    .select(['backfills.id as backfillId', 'backfills.exportId', 'backfills.teamId', 'exports.name'])
    .select(['exports.destinationId', 'destinations.kind as destinationKind', 'exports.interval'])
    .where('exports.deletedAt', 'is', null);
}

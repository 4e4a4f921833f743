import { sql } from 'kysely';
import { dateOfMicros, type Micros, type MicrosRange } from '../core/time.ts';
import type { Database, Queries } from './database.ts';
import { WEBHOOK_KIND } from './destinations.ts';
import { tellOperations } from './operational-events.ts';
import type { DestinationStatus, Row } from './tables.ts';

/*
 * Where webhooks stand that the end of the event log comes near: up to where what they have lost to it was told, and what waits.
 */

export interface LogEndState {
  destinationId: string;
  status: DestinationStatus;
  cursorMicros: Micros;
  /** Up to where what was lost is told; null: its cursor was not near the end at the last look. */
  toldMicros: Micros | null;
}

/**
 * Webhooks, also paused ones, whose cursor is older, or that were near the end at the last look, or that are named; the oldest
 * first. One whose cursor is old need not have a backlog: cursors follow the log.
 */
export async function listNearLogEnd(
  db: Database,
  { beforeMicros, ids, limit }: { beforeMicros: Micros; ids: readonly string[]; limit: number },
): Promise<LogEndState[]> {
  return db.kysely
    .selectFrom('destinations')
    .innerJoin('destinationCursors', 'destinationCursors.destinationId', 'destinations.id')
    .leftJoin('webhookLogEnds', 'webhookLogEnds.destinationId', 'destinations.id')
    .select(['destinations.id as destinationId', 'status', 'positionMicros as cursorMicros', 'toldMicros'])
    .where('kind', '=', WEBHOOK_KIND)
    .where('deletedAt', 'is', null)
    .where((eb) =>
      eb.or([
        eb('positionMicros', '<', beforeMicros),
        eb('webhookLogEnds.destinationId', 'is not', null),
        eb('destinations.id', '=', sql<string>`ANY(${ids}::uuid[])`),
      ]),
    )
    .orderBy('positionMicros')
    .limit(limit)
    .execute();
}

/** By id, without those that are deleted. */
export async function statusesOf(db: Database, ids: readonly string[]): Promise<Map<string, DestinationStatus>> {
  const rows = await db.kysely
    .selectFrom('destinations')
    .select(['id', 'status'])
    .where('id', '=', sql<string>`ANY(${ids}::uuid[])`)
    .where('deletedAt', 'is', null)
    .execute();
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** Without `waitingMicros` that stays as it is. */
export async function saveLogEnd(
  db: Queries,
  destinationId: string,
  state: { toldMicros: Micros | null; waitingMicros?: Micros | null },
): Promise<void> {
  await db
    .insertInto('webhookLogEnds')
    .values({ destinationId, waitingMicros: null, ...state })
    .onConflict((conflict) => conflict.column('destinationId').doUpdateSet({ ...state, updatedAt: sql<Date>`now()` }))
    .execute();
}

export async function forgetLogEnd(db: Database, destinationId: string): Promise<void> {
  await db.kysely.deleteFrom('webhookLogEnds').where('destinationId', '=', destinationId).execute();
}

export interface LostSpan {
  destinationId: string;
  teamId: number;
  name: string;
  range: MicrosRange;
  events: number;
}

/** Puts a span of lost events on record and tells programs of it: both or neither, and once. */
export async function noteLost(db: Database, { destinationId, teamId, name, range, events }: LostSpan): Promise<void> {
  const { startMicros: fromMicros, endMicros: untilMicros } = range;
  await db.kysely.transaction().execute(async (tx) => {
    if (events > 0) {
      await tx.insertInto('lostDeliveries').values({ destinationId, fromMicros, untilMicros, events }).execute();
      await tellOperations(tx, {
        ...{ teamId, type: 'delivery.lost', aboutWebhook: destinationId },
        key: `lost/${destinationId}/${String(fromMicros)}`,
        payload: {
          ...{ webhook_id: destinationId, webhook_name: name, events },
          from: dateOfMicros(fromMicros).toISOString(),
          until: dateOfMicros(untilMicros).toISOString(),
        },
      });
    }
    await saveLogEnd(tx, destinationId, { toldMicros: untilMicros });
  });
}

/** When the oldest event of a webhook was ingested that waits near the log's end; null: none does. */
export async function waitingNearLogEnd(db: Database, destinationId: string): Promise<Micros | null> {
  const found = await db.kysely
    .selectFrom('webhookLogEnds')
    .select('waitingMicros')
    .where('destinationId', '=', destinationId)
    .executeTakeFirst();
  return found?.waitingMicros ?? null;
}

/** Newest first. */
export async function listLost(
  db: Database,
  { destinationId, limit }: { destinationId: string; limit: number },
): Promise<Row<'lostDeliveries'>[]> {
  return db.kysely
    .selectFrom('lostDeliveries')
    .selectAll()
    .where('destinationId', '=', destinationId)
    .orderBy('fromMicros', 'desc')
    .limit(limit)
    .execute();
}

/** Webhooks of all teams whose oldest events the log will soon forget. */
export async function countNearLogEnd(db: Database): Promise<number> {
  const { webhooks } = await db.kysely
    .selectFrom('webhookLogEnds')
    .innerJoin('destinations', 'destinations.id', 'webhookLogEnds.destinationId')
    .select(({ fn }) => fn.countAll<number>().as('webhooks'))
    .where('waitingMicros', 'is not', null)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return webhooks;
}

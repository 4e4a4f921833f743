import { sql } from 'kysely';
import type { Micros } from '../core/time.ts';
import type { Database, Queries } from './database.ts';

/** Everything up to and including `(positionMicros, afterUuid)` is dealt with; null: nothing of that microsecond yet. */
export interface CursorPosition {
  positionMicros: Micros;
  afterUuid: string | null;
}

/** Makes `owner` the shard's only writer from now on and returns its epoch; every earlier epoch is fenced. */
export async function takeShard(db: Database, claim: { shard: number; owner: string }): Promise<number> {
  const row = await db.kysely
    .insertInto('deliveryShards')
    .values({ shard: claim.shard, epoch: 1, owner: claim.owner })
    .onConflict((conflict) =>
      conflict.column('shard').doUpdateSet({
        epoch: sql<number>`delivery_shards.epoch + 1`,
        owner: claim.owner,
        takenAt: sql<Date>`now()`,
      }),
    )
    .returning('epoch')
    .executeTakeFirstOrThrow();
  return row.epoch;
}

/** Starts a webhook: events ingested at `startMicros` or later are its. */
export async function createCursor(tx: Queries, destinationId: string, startMicros: Micros): Promise<void> {
  await tx
    .insertInto('destinationCursors')
    .values({ destinationId, positionMicros: startMicros, afterUuid: null })
    .execute();
}

export async function readCursors(
  db: Database,
  destinationIds: readonly string[],
): Promise<Map<string, CursorPosition>> {
  if (destinationIds.length === 0) {
    return new Map();
  }
  const rows = await db.kysely
    .selectFrom('destinationCursors')
    .select(['destinationId', 'positionMicros', 'afterUuid'])
    .where('destinationId', '=', sql<string>`ANY(${destinationIds}::uuid[])`)
    .execute();
  return new Map(rows.map(({ destinationId, ...position }) => [destinationId, position]));
}

/**
 * Saves all given cursors or, when the shard was taken by somebody else, none: false means fenced, stop at once.
 * The share lock on the shard's row makes a take-over wait for this write, and this write wait for a take-over.
 */
export async function saveCursors(
  db: Database,
  save: { shard: number; epoch: number; cursors: readonly ({ destinationId: string } & CursorPosition)[] },
): Promise<boolean> {
  const { rows } = await sql<{ owned: boolean }>`
    WITH guard AS (
      SELECT 1 FROM delivery_shards WHERE shard = ${save.shard} AND epoch = ${save.epoch} FOR SHARE
    ), saved AS (
      UPDATE destination_cursors AS c
      SET position_micros = n.position_micros, after_uuid = n.after_uuid, updated_at = now()
      FROM guard, unnest(
        ${save.cursors.map((cursor) => cursor.destinationId)}::uuid[],
        ${save.cursors.map((cursor) => cursor.positionMicros)}::bigint[],
        ${save.cursors.map((cursor) => cursor.afterUuid)}::uuid[]
      ) AS n (destination_id, position_micros, after_uuid)
      WHERE c.destination_id = n.destination_id
    )
    SELECT EXISTS (SELECT 1 FROM guard) AS owned`.execute(db.kysely);
  return rows[0]?.owned === true;
}

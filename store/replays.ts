import { sql } from 'kysely';
import type { ReplayCounts, ReplayScope, ReplayStatus } from '../core/replays.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import type { Database, Queries } from './database.ts';
import type { CursorPosition } from './delivery.ts';
import { notFound } from './errors.ts';
import { notifyDestination } from './notify.ts';
import { tellOperations } from './operational-events.ts';
import type { Row } from './tables.ts';
import { FIRST_ID, json, olderThan, type OpenPage, type PageCursor } from './values.ts';
import { ofShard, type Share } from './webhooks.ts';

export type ReplayRecord = Row<'replays'>;

export interface NewReplay {
  id: string;
  teamId: number;
  destinationId: string;
  scope: ReplayScope;
  range: MicrosRange;
  /** With scope `event`, from old to new. */
  keys?: readonly { uuid: string; insertedAtMicros: Micros }[];
  planned: number;
  /** Not all of the range was counted. Default: it was. */
  plannedIsMinimum?: boolean;
}

export interface ReplayKey {
  teamId: number;
  id: string;
}

/** One that waits: it is paused until its workflow has started. One with that id is answered as it is. */
export async function createReplay(db: Database, replay: NewReplay): Promise<ReplayRecord> {
  const row = await db.kysely
    .insertInto('replays')
    .values({
      ...{ id: replay.id, teamId: replay.teamId, destinationId: replay.destinationId, scope: replay.scope },
      ...{ fromMicros: replay.range.startMicros, untilMicros: replay.range.endMicros },
      ...{ positionMicros: replay.range.startMicros, planned: replay.planned, status: 'paused' },
      plannedIsMinimum: replay.plannedIsMinimum ?? false,
      eventKeys: replay.keys === undefined ? null : json([...replay.keys]),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
  return row ?? getReplay(db, replay);
}

/** Nobody has begun with it: its workflow may not have started. */
export function isUnbegun({ status, begunAt }: ReplayRecord): boolean {
  return status === 'paused' && begunAt === null;
}

/** Undoes `createReplay` when its workflow could not be started. */
export async function forgetReplay(db: Database, id: string): Promise<void> {
  await db.kysely.deleteFrom('replays').where('id', '=', id).execute();
}

/** Throws `replay_not_found`, for another team's too. */
export async function getReplay(db: Database, key: ReplayKey): Promise<ReplayRecord> {
  const row = await findReplay(db, key);
  if (row === undefined) {
    throw notFound('replay', key.id);
  }
  return row;
}

export async function findReplay(db: Database, key: ReplayKey): Promise<ReplayRecord | undefined> {
  return db.kysely
    .selectFrom('replays')
    .selectAll()
    .where('id', '=', key.id)
    .where('teamId', '=', key.teamId)
    .executeTakeFirst();
}

/** From new to old. */
export async function listReplays(
  db: Database,
  page: { teamId: number; destinationId?: string; limit: number; after?: PageCursor },
): Promise<ReplayRecord[]> {
  let query = db.kysely
    .selectFrom('replays')
    .selectAll()
    .where('teamId', '=', page.teamId)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.destinationId !== undefined) {
    query = query.where('destinationId', '=', page.destinationId);
  }
  if (page.after) {
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.at}, ${page.after.id}::uuid)`);
  }
  return query.execute();
}

/** What a user may ask for, and the statuses that it ends; another status stays as it is. */
const CHANGES = {
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['running', 'paused'], to: 'cancelled' },
} as const satisfies Record<string, { from: readonly ReplayStatus[]; to: ReplayStatus }>;
export type ReplayChange = keyof typeof CHANGES;

/** Idempotent. Undefined when there is no such replay. */
export async function changeReplay(db: Database, id: string, change: ReplayChange): Promise<ReplayRecord | undefined> {
  const { from, to } = CHANGES[change];
  return db.kysely.transaction().execute(async (tx) => {
    const changed = await tx
      .updateTable('replays')
      .set({ status: to, ...(to === 'cancelled' ? { endedAt: sql<Date>`now()` } : {}) })
      .where('id', '=', id)
      .where('status', 'in', from)
      .returningAll()
      .executeTakeFirst();
    if (changed !== undefined) {
      await notifyDestination(tx, changed.destinationId);
      return changed;
    }
    return tx.selectFrom('replays').selectAll().where('id', '=', id).executeTakeFirst();
  });
}

/** A replay that has not ended, as its workflow is told of it. */
export interface OpenReplay {
  replayId: string;
  destinationId: string;
  teamId: number;
  /** The webhook's. */
  name: string;
  scope: ReplayScope;
}

/** In order of their ids, after `after`. */
export async function listOpenReplays(db: Database, page: OpenPage): Promise<OpenReplay[]> {
  return db.kysely
    .selectFrom('replays')
    .innerJoin('destinations', 'destinations.id', 'replays.destinationId')
    .select(['replays.id as replayId', 'replays.destinationId', 'replays.teamId', 'destinations.name', 'replays.scope'])
    .where('replays.status', 'in', ['running', 'paused'])
    .where('replays.createdAt', '<=', olderThan(page.minAgeMs))
    .where('replays.id', '>', page.after ?? FIRST_ID)
    .orderBy('replays.id')
    .limit(page.limit)
    .execute();
}

/** How a replay stands, for its workflow. That of a deleted webhook is cancelled. Undefined: there is none. */
export async function lookAtReplay(db: Database, id: string): Promise<ReplayRecord | undefined> {
  const row = await db.kysely
    .selectFrom('replays')
    .innerJoin('destinations', 'destinations.id', 'replays.destinationId')
    .selectAll('replays')
    .select('destinations.deletedAt')
    .where('replays.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) {
    return undefined;
  }
  const { deletedAt, ...replay } = row;
  return deletedAt === null ? replay : changeReplay(db, id, 'cancel');
}

/** The oldest running replay of each destination of a shard: one at a time. */
export async function runningReplays(db: Database, share: Share): Promise<ReplayRecord[]> {
  return db.kysely
    .selectFrom('replays')
    .innerJoin('destinations', 'destinations.id', 'replays.destinationId')
    .selectAll('replays')
    .distinctOn('replays.destinationId')
    .where('replays.status', '=', 'running')
    .where(ofShard(share))
    .orderBy('replays.destinationId')
    .orderBy('replays.createdAt')
    .orderBy('replays.id')
    .execute();
}

/** Notes when a shard began with the replay, once. Returns the time that counts. */
export async function beginReplay(db: Database, id: string, at: Date): Promise<Date> {
  const row = await db.kysely
    .updateTable('replays')
    .set({ begunAt: sql<Date>`coalesce(begun_at, ${at}::timestamptz)` })
    .where('id', '=', id)
    .returning('begunAt')
    .executeTakeFirst();
  return row?.begunAt ?? at;
}

export interface ReplayProgress {
  shard: number;
  epoch: number;
  id: string;
  position: CursorPosition;
  counts: ReplayCounts;
  completed: boolean;
}

/**
 * Saves how far a replay is, when the shard is still the caller's. Returns the replay as it is now; undefined: fenced.
 * A paused or cancelled one keeps what was done until then.
 */
export async function saveReplay(db: Database, progress: ReplayProgress): Promise<ReplayRecord | undefined> {
  return db.kysely.transaction().execute(async (tx) => {
    if (!(await ownsShard(tx, progress))) {
      return undefined;
    }
    const saved = await tx
      .updateTable('replays')
      .set({
        ...progress.counts,
        ...progress.position,
        ...(progress.completed
          ? {
              status: sql<ReplayStatus>`CASE status WHEN 'running' THEN 'completed' ELSE status END`,
              endedAt: sql<Date | null>`CASE status WHEN 'running' THEN now() ELSE ended_at END`,
            }
          : {}),
      })
      .where('id', '=', progress.id)
      .where('status', '<>', 'completed')
      .returningAll()
      .executeTakeFirst();
    if (saved?.status === 'completed') {
      await tellCompleted(tx, saved);
      await notifyDestination(tx, saved.destinationId);
    }
    return saved;
  });
}

function tellCompleted(tx: Queries, row: ReplayRecord): Promise<void> {
  const { id, teamId, destinationId, delivered, failed, skipped } = row;
  return tellOperations(tx, {
    ...{ teamId, type: 'replay.completed', key: `replay/${id}`, aboutWebhook: destinationId },
    payload: { replay_id: id, webhook_id: destinationId, delivered, failed, skipped },
  });
}

/** A take-over of the shard waits for this transaction. */
async function ownsShard(tx: Queries, { shard, epoch }: { shard: number; epoch: number }): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM delivery_shards WHERE shard = ${shard} AND epoch = ${epoch} FOR SHARE`.execute(tx);
  return rows.length > 0;
}

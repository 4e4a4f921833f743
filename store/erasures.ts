import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { ErasurePlace, ErasureStatus, ErasureSubject } from '../core/erasure.ts';
import type { Database } from './database.ts';
import { notFound } from './errors.ts';
import type { SecretBox } from './secrets.ts';
import type { Row } from './tables.ts';
import { storableText, type PageCursor } from './values.ts';

export type ErasureRecord = Omit<Row<'erasures'>, 'subject'>;

export async function createErasure(
  db: Database,
  box: SecretBox,
  wanted: { teamId: number; subject: ErasureSubject; requestedBy: string },
): Promise<ErasureRecord> {
  const id = randomUUID();
  return db.kysely
    .insertInto('erasures')
    .values({
      ...{ id, teamId: wanted.teamId, requestedBy: storableText(wanted.requestedBy) },
      subject: box.seal(wanted.subject, erasureContext(id)),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** It has not begun, and shall not. */
export async function dropErasure(db: Database, id: string): Promise<void> {
  await db.kysely.deleteFrom('erasures').where('id', '=', id).where('untilMicros', 'is', null).execute();
}

const COLUMNS = ['id', 'teamId', 'status', 'requestedBy', 'untilMicros', 'erased', 'createdAt', 'finishedAt'] as const;

/** Throws `erasure_not_found`. */
export async function getErasure(db: Database, key: { teamId: number; id: string }): Promise<ErasureRecord> {
  const [found] = await listErasures(db, { ...key, limit: 1 });
  if (found === undefined) {
    throw notFound('erasure', key.id);
  }
  return found;
}

/** From new to old. */
export async function listErasures(
  db: Database,
  page: { teamId: number; id?: string; limit: number; before?: PageCursor },
): Promise<ErasureRecord[]> {
  let query = db.kysely
    .selectFrom('erasures')
    .select(COLUMNS)
    .where('teamId', '=', page.teamId)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  query = page.id === undefined ? query : query.where('id', '=', page.id);
  const { before } = page;
  return (before ? query.where(sql<boolean>`(created_at, id) < (${before.at}, ${before.id}::uuid)`) : query).execute();
}

export interface OpenErasure {
  erasureId: string;
  teamId: number;
  subject: ErasureSubject;
  untilMicros: number;
}

/** The first call says up to when. Undefined when it is over. */
export async function openErasure(
  db: Database,
  box: SecretBox,
  of: { erasureId: string; nowMicros: number },
): Promise<OpenErasure | undefined> {
  const { erasureId } = of;
  const row = await db.kysely
    .updateTable('erasures')
    .set({ untilMicros: sql<number>`coalesce(until_micros, ${of.nowMicros}::bigint)` })
    .where('id', '=', erasureId)
    .where('status', '=', 'running')
    .returning(['teamId', 'subject', 'untilMicros'])
    .executeTakeFirst();
  return row?.subject && row.untilMicros !== null
    ? {
        ...{ erasureId, teamId: row.teamId, untilMicros: row.untilMicros },
        subject: box.open(row.subject, erasureContext(erasureId)) as ErasureSubject,
      }
    : undefined;
}

/** A repeated step finds less than the first: the larger number is kept. */
export async function noteErased(
  db: Database,
  of: { erasureId: string; place: ErasurePlace; rows: number },
): Promise<void> {
  await sql`UPDATE erasures SET erased = erased || jsonb_build_object(${of.place}::text,
      greatest(coalesce((erased ->> ${of.place}::text)::bigint, 0), ${of.rows}::bigint))
    WHERE id = ${of.erasureId}::uuid`.execute(db.kysely);
}

/** Who it was is forgotten with it. Idempotent. */
export async function endErasure(
  db: Database,
  of: { erasureId: string; status: Exclude<ErasureStatus, 'running'> },
): Promise<void> {
  await db.kysely
    .updateTable('erasures')
    .set({ status: of.status, subject: null, finishedAt: sql<Date>`now()` })
    .where('id', '=', of.erasureId)
    .where('status', '=', 'running')
    .execute();
}

/** Ids of erasures that have run for so long that their workflow may be gone. Oldest first. */
export async function listOpenErasures(db: Database, query: { minAgeMs: number; limit: number }): Promise<string[]> {
  const rows = await db.kysely
    .selectFrom('erasures')
    .select('id')
    .where('status', '=', 'running')
    .where('createdAt', '<=', sql<Date>`now() - make_interval(secs => ${query.minAgeMs / 1_000})`)
    .orderBy('createdAt')
    .limit(query.limit)
    .execute();
  return rows.map(({ id }) => id);
}

export function erasureContext(id: string): string {
  return `erasure ${id}`;
}

import { sql } from 'kysely';
import type { Queries } from './database.ts';

/** A fact about a subject, such as "the runs of this export fail with that code". */
export interface NoticeState {
  /** `export/<id>`, `webhook/<id>`, … */
  subject: string;
  topic: string;
  /** Absent: all is well with the topic, and every state of it is over. */
  state?: string;
  /** Where in time it was seen; one that is well at an older position says nothing about a newer one. */
  position?: Date;
}

export interface NoticeTiming {
  now: Date;
  /** A state that lasts is told again after so long. */
  reminderMs: number;
}

/** A state that is over and comes back so soon is the same news: an export with one good run among bad ones. */
const QUIET_MS = 10 * 60_000;

/** Remembers the state and says whether it is news. Of concurrent callers with the same news, one is told true. */
export async function isNews(tx: Queries, seen: NoticeState, timing: NoticeTiming): Promise<boolean> {
  const { state } = seen;
  return state === undefined ? isNewlyWell(tx, seen) : isNewlyBad(tx, { ...seen, state }, timing);
}

async function isNewlyBad(
  tx: Queries,
  {
    subject,
    topic,
    state,
    position = null,
  }: Omit<NoticeState, 'position' | 'state'> & { state: string; position?: Date | null },
  { now, reminderMs }: NoticeTiming,
): Promise<boolean> {
  const remindAt = new Date(now.getTime() - reminderMs);
  const quietAt = new Date(now.getTime() - QUIET_MS);
  const { rows } = await sql`
    INSERT INTO notice_states AS known (subject, topic, state, open, notified_at, position)
    VALUES (${subject}, ${topic}, ${state}, true, ${now}, ${position})
    ON CONFLICT (subject, topic, state) DO UPDATE
      SET open = true, notified_at = excluded.notified_at, position = greatest(known.position, excluded.position)
      WHERE known.notified_at <= CASE WHEN known.open THEN ${remindAt}::timestamptz ELSE ${quietAt}::timestamptz END
    RETURNING 1`.execute(tx);
  if (rows.length === 0) {
    await sql`
      UPDATE notice_states SET position = greatest(position, ${position}::timestamptz)
      WHERE subject = ${subject} AND topic = ${topic} AND state = ${state}`.execute(tx);
  }
  return rows.length > 0;
}

async function isNewlyWell(tx: Queries, { subject, topic, position }: NoticeState): Promise<boolean> {
  const at = position ?? null;
  const { rows: ended } = await sql`
    UPDATE notice_states SET open = false
    WHERE subject = ${subject} AND topic = ${topic} AND open
      AND (position IS NULL OR ${at}::timestamptz IS NULL OR position <= ${at}::timestamptz)
    RETURNING 1`.execute(tx);
  if (ended.length === 0) {
    return false;
  }
  const { rows: open } = await sql`
    SELECT 1 FROM notice_states WHERE subject = ${subject} AND topic = ${topic} AND open LIMIT 1`.execute(tx);
  return open.length === 0;
}

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { NoticeEvent } from '../core/notices.ts';
import type { Database, Queries } from './database.ts';
import { isNews, type NoticeState, type NoticeTiming } from './notice-states.ts';
import type { NoticeSendStatus } from './notification-tables.ts';
import type { Row } from './tables.ts';
import { json, storableText, type PageCursor } from './values.ts';

export interface NewNotice extends NoticeState {
  teamId: number;
  event: NoticeEvent;
  title: string;
  text: string;
  details: Record<string, unknown>;
}

/** One notice that one channel has to show. */
export interface NoticeSend {
  noticeId: string;
  channelId: string;
}

/**
 * Records a notice, unless its state is no news, with a send for each of the team's channels that want the event.
 * Returns those sends: each needs its workflow, or `listWaitingSends` finds it later.
 */
export async function raiseNotice(db: Database, notice: NewNotice, timing: NoticeTiming): Promise<NoticeSend[]> {
  return db.kysely.transaction().execute((tx) => raiseNoticeWith(tx, notice, timing));
}

/** The same within a transaction: it is told exactly when that commits. */
export async function raiseNoticeWith(tx: Queries, notice: NewNotice, timing: NoticeTiming): Promise<NoticeSend[]> {
  if (!(await isNews(tx, notice, timing))) {
    return [];
  }
  const id = randomUUID();
  await tx
    .insertInto('notices')
    .values({
      id,
      teamId: notice.teamId,
      event: notice.event,
      subject: notice.subject,
      title: storableText(notice.title),
      text: storableText(notice.text),
      details: json(notice.details),
    })
    .execute();
  return addSends(tx, { id, teamId: notice.teamId, event: notice.event });
}

async function addSends(
  tx: Queries,
  { id, teamId, event }: { id: string; teamId: number; event: NoticeEvent },
): Promise<NoticeSend[]> {
  const { rows } = await sql<NoticeSend>`
    INSERT INTO notice_sends (notice_id, channel_id)
    SELECT ${id}::uuid, id FROM notification_channels
    WHERE team_id = ${teamId} AND enabled AND deleted_at IS NULL AND (events IS NULL OR ${event}::text = ANY(events))
    RETURNING notice_id AS "noticeId", channel_id AS "channelId"`.execute(tx);
  return rows;
}

/** Sends that are still open so long after their notice: their workflow may never have been started. Oldest first. */
export async function listWaitingSends(
  db: Database,
  query: { minAgeMs: number; limit: number },
): Promise<NoticeSend[]> {
  return db.kysely
    .selectFrom('noticeSends')
    .innerJoin('notices', 'notices.id', 'noticeSends.noticeId')
    .select(['noticeSends.noticeId', 'noticeSends.channelId'])
    .where('noticeSends.status', '=', 'pending')
    .where('notices.createdAt', '<=', new Date(Date.now() - query.minAgeMs))
    .orderBy('notices.createdAt')
    .limit(query.limit)
    .execute();
}

/** Notices older than this are forgotten. */
const KEPT_DAYS = 90;

export async function forgetOldNotices(db: Database): Promise<void> {
  await db.kysely
    .deleteFrom('notices')
    .where('createdAt', '<', sql<Date>`now() - make_interval(days => ${KEPT_DAYS})`)
    .execute();
}

export interface SendState {
  status: NoticeSendStatus;
  notice: Row<'notices'>;
}

export async function getSend(db: Database, key: NoticeSend): Promise<SendState | undefined> {
  const notice = await db.kysely.selectFrom('notices').selectAll().where('id', '=', key.noticeId).executeTakeFirst();
  const send = await db.kysely
    .selectFrom('noticeSends')
    .select('status')
    .where('noticeId', '=', key.noticeId)
    .where('channelId', '=', key.channelId)
    .executeTakeFirst();
  return notice && send && { status: send.status, notice };
}

/** Counts an attempt; a status other than `pending` is final. */
export async function recordSend(
  db: Database,
  key: NoticeSend,
  attempt: { status: NoticeSendStatus; attempts: 0 | 1; error?: { code: string; message: string } },
): Promise<void> {
  await db.kysely
    .updateTable('noticeSends')
    .set((eb) => ({
      status: attempt.status,
      attempts: eb('attempts', '+', attempt.attempts),
      ...(attempt.status === 'sent' ? { errorCode: null, errorMessage: null } : {}),
      ...(attempt.error === undefined
        ? {}
        : { errorCode: attempt.error.code, errorMessage: storableText(attempt.error.message) }),
      settledAt: attempt.status === 'pending' ? null : sql<Date>`now()`,
    }))
    .where('noticeId', '=', key.noticeId)
    .where('channelId', '=', key.channelId)
    .where('status', '=', 'pending')
    .execute();
}

export interface NoticeRecord extends Row<'notices'> {
  sends: Pick<Row<'noticeSends'>, 'channelId' | 'status' | 'attempts' | 'errorCode' | 'errorMessage' | 'settledAt'>[];
}

/** From new to old. */
export async function listNotices(
  db: Database,
  page: { teamId: number; limit: number; after?: PageCursor },
): Promise<NoticeRecord[]> {
  let query = db.kysely
    .selectFrom('notices')
    .selectAll()
    .where('teamId', '=', page.teamId)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.after) {
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.at}, ${page.after.id}::uuid)`);
  }
  const notices = await query.execute();
  if (notices.length === 0) {
    return [];
  }
  const ids = notices.map(({ id }) => id);
  const sends = await db.kysely.selectFrom('noticeSends').selectAll().where('noticeId', 'in', ids).execute();
  return notices.map((notice) => ({ ...notice, sends: sends.filter(({ noticeId }) => noticeId === notice.id) }));
}

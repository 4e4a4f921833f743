import { z } from 'zod';
import { noticePage } from '../../core/notice-page.ts';
import { listNotices, type NoticeRecord } from '../../store/notices.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { problems, timestamp } from '../schemas.ts';

const noticeSchema = z
  .object({
    id: z.uuid(),
    event: z.string(),
    subject: z.string(),
    title: z.string(),
    text: z.string(),
    details: z.record(z.string(), z.unknown()),
    console_path: z.string().nullable().describe('The page of the console that shows what it is about.'),
    created_at: timestamp,
    sends: z.array(
      z.object({
        channel_id: z.uuid(),
        status: z.enum(['pending', 'sent', 'failed', 'dropped']),
        attempts: z.int(),
        error: z.object({ code: z.string(), message: z.string() }).nullable().describe('Of the last attempt.'),
        settled_at: timestamp.nullable(),
      }),
    ),
  })
  .meta({ id: 'Notification' });

/** What a team was told. */
export function noticeRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/notifications',
    {
      schema: {
        tags: ['notifications'],
        summary: 'List notifications',
        description: 'Also those that no channel wanted. They are kept for 90 days.',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(noticeSchema), ...problems },
      },
    },
    async ({ teamId, query }) => {
      const after = datedCursor(query.cursor);
      const rows = await listNotices(deps.db, { teamId, limit: query.limit + 1, ...(after ? { after } : {}) });
      return cutPage(rows, query.limit, {
        item: noticeView,
        position: (row) => [row.createdAt.toISOString(), row.id],
      });
    },
  );
}

function noticeView(record: NoticeRecord): z.output<typeof noticeSchema> {
  const { id, event, subject, title, text, details, createdAt, sends } = record;
  return {
    ...{ id, event, subject, title, text, details },
    console_path: noticePage({ type: event, details: { ...details, subject } }) ?? null,
    created_at: createdAt.toISOString(),
    sends: sends.map(sendView),
  };
}

function sendView(send: NoticeRecord['sends'][number]): z.output<typeof noticeSchema>['sends'][number] {
  const { channelId, status, attempts, errorCode, errorMessage, settledAt } = send;
  return {
    ...{ channel_id: channelId, status, attempts },
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
    settled_at: settledAt?.toISOString() ?? null,
  };
}

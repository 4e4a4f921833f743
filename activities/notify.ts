import { startNotification } from '../client/notifications.ts';
import { REMINDER_MS } from '../core/notices.ts';
import { forgetOldMessages } from '../store/messages.ts';
import { noticesOfLongDegraded } from '../store/long-degraded.ts';
import { forgetOldNotices, listWaitingSends, raiseNotice, type NewNotice, type NoticeSend } from '../store/notices.ts';
import type { ActivityDeps } from './deps.ts';

/** A send whose workflow was started leaves `pending` within seconds; starting one again does no harm. */
const WAITING_MS = 60_000;
const MAX_STARTED = 200;

/** Tells the team when it is news. Never throws: what somebody is told about goes on whether they hear of it or not. */
export async function notify(deps: ActivityDeps, notice: NewNotice): Promise<void> {
  try {
    await startSends(deps, await raiseNotice(deps.db, notice, { now: new Date(), reminderMs: REMINDER_MS }));
  } catch (error) {
    deps.logger.warn({ err: error, subject: notice.subject, event: notice.event }, 'a notice could not be raised');
  }
}

/** Notices that are on record. Never throws: a sweep finds those that Temporal could not be told of. */
export async function startSends(deps: ActivityDeps, sends: readonly NoticeSend[]): Promise<void> {
  try {
    for (const send of sends) {
      await startNotification(deps.temporal, send);
    }
  } catch (error) {
    deps.logger.warn({ err: error, notices: sends.map(({ noticeId }) => noticeId) }, 'notices wait for the next sweep');
  }
}

/** Tells of what has lasted, starts what was recorded while Temporal was away, and forgets what is old. Never throws. */
export async function tendNotices(deps: ActivityDeps): Promise<void> {
  try {
    for (const send of await listWaitingSends(deps.db, { minAgeMs: WAITING_MS, limit: MAX_STARTED })) {
      await startNotification(deps.temporal, send);
    }
    await startSends(deps, await noticesOfLongDegraded(deps.db));
    await forgetOldNotices(deps.db);
    await forgetOldMessages(deps.db);
  } catch (error) {
    deps.logger.warn({ err: error }, 'waiting notices could not be started');
  }
}

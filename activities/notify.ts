import { startNotification } from '../client/notifications.ts';
import { forgetOldMessages } from '../store/messages.ts';
import { forgetOldNotices, listWaitingSends, raiseNotice, type NewNotice } from '../store/notices.ts';
import type { ActivityDeps } from './deps.ts';

/** What a team was told is told again after a day, while it lasts. */
const REMINDER_MS = 24 * 60 * 60_000;
/** A send whose workflow was started leaves `pending` within seconds; starting one again does no harm. */
const WAITING_MS = 60_000;
const MAX_STARTED = 200;

/** Tells the team when it is news. Never throws: what somebody is told about goes on whether they hear of it or not. */
export async function notify(deps: ActivityDeps, notice: NewNotice): Promise<void> {
  try {
    const timing = { now: new Date(), reminderMs: REMINDER_MS };
    for (const send of await raiseNotice(deps.db, notice, timing)) {
      await startNotification(deps.temporal, send);
    }
  } catch (error) {
    deps.logger.warn({ err: error, subject: notice.subject, event: notice.event }, 'a notice could not be raised');
  }
}

/** Starts what was recorded while Temporal was away, and forgets what is old. Never throws. */
export async function tendNotices(deps: ActivityDeps): Promise<void> {
  try {
    for (const send of await listWaitingSends(deps.db, { minAgeMs: WAITING_MS, limit: MAX_STARTED })) {
      await startNotification(deps.temporal, send);
    }
    await forgetOldNotices(deps.db);
    await forgetOldMessages(deps.db);
  } catch (error) {
    deps.logger.warn({ err: error }, 'waiting notices could not be started');
  }
}

import { Context } from '@temporalio/activity';
import type { NoticeMessage } from '../core/notices.ts';
import { openEnabledChannel } from '../store/notification-channels.ts';
import { getSend, recordSend, type SendState } from '../store/notices.ts';
import type { ActivityDeps } from './deps.ts';
import { sluiceErrorOf } from './failures.ts';
import type { NoticeSendInput, SendNoticeResult } from './types.ts';

/**
 * One attempt to send a notice through a channel. Repeated after a crash between the receiver's answer and the row it
 * sends the same id again.
 */
export async function sendNotice(deps: ActivityDeps, input: NoticeSendInput): Promise<SendNoticeResult> {
  const send = await getSend(deps.db, input);
  if (send === undefined || send.status !== 'pending') {
    return { status: send?.status === 'sent' ? 'sent' : 'dropped' };
  }
  const channel = await openEnabledChannel(deps.db, deps.box, input.channelId);
  if (channel === undefined) {
    await recordSend(deps.db, input, { status: 'dropped', attempts: 0 });
    return { status: 'dropped' };
  }
  try {
    await deps.notifier.send(channel, messageOf(send), Context.current().cancellationSignal);
  } catch (thrown) {
    const { code, message, retryable } = sluiceErrorOf(thrown);
    const status = retryable ? 'pending' : 'failed';
    await recordSend(deps.db, input, { status, attempts: 1, error: { code, message } });
    throw thrown;
  }
  await recordSend(deps.db, input, { status: 'sent', attempts: 1 });
  return { status: 'sent' };
}

/** Closes a send that has had its time. */
export async function giveUpNotice({ db }: ActivityDeps, input: NoticeSendInput): Promise<void> {
  await recordSend(db, input, { status: 'failed', attempts: 0 });
}

function messageOf({ notice }: SendState): NoticeMessage {
  const { id, event, subject, title, text, details, createdAt } = notice;
  return { id: `notice_${id}`, type: event, at: createdAt, title, text, details: { ...details, subject } };
}

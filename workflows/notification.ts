import { CancellationScope, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { ApplicationFailure } from '@temporalio/common';
import { notifying, retrying } from './activity-options.ts';
import type { NotificationInput } from './messages.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** Sends one notice through one channel, for as long as its activity's budget lasts. A failure is on record, not red. */
export async function notification(input: NotificationInput): Promise<void> {
  setCurrentDetails('Sending');
  try {
    const { status } = await notifying.sendNotice(input);
    publish(status, status === 'sent' ? 'The receiver has taken it' : 'The channel is gone or switched off');
  } catch (error) {
    await CancellationScope.nonCancellable(() => retrying.giveUpNotice(input));
    publish('failed', `Given up: ${codeOf(error)}`);
  }
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? (cause.type ?? 'unknown') : 'no success in time';
}

function publish(outcome: string, details: string): void {
  setCurrentDetails(details);
  upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.outcome, value: outcome }]);
}

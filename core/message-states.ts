import type { AttemptOutcome } from './attempts.ts';

/**
 * `waiting`: its turn has not come. `held`: the webhook takes no traffic. `retrying`, `parked`: it failed and is sent
 * again. `delivered`, `given_up`, `expired`: settled; `expired` when its time was over first.
 */
export const MESSAGE_STATES = ['waiting', 'held', 'retrying', 'parked', 'delivered', 'given_up', 'expired'] as const;
export type MessageDeliveryState = (typeof MESSAGE_STATES)[number];

/** How a message stands in the attempt log. */
export interface MessageLogState {
  attempts: number;
  /** What settled it last; null: nothing yet. */
  outcome: Exclude<AttemptOutcome, 'failed_attempt' | 'masked'> | null;
  nextAttemptAt: Date | null;
  /** Of the last attempt; 0 and empty when there is none. */
  statusCode: number;
  errorCode: string;
}

/** Error codes of messages that were given up because their time was over, or which a retry dropped for that. */
const OF_TIME: ReadonlySet<string> = new Set(['message_expired', 'delivery_dropped', 'event_forgotten']);

export function messageStateOf({
  log,
  held,
  expired,
}: {
  log: MessageLogState | undefined;
  held: boolean;
  expired: boolean;
}): MessageDeliveryState {
  switch (log?.outcome) {
    case 'delivered':
      return 'delivered';
    case 'discarded':
      return expired && OF_TIME.has(log.errorCode) ? 'expired' : 'given_up';
    case 'parked':
      return expired ? 'expired' : 'parked';
    case 'retry_scheduled':
      return expired ? 'expired' : 'retrying';
    default:
      return expired ? 'expired' : held ? 'held' : 'waiting';
  }
}

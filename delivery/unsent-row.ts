import type { AttemptRecord } from '../core/attempts.ts';
import { webhookIdOf } from './identity.ts';

type Owned = Pick<AttemptRecord, 'teamId' | 'destinationId' | 'eventUuid' | 'eventInsertedAtMicros' | 'attempt'>;
type Says = Pick<AttemptRecord, 'outcome' | 'errorCode' | 'errorMessage'> & Partial<AttemptRecord>;

/** What the log of attempts says of an event that the event log has forgotten before anybody could deliver it. */
export const FORGOTTEN = {
  outcome: 'discarded',
  errorCode: 'event_forgotten',
  errorMessage: 'the event log has forgotten the event before it was delivered',
} as const;

/** A row about an event of which nothing was sent: it only says who owns it from now on, or that nobody does. */
export function unsentRow(
  { teamId, destinationId, eventUuid, eventInsertedAtMicros, attempt }: Owned,
  attemptedAt: Date,
  says: Says,
): AttemptRecord {
  return {
    ...{ teamId, destinationId, eventUuid, eventInsertedAtMicros, attempt, attemptedAt },
    webhookId: webhookIdOf(destinationId, eventUuid),
    ...{ statusCode: 0, durationMs: 0, latencyMs: 0, responseBody: '', nextAttemptAt: null, via: 'retry' },
    ...says,
  };
}

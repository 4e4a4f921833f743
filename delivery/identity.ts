import { hash } from 'node:crypto';

const DIGEST_BYTES = 20;

/**
 * The `webhook-id` of one event at one destination: the same over retries, replays, backfills and restarts, so that a
 * receiver can drop repeats. 160 bits of SHA-256 in base64url; never contains a dot, which the signature scheme forbids.
 */
export function webhookIdOf(destinationId: string, eventUuid: string): string {
  const digest = hash('sha256', `${destinationId}:${eventUuid}`.toLowerCase(), 'buffer');
  return `msg_${digest.toString('base64url', 0, DIGEST_BYTES)}`;
}

/** Of a batch: the same set of events always gives the same id, and a batch of one has the id of its event. */
export function batchIdOf(destinationId: string, eventUuids: readonly string[]): string {
  return webhookIdOf(destinationId, eventUuids.toSorted().join(','));
}

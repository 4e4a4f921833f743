import { createHash } from 'node:crypto';

const DIGEST_BYTES = 20;

/**
 * The `webhook-id` of one event at one destination: the same over retries, replays, backfills and restarts, so that a
 * receiver can drop repeats. 160 bits of SHA-256 in base64url; never contains a dot, which the signature scheme forbids.
 */
export function webhookIdOf(destinationId: string, eventUuid: string): string {
  const digest = createHash('sha256').update(`${destinationId}:${eventUuid}`.toLowerCase()).digest();
  return `msg_${digest.subarray(0, DIGEST_BYTES).toString('base64url')}`;
}

import { hash } from 'node:crypto';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** 160 bits are 26 characters and the upper four bits of another one. */
const WHOLE_CHARS = 26;
const LAST_CHAR = new Map(
  Array.from(BASE64URL, (char, bits): [string, string] => [char, BASE64URL.charAt(bits & 0b111100)]),
);

/**
 * The `webhook-id` of one event at one destination: the same over retries, replays, backfills and restarts, so that a
 * receiver can drop repeats. 160 bits of SHA-256 in base64url; never contains a dot, which the signature scheme forbids.
 */
export function webhookIdOf(destinationId: string, eventUuid: string): string {
  // As text, and not as the first bytes of a buffer: making one takes longer than hashing.
  const digest = hash('sha256', `${destinationId}:${eventUuid}`.toLowerCase(), 'base64url');
  return `msg_${digest.slice(0, WHOLE_CHARS)}${LAST_CHAR.get(digest.charAt(WHOLE_CHARS)) ?? ''}`;
}

/** Of a batch: the same set of events always gives the same id, and a batch of one has the id of its event. */
export function batchIdOf(destinationId: string, eventUuids: readonly string[]): string {
  const [only] = eventUuids;
  const isBatch = only === undefined || eventUuids.length > 1;
  return webhookIdOf(destinationId, isBatch ? eventUuids.toSorted().join(',') : only);
}

import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { webhookIdOf } from './identity.ts';

const DESTINATION = '3f0c7a52-5a5e-4c55-9c3a-9d0f8d7c2b11';
const EVENT = '0190d3a1-7c00-7000-8000-000000000001';

test('is pinned: a change would break the de-duplication of every receiver', () => {
  expect(webhookIdOf(DESTINATION, EVENT)).toBe('msg_zaXmU6ioIfiyN-WOZJ0CWBw7vf0');
  expect(webhookIdOf(DESTINATION.toUpperCase(), EVENT.toUpperCase())).toBe(webhookIdOf(DESTINATION, EVENT));
});

test('is the first 160 bits of a hash', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (destinationId, eventUuid) => {
      const digest = createHash('sha256').update(`${destinationId}:${eventUuid}`).digest();
      expect(webhookIdOf(destinationId, eventUuid)).toBe(`msg_${digest.subarray(0, 20).toString('base64url')}`);
    }),
  );
});

test('has no dot, a fixed length, and differs by destination and by event', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      fc.pre(one !== other);
      expect(webhookIdOf(one, other)).toMatch(/^msg_[A-Za-z0-9_-]{27}$/);
      expect(webhookIdOf(one, EVENT)).not.toBe(webhookIdOf(other, EVENT));
      expect(webhookIdOf(DESTINATION, one)).not.toBe(webhookIdOf(DESTINATION, other));
    }),
  );
});

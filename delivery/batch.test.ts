import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { batchLimit, groupLength, mayBeTheBody, type Batchable } from './batch.ts';
import { batchIdOf, webhookIdOf } from './identity.ts';

const RULE = { maxEvents: 100, maxWaitMs: 1_000, maxBytes: 1_000, scheduledRetries: 9 };

const waiting = fc.array(
  fc.record({
    attemptsMade: fc.constantFrom(0, 0, 0, 2, 3),
    bytes: fc.integer({ min: 0, max: 1_200 }),
    maxGroup: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  }),
  { maxLength: 40 },
);

test('groups cut the queue into requests that keep every limit, and lose and reorder nothing', () => {
  fc.assert(
    fc.property(waiting, fc.integer({ min: 1, max: 20 }), (all, maxEvents) => {
      const sent: Batchable[] = [];
      for (let rest = all; rest.length > 0;) {
        const length = groupLength(rest, { ...RULE, maxEvents }, (index) => rest[index]?.bytes ?? 0);
        const group = rest.slice(0, length);
        expect(length).toBeGreaterThanOrEqual(1);
        expect(new Set(group.map(({ attemptsMade }) => attemptsMade)).size).toBe(1);
        expect(length).toBeLessThanOrEqual(Math.min(maxEvents, ...group.map(({ maxGroup }) => maxGroup ?? maxEvents)));
        expect(length === 1 || group.reduce((sum, { bytes }) => sum + bytes, 0) <= RULE.maxBytes).toBe(true);
        sent.push(...group);
        rest = rest.slice(length);
      }
      expect(sent).toEqual(all);
    }),
  );
});

test('a batch shrinks from retry to retry, and the last retry sends each event alone', () => {
  const sizes = [0, 1, 2, 3, 4, 5, 6].map((attempts) => batchLimit(100, attempts, 9));
  expect(sizes).toEqual([100, 100, 25, 6, 1, 1, 1]);
  expect([1, 2, 3].map((attempts) => batchLimit(500, attempts, 2))).toEqual([500, 125, 1]);
  expect(batchLimit(500, 1, 0)).toBe(500);
});

test('a batch has the id of its set of events; of one event, the id of the event', () => {
  const destination = '3f0c7a52-5a5e-4c55-9c3a-9d0f8d7c2b11';
  fc.assert(
    fc.property(fc.uniqueArray(fc.uuid(), { minLength: 2 }), (uuids) => {
      const id = batchIdOf(destination, uuids);
      expect(batchIdOf(destination, uuids.toReversed())).toBe(id);
      expect(batchIdOf(destination, uuids.slice(1))).not.toBe(id);
      expect(batchIdOf(destination, uuids.slice(0, 1))).toBe(webhookIdOf(destination, uuids[0] ?? ''));
    }),
  );
});

test.each([
  [400, true],
  [413, true],
  [422, true],
  [401, false],
  [404, false],
  [410, false],
  [429, false],
  [500, false],
  [0, false],
])('%d may be for what the batch holds: %s', (status, expected) => {
  expect(mayBeTheBody(status)).toBe(expected);
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createTokenBucket } from './rate-limiter.ts';

test('gives its burst at once, then one token per interval', () => {
  const bucket = createTokenBucket({ ratePerSecond: 10, burst: 3, nowMs: 0 });
  expect([0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([0, 0, 0, 100]);
  expect(bucket.take(99)).toBe(1);
  expect(bucket.take(100)).toBe(0);
  expect(bucket.waitMs(100)).toBe(100);
});

test('a rate below one a second still lets single requests through', () => {
  const bucket = createTokenBucket({ ratePerSecond: 0.1, nowMs: 0 });
  expect(bucket.take(0)).toBe(0);
  expect(bucket.take(0)).toBe(10_000);
  expect(bucket.take(10_000)).toBe(0);
});

test('a clock that steps back neither gives nor loses tokens', () => {
  const bucket = createTokenBucket({ ratePerSecond: 1, nowMs: 10_000 });
  expect(bucket.take(10_000)).toBe(0);
  expect(bucket.take(5_000)).toBe(1_000);
  expect(bucket.take(6_000)).toBe(0);
});

test('waiting exactly as told always suffices, and the rate is never exceeded', () => {
  const rates = fc.double({ min: 0.01, max: 10_000, noNaN: true });
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 50 }), (ratePerSecond, burst) => {
      const bucket = createTokenBucket({ ratePerSecond, burst, nowMs: 0 });
      let nowMs = 0;
      for (let taken = 1; taken <= 100; taken += 1) {
        const waitMs = bucket.take(nowMs);
        if (waitMs > 0) {
          nowMs += waitMs;
          expect(bucket.take(nowMs)).toBe(0);
        }
        expect(taken).toBeLessThanOrEqual(burst + (nowMs * ratePerSecond) / 1_000 + 0.001);
      }
    }),
  );
});

test('a rate of zero or none is refused', () => {
  expect(() => createTokenBucket({ ratePerSecond: 0, nowMs: 0 })).toThrow(RangeError);
  expect(() => createTokenBucket({ ratePerSecond: NaN, nowMs: 0 })).toThrow(RangeError);
});

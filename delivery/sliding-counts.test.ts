import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSlidingCounts } from './sliding-counts.ts';

test('forgets what is older than the window, bucket by bucket', () => {
  const counts = createSlidingCounts({ windowMs: 100, windowBuckets: 10 });
  counts.add(true, 0);
  counts.add(false, 50);
  expect(counts.read(50)).toEqual({ attempts: 2, failures: 1 });
  expect(counts.read(99)).toEqual({ attempts: 2, failures: 1 });
  expect(counts.read(100)).toEqual({ attempts: 1, failures: 1 });
  expect(counts.read(150)).toEqual({ attempts: 0, failures: 0 });
});

test('agrees with a list of all observations', () => {
  const step = fc.record({ afterMs: fc.integer({ min: 0, max: 300 }), ok: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const counts = createSlidingCounts({ windowMs: 1_000, windowBuckets: 10 });
      const seen: { ok: boolean; atMs: number }[] = [];
      let nowMs = 1_700_000_000_000;
      for (const { afterMs, ok } of steps) {
        nowMs += afterMs;
        counts.add(ok, nowMs);
        seen.push({ ok, atMs: nowMs });
        const from = (Math.floor(nowMs / 100) - 9) * 100;
        const kept = seen.filter(({ atMs }) => atMs >= from);
        expect(counts.read(nowMs)).toEqual({
          attempts: kept.length,
          failures: kept.filter((one) => !one.ok).length,
        });
      }
    }),
  );
});

test('a clock that steps back counts into the current bucket', () => {
  const counts = createSlidingCounts({ windowMs: 100, windowBuckets: 10 });
  counts.add(true, 1_000);
  counts.add(false, 10);
  expect(counts.read(1_000)).toEqual({ attempts: 2, failures: 1 });
});

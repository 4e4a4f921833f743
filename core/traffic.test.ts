import { expect, test } from '@jest/globals';
import { addTraffic, emptyTraffic, hasTraffic, type TrafficReport } from './traffic.ts';

/** As shards of the first release tell it. */
const OLD: TrafficReport = {
  ...{ matched: 4, delivered: 2, failedAttempts: 3, retried: 1, parked: 1 },
  latencyBuckets: { 100: 1, more: 1 },
};
const NEW: TrafficReport = { ...OLD, masked: 1, discarded: 2, expired: 3, retries: { 1: 2, 2: 1 } };

test('reports of every release add up, and what none of them tells stays untold', () => {
  const totals = emptyTraffic();
  addTraffic(totals, OLD);
  expect(totals).toStrictEqual(OLD);
  addTraffic(totals, NEW);
  addTraffic(totals, NEW);
  expect(totals).toStrictEqual({
    ...{ matched: 12, delivered: 6, failedAttempts: 9, retried: 3, parked: 3 },
    latencyBuckets: { 100: 3, more: 3 },
    ...{ masked: 2, discarded: 4, expired: 6, retries: { 1: 4, 2: 2 } },
  });
});

test('a report of nothing is none', () => {
  expect(hasTraffic(emptyTraffic())).toBe(false);
  expect(hasTraffic({ ...emptyTraffic(), masked: 0, retries: {} })).toBe(false);
  expect(hasTraffic({ ...emptyTraffic(), expired: 1 })).toBe(true);
  expect(hasTraffic(OLD)).toBe(true);
});

import { describe, expect, test } from '@jest/globals';
import { webhookIdOf } from '../../delivery/identity.ts';
import { growthOf } from './growth.ts';
import { judgeDeliveries, judgeRows, repeatsBound } from './judge.ts';

const HOUR_MS = 3_600_000;
const SENT = new Map([
  ['a', 1_000],
  ['b', 2_000],
]);
const id = (uuid: string): string => webhookIdOf('hook', uuid);

describe('what an endpoint got', () => {
  test('every event once', () => {
    const firstMs = new Map([
      [id('a'), 1_100],
      [id('b'), 2_300],
    ]);
    expect(judgeDeliveries(SENT, 'hook', { firstMs, answeredMs: [1_100, 2_300] })).toEqual({
      ...{ events: 2, lost: 0, foreign: 0, repeats: 0 },
      lags: [
        { sentMs: 1_000, lagMs: 100 },
        { sentMs: 2_000, lagMs: 300 },
      ],
    });
  });

  test('one is missing, one is nobody’s, one came three times', () => {
    const firstMs = new Map([
      [id('a'), 1_100],
      [id('c'), 2_300],
    ]);
    expect(judgeDeliveries(SENT, 'hook', { firstMs, answeredMs: [1_100, 1_200, 1_300, 2_300] })).toMatchObject({
      ...{ events: 1, lost: 1, foreign: 1, repeats: 2 },
    });
  });
});

test('a kill may repeat what was in flight and what was answered just before', () => {
  const answeredMs = [1_000, 5_000, 5_300, 5_350, 6_000];
  expect(repeatsBound(answeredMs, [], 16)).toBe(0);
  expect(repeatsBound(answeredMs, [5_310], 16)).toBe(16 + 3);
  expect(repeatsBound(answeredMs, [5_310, 9_000], 16)).toBe(16 + 3 + 16);
});

test('rows that are missing, doubled, or nobody’s', () => {
  const rows = (...uuids: string[]): { uuid: string }[] => uuids.map((uuid) => ({ uuid }));
  expect(judgeRows(SENT, rows('b', 'a'))).toEqual({ rows: 2, lost: 0, duplicated: 0, foreign: 0 });
  expect(judgeRows(SENT, rows('b', 'b', 'x'))).toEqual({ rows: 3, lost: 1, duplicated: 1, foreign: 1 });
});

describe('growth of memory', () => {
  const line = (mibPerHour: number, noise: number) =>
    Array.from({ length: 100 }, (_, index) => ({
      atMs: index * 1_000,
      mib: 200 + (mibPerHour * index * 1_000) / HOUR_MS + (index % 2 === 0 ? noise : -noise),
    }));

  test('of a straight line', () => {
    const growth = growthOf(line(90, 0));
    expect(growth.mibPerHour).toBeCloseTo(90, 6);
    expect(growth.errorMibPerHour).toBeCloseTo(0, 6);
  });

  test('noise is an error, not a growth', () => {
    const { mibPerHour, errorMibPerHour } = growthOf(line(0, 5));
    expect(errorMibPerHour).toBeGreaterThan(10);
    expect(Math.abs(mibPerHour)).toBeLessThan(2 * errorMibPerHour);
  });

  test('two samples say nothing', () => {
    expect(growthOf(line(90, 0).slice(0, 2)).mibPerHour).toBeNaN();
  });
});

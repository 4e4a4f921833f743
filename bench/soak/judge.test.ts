import { describe, expect, test } from '@jest/globals';
import { webhookIdOf } from '../../delivery/identity.ts';
import { growthOf } from './growth.ts';
import { judgeDeliveries, judgeRows, repeatsBound } from './judge.ts';
import { behindAt, type Answer } from './log-lag.ts';

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

describe('what a kill may repeat', () => {
  const rows = new Map([
    ['a', 1],
    ['b', 2],
    ['d', 1],
  ]);
  const logged = { sinceMs: 10_000, rows };
  const answer = (webhookId: string, atMs: number): Answer => ({ webhookId, atMs });

  test('is what was answered and has no row, however far the log is behind', () => {
    const early = [answer('a', 13_000), answer('b', 14_000)];
    const answers = [...early, answer('c', 15_000), answer('b', 16_000), answer('b', 17_000)];
    expect(behindAt(20_000, answers, logged)).toEqual({ unlogged: 2, behindMs: 5_000 });
    expect(behindAt(20_000, early, logged)).toEqual({ unlogged: 0, behindMs: 0 });
  });

  test('is nothing of an earlier kill, and of what came after it only what was on its way', () => {
    const answers = [answer('x', 9_000), answer('d', 13_000), answer('y', 20_050), answer('z', 20_101)];
    expect(behindAt(20_000, answers, logged)).toEqual({ unlogged: 1, behindMs: 0 });
  });

  test('and what was in flight', () => {
    expect(repeatsBound([], 16)).toBe(0);
    const kills = [
      { unlogged: 3, behindMs: 400 },
      { unlogged: 0, behindMs: 0 },
    ];
    expect(repeatsBound(kills, 16)).toBe(16 + 3 + 16);
  });
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

import { expect, test } from '@jest/globals';
import { Announcer } from './announcer.ts';

const eventsOf = (...teamIds: number[]): { teamId: number }[] => teamIds.map((teamId) => ({ teamId }));

test('the first is told at once, what comes meanwhile together', async () => {
  const told: number[][] = [];
  const announcer = new Announcer({
    tell: (teams) => {
      told.push([...teams]);
      return Promise.resolve();
    },
    everyMs: 5,
  });
  announcer.stored(eventsOf(1, 1));
  expect(told).toEqual([[1]]);
  announcer.stored(eventsOf(2));
  announcer.stored(eventsOf(3, 2));
  await announcer.close();
  expect(told).toEqual([[1], [2, 3]]);
});

test('a failure is reported once, and is not the end', async () => {
  const failures: unknown[] = [];
  const told: number[][] = [];
  const announcer = new Announcer({
    tell: (teams) => {
      told.push([...teams]);
      return told.length <= 2 ? Promise.reject(new Error('away')) : Promise.resolve();
    },
    everyMs: 0,
    onFailure: (error) => failures.push(error),
  });
  announcer.stored(eventsOf(1));
  announcer.stored(eventsOf(2));
  await announcer.close();
  announcer.stored(eventsOf(3));
  await announcer.close();
  expect(told).toEqual([[1], [2], [3]]);
  expect(failures).toHaveLength(1);
});

import { expect, test } from '@jest/globals';
import { inTurn } from './in-turn.ts';

test('of what comes at once a few things are done in each turn of the event loop, in their order', async () => {
  const done: number[] = [];
  for (let index = 0; index < 10; index += 1) {
    inTurn(() => done.push(index));
  }
  expect(done).toEqual([]);
  const turns: number[] = [];
  while (done.length < 10) {
    await new Promise((resolve) => setImmediate(resolve));
    turns.push(done.length);
  }
  expect(turns).toEqual([4, 8, 10]);
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  inTurn(() => done.push(10));
  await new Promise((resolve) => setImmediate(resolve));
  expect(done.at(-1)).toBe(10);
});

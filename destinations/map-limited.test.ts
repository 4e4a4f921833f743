import { expect, test } from '@jest/globals';
import { mapLimited } from './map-limited.ts';

test('keeps the order and the limit', async () => {
  let [running, most] = [0, 0];
  const results = await mapLimited([3, 1, 2, 0], 2, async (turns) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < turns; turn += 1) {
      await Promise.resolve();
    }
    running -= 1;
    return turns * 10;
  });
  expect([results, most]).toEqual([[30, 10, 20, 0], 2]);
});

test('after a failure starts nothing new and waits for what runs', async () => {
  const started: number[] = [];
  let finished = false;
  const mapping = mapLimited([0, 1, 2, 3], 2, async (item) => {
    started.push(item);
    await Promise.resolve();
    if (item === 0) {
      throw new Error('no');
    }
    await new Promise(setImmediate);
    finished = true;
  });
  await expect(mapping).rejects.toThrow('no');
  expect([started, finished]).toEqual([[0, 1], true]);
});

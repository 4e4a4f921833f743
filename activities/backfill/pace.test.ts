import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createPace } from './pace.ts';

const signal = new AbortController().signal;

/** How many of these parts were worked on at once, at most. */
async function mostAtOnce(lateWork: () => Promise<string | undefined>): Promise<number> {
  const pace = createPace({ slots: 4, lateWork, onFailure: () => undefined });
  let now = 0;
  let most = 0;
  const part = async (): Promise<void> => {
    now += 1;
    most = Math.max(most, now);
    await sleep(5);
    now -= 1;
  };
  await Promise.all(Array.from({ length: 12 }, () => pace.run(signal, part)));
  return most;
}

test('all slots at full pace, half of them once live work is late', async () => {
  expect(await mostAtOnce(() => Promise.resolve(undefined))).toBe(4);
  expect(await mostAtOnce(() => Promise.resolve('late'))).toBe(2);
});

test('live work that cannot be looked at changes nothing', async () => {
  expect(await mostAtOnce(() => Promise.reject(new Error('away')))).toBe(4);
});

test('failed work frees its slot, and an abort ends the waiting', async () => {
  const pace = createPace({ slots: 1, lateWork: () => Promise.resolve(undefined), onFailure: () => undefined });
  await expect(pace.run(signal, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  const first = new Promise<void>((resolve) => {
    setTimeout(resolve, 50);
  });
  const holding = pace.run(signal, () => first);
  await expect(pace.run(AbortSignal.timeout(1), () => Promise.resolve())).rejects.toThrow(/abort|timeout/i);
  await holding;
  expect(await pace.run(signal, () => Promise.resolve('next'))).toBe('next');
});

import { expect, test } from '@jest/globals';
import { cachingResolve, type ResolvedAddress } from './resolver.ts';

const ANSWER: ResolvedAddress[] = [{ address: '8.8.8.8', family: 4 }];

test('one look-up serves everybody for five seconds', async () => {
  let lookups = 0;
  let nowMs = 0;
  const resolve = cachingResolve(
    () => {
      lookups += 1;
      return Promise.resolve(ANSWER);
    },
    () => nowMs,
  );
  await Promise.all([resolve('a.example'), resolve('a.example')]);
  nowMs = 4_999;
  expect(await resolve('a.example')).toBe(ANSWER);
  expect(lookups).toBe(1);
  nowMs = 5_000;
  await resolve('a.example');
  expect(lookups).toBe(2);
});

test('a failure is shared while it runs and then forgotten', async () => {
  let lookups = 0;
  const resolve = cachingResolve(() => {
    lookups += 1;
    return lookups === 1 ? Promise.reject(new Error('no')) : Promise.resolve(ANSWER);
  });
  const both = [resolve('a.example'), resolve('a.example')];
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(lookups).toBe(1);
  expect(await resolve('a.example')).toBe(ANSWER);
});

test('remembers a bounded number of names', async () => {
  let lookups = 0;
  const resolve = cachingResolve(() => {
    lookups += 1;
    return Promise.resolve(ANSWER);
  });
  for (let index = 0; index <= 10_000; index += 1) {
    await resolve(`${index}.example`);
  }
  await resolve('10000.example');
  expect(lookups).toBe(10_001);
  await resolve('0.example');
  expect(lookups).toBe(10_002);
});

import { expect, test } from '@jest/globals';
import { LookupPlaces } from './lookup-places.ts';
import type { ResolvedAddress } from './resolver.ts';

const ANSWER: ResolvedAddress[] = [{ address: '8.8.8.8', family: 4 }];
const LAME = Array.from({ length: 30 }, (_, index) => `hook.lame-${String(index)}.example`);

/** Names that begin with `hook.lame` are answered when `release` is called, others at once. */
function nameServers(): {
  resolve: (name: string) => Promise<ResolvedAddress[]>;
  held: () => number;
  release: () => void;
} {
  const held: (() => void)[] = [];
  return {
    resolve: (name) =>
      name.startsWith('hook.lame')
        ? new Promise((resolve) => {
            held.push(() => {
              resolve(ANSWER);
            });
          })
        : Promise.resolve(ANSWER),
    held: () => held.length,
    release: () => {
      held.splice(0).forEach((answer) => {
        answer();
      });
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each([
  [4, 3],
  [16, 10],
])('names that nobody answers leave threads to others: of %i', async (threads, ofOthers) => {
  const servers = nameServers();
  let nowMs = 0;
  const { resolve } = new LookupPlaces(servers.resolve, { threads, nowMs: () => nowMs });
  const askAll = async (expected: number): Promise<void> => {
    const all = Promise.all(LAME.map((name) => resolve(name)));
    await settled();
    expect(servers.held()).toBe(expected);
    if (expected === threads / 4) {
      expect(await resolve('hook.well.example')).toBe(ANSWER);
    }
    while (servers.held() > 0) {
      nowMs += 1_000;
      servers.release();
      await settled();
    }
    await all;
  };
  // Nothing is known of them yet.
  await askAll(ofOthers);
  await askAll(threads / 4);
  await askAll(threads / 4);
});

test('a name that was slow once is like others after a quick answer', async () => {
  const servers = nameServers();
  let nowMs = 0;
  const { resolve } = new LookupPlaces(servers.resolve, { threads: 4, nowMs: () => nowMs });
  for (const tookMs of [5_000, 0]) {
    const all = Promise.all(LAME.map((name) => resolve(name)));
    for (let held = servers.held(); held > 0; held = servers.held()) {
      nowMs += tookMs;
      servers.release();
      await settled();
    }
    await all;
  }
  void Promise.all(LAME.map((name) => resolve(name)));
  await settled();
  expect(servers.held()).toBe(3);
});

test('a failed look-up frees its place', async () => {
  const { resolve } = new LookupPlaces(() => Promise.reject(new Error('no')), { threads: 4 });
  for (const name of LAME) {
    await expect(resolve(name)).rejects.toThrow('no');
  }
});

import { describe, expect, test } from '@jest/globals';
import type { SourcePort } from './ports.ts';
import { sharedReads } from './shared-reads.ts';

interface Held {
  asked: string[];
  source: SourcePort;
  /** Answers the oldest read that is under way. */
  answer(): void;
}

/** A source whose reads last until they are answered. */
function heldSource(): Held {
  const asked: string[] = [];
  const open: (() => void)[] = [];
  const hold = <Result>(what: string, result: Result): Promise<Result> => {
    asked.push(what);
    return new Promise((resolve) => {
      open.push(() => {
        resolve(result);
      });
    });
  };
  return {
    asked,
    answer: () => open.shift()?.(),
    source: {
      nowMicros: () => hold('now', asked.length),
      pollTail: ({ fromMicros }) => hold(`tail ${String(fromMicros)}`, { events: [] }),
      readRange: ({ fromMicros }) => hold(`range ${String(fromMicros)}`, { events: [], next: undefined }),
      readKeys: ({ fromMicros }) => hold(`keys ${String(fromMicros)}`, []),
      readEventsByKeys: (_team, keys) => hold(`events ${String(keys.length)}`, []),
      readDigests: () => hold('digests', new Map()),
    },
  };
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
const from = (fromMicros: number): Parameters<SourcePort['pollTail']>[0] => ({ teamIds: [1], fromMicros, limit: 10 });

describe('shared reads', () => {
  test('those who ask for the same at one moment share a read', async () => {
    const { source, asked, answer } = heldSource();
    const reads = sharedReads(source);
    const answers = [reads.pollTail(from(1)), reads.pollTail(from(1)), reads.pollTail(from(2))];
    await turn();
    expect(asked).toEqual(['tail 1', 'tail 2']);
    answer();
    answer();
    const [first, second, third] = await Promise.all(answers);
    expect(first).toBe(second);
    expect(first).not.toBe(third);
  });

  test('a read that has begun is not shared: its answer may be older than the question', async () => {
    const { source, asked, answer } = heldSource();
    const reads = sharedReads(source);
    const early = reads.readKeys(from(1));
    await turn();
    const late = reads.readKeys(from(1));
    await turn();
    expect(asked).toEqual(['keys 1', 'keys 1']);
    answer();
    answer();
    expect(await early).not.toBe(await late);
  });

  test('a few at a time, in the order in which they were asked for', async () => {
    const { source, asked, answer } = heldSource();
    const reads = sharedReads(source);
    const all = Promise.all([1, 2, 3, 4, 5, 6].map((micros) => reads.pollTail(from(micros))));
    await turn();
    expect(asked).toHaveLength(4);
    answer();
    await turn();
    expect(asked.at(-1)).toBe('tail 5');
    for (let left = 0; left < 6; left += 1) {
      answer();
      await turn();
    }
    await all;
    expect(asked).toHaveLength(6);
  });

  test('a failure reaches all who share it, and the next question is asked anew', async () => {
    const { source } = heldSource();
    let fails = true;
    const reads = sharedReads({
      ...source,
      nowMicros: () => (fails ? Promise.reject(new Error('away')) : Promise.resolve(7)),
    });
    const both = await Promise.allSettled([reads.nowMicros(), reads.nowMicros()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await reads.nowMicros()).toBe(7);
  });
});

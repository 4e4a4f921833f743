import { expect, test } from '@jest/globals';
import { ALL_THAT_MOVED, CursorSaver, ShardFencedError } from './cursor-saver.ts';
import type { Lane } from './lane.ts';
import type { CursorPort, CursorPosition } from './ports.ts';

const UUID = '0192e4a8-0000-7000-8000-000000000001';

/** Saves into a list, as long as the shard is owned. */
function cursorPort(): { saves: CursorPosition[][]; port: CursorPort; fence(): void } {
  const saves: CursorPosition[][] = [];
  let owned = true;
  const port: CursorPort = {
    read: () => Promise.resolve(new Map()),
    save: (cursors) => {
      saves.push(cursors.map(({ positionMicros, afterUuid }) => ({ positionMicros, afterUuid })));
      return Promise.resolve(owned);
    },
  };
  return { saves, port, fence: () => void (owned = false) };
}

/** Whose newest event is at `newestMicros`. */
function laneAt(positionMicros: number, afterUuid: string | null = null, newestMicros = Infinity): Lane {
  const checkpoint = (): CursorPosition => ({ positionMicros, afterUuid });
  return { config: { destinationId: 'd' }, cursor: { checkpoint, newestMicros } } as unknown as Lane;
}

test('saves what has moved by a step, backwards, or to another row of one moment', async () => {
  const { saves, port } = cursorPort();
  const saver = new CursorSaver(port);
  const save = (lane: Lane, stepMicros = 10): Promise<void> => saver.save([lane], { stepMicros, quietStepMicros: 1e6 });
  await save(laneAt(100));
  await save(laneAt(100));
  await save(laneAt(109));
  expect(saves).toEqual([[{ positionMicros: 100, afterUuid: null }], [], []]);
  await save(laneAt(109), 0);
  await save(laneAt(109), 0);
  await save(laneAt(108));
  await save(laneAt(108, UUID));
  await save(laneAt(118, UUID));
  expect(saves.slice(3).map((cursors) => cursors[0]?.positionMicros)).toEqual([109, undefined, 108, 108, 118]);
  saver.forget('d');
  await save(laneAt(118, UUID));
  expect(saves.at(-1)).toHaveLength(1);
});

test('saves a lane without events seldom, and its next event soon', async () => {
  const { saves, port } = cursorPort();
  const saver = new CursorSaver(port);
  const save = async (...at: Parameters<typeof laneAt>): Promise<number | undefined> => {
    await saver.save([laneAt(...at)], { stepMicros: 10, quietStepMicros: 60 });
    return saves.at(-1)?.[0]?.positionMicros;
  };
  expect(await save(100, null, 0)).toBe(100);
  expect(await save(159, null, 0)).toBeUndefined();
  expect(await save(160, null, 0)).toBe(160);
  expect(await save(165, null, 168)).toBeUndefined();
  expect(await save(170, null, 168)).toBe(170);
  expect(await save(229, null, 168)).toBeUndefined();
  expect(await save(225, null, 168)).toBeUndefined();
  expect(await save(169, null, 168)).toBe(169);
  expect(await save(179, null, 170)).toBe(179);
});

test('asks for the fence even when nothing has moved, and ends when the shard is taken', async () => {
  const { saves, port, fence } = cursorPort();
  const saver = new CursorSaver(port);
  await saver.save([], ALL_THAT_MOVED);
  expect(saves).toEqual([[]]);
  fence();
  await expect(saver.save([], ALL_THAT_MOVED)).rejects.toThrow(ShardFencedError);
});

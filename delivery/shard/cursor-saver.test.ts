import { expect, test } from '@jest/globals';
import { CursorSaver, ShardFencedError } from './cursor-saver.ts';
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

function laneAt(positionMicros: number, afterUuid: string | null = null): Lane {
  const checkpoint = (): CursorPosition => ({ positionMicros, afterUuid });
  return { config: { destinationId: 'd' }, cursor: { checkpoint } } as unknown as Lane;
}

test('saves what has moved by a step, backwards, or to another row of one moment', async () => {
  const { saves, port } = cursorPort();
  const saver = new CursorSaver(port);
  const save = (lane: Lane, stepMicros = 10): Promise<void> => saver.save([lane], { stepMicros });
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

test('asks for the fence even when nothing has moved, and ends when the shard is taken', async () => {
  const { saves, port, fence } = cursorPort();
  const saver = new CursorSaver(port);
  await saver.save([], { stepMicros: 0 });
  expect(saves).toEqual([[]]);
  fence();
  await expect(saver.save([], { stepMicros: 0 })).rejects.toThrow(ShardFencedError);
});

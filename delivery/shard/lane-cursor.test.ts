import { describe, expect, test } from '@jest/globals';
import { LaneCursor } from './lane-cursor.ts';

function cursorAt(positionMicros: number, settled: [string, number][] = []): LaneCursor {
  return new LaneCursor({ positionMicros, afterUuid: null }, new Map(settled));
}

describe('what a lane takes', () => {
  test('nothing from before its position: that was settled, or is older than the destination', () => {
    const cursor = cursorAt(100);
    expect(cursor.take('old', 99)).toBe(false);
    expect(cursor.take('first', 100)).toBe(true);
    expect(cursor.pendingCount).toBe(1);
  });

  test('each row once, settled ones never', () => {
    const cursor = cursorAt(100, [['settled', 150]]);
    expect(cursor.take('settled', 150)).toBe(false);
    expect(cursor.take('row', 150)).toBe(true);
    expect(cursor.take('row', 150)).toBe(false);
  });

  test('a row that it has forgotten is not taken again', () => {
    const cursor = cursorAt(100);
    cursor.take('row', 150);
    cursor.settle('row');
    cursor.advance({ positionMicros: 200, afterUuid: null });
    cursor.prune();
    expect(cursor.knows('row')).toBe(false);
    expect(cursor.take('row', 150)).toBe(false);
    expect(cursor.take('late', 200)).toBe(true);
  });

  test('a row that was given back is taken again, though the position had passed it', () => {
    const cursor = cursorAt(100);
    cursor.take('row', 150);
    cursor.advance({ positionMicros: 200, afterUuid: null });
    expect(cursor.checkpoint()).toEqual({ positionMicros: 150, afterUuid: null });
    cursor.prune();
    cursor.release('row');
    expect(cursor.position).toEqual({ positionMicros: 150, afterUuid: null });
    expect(cursor.take('row', 150)).toBe(true);
  });
});

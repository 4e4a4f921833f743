import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chunksBetween, cutPoints, type Cell } from './cut-points.ts';

/** Cells in order of time, some of one microsecond, with gaps between them. */
const cells = fc
  .array(
    fc.record({
      gap: fc.nat(5),
      width: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 50 })),
      rows: fc.integer({ min: 1, max: 1_000 }),
    }),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((parts) => {
    let at = 1_000;
    return parts.map(({ gap, width, rows }): Cell => {
      const startMicros = at + gap;
      at = startMicros + width;
      return { startMicros, endMicros: at, rows };
    });
  });

describe('cut points', () => {
  test('cut into ascending parts that add up and are near the ideal', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 30 }), (given, chunkCount) => {
        const total = given.reduce((sum, cell) => sum + cell.rows, 0);
        const range = { startMicros: 0, endMicros: 100_000 };
        const cuts = cutPoints(given, chunkCount).map((cut) => ({
          ...cut,
          ...(cut.rank && { uuid: `u${String(cut.rank)}` }),
        }));
        const chunks = chunksBetween(range, cuts, total);
        expect(chunks.length).toBeLessThanOrEqual(chunkCount);
        expect(chunks.reduce((sum, chunk) => sum + chunk.expectedRows, 0)).toBe(total);
        expect(chunks.every((chunk) => chunk.expectedRows > 0)).toBe(true);
        const indivisible = Math.max(...given.map((cell) => (cell.endMicros - cell.startMicros > 1 ? cell.rows : 0)));
        const ideal = total / chunkCount;
        expect(Math.max(...chunks.map((chunk) => chunk.expectedRows))).toBeLessThanOrEqual(
          Math.ceil(ideal * 1.5) + indivisible + 1,
        );
        expect(chunks[0]?.startMicros).toBe(range.startMicros);
        expect(chunks.at(-1)?.endMicros).toBe(range.endMicros);
        chunks.slice(1).forEach((chunk, index) => {
          const before = chunks[index];
          expect(chunk.uuidFrom).toBe(before?.uuidTo);
          expect(chunk.startMicros).toBe((before?.endMicros ?? 0) - (before?.uuidTo === undefined ? 0 : 1));
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('one oversized microsecond is cut inside', () => {
    const cuts = cutPoints([{ startMicros: 5, endMicros: 6, rows: 100 }], 4);
    expect(cuts).toEqual([25, 50, 75].map((rank) => ({ micros: 5, rank, rowsBefore: rank })));
  });
});

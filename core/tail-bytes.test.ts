import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Tail } from './tail-bytes.ts';

test('the last bytes of a stream, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300_000 }),
      fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 12 }),
      (capacity, lengths) => {
        const tail = new Tail(capacity);
        const all: number[] = [];
        for (const [index, length] of lengths.entries()) {
          const piece = new Uint8Array(length).map((_, at) => (index * 31 + at) % 251);
          tail.push(piece);
          // What a socket does with its buffer next must not be seen.
          for (const byte of piece) {
            all.push(byte);
          }
          piece.fill(255);
        }
        expect(Buffer.from(tail.bytes()).equals(Buffer.from(all.slice(-capacity)))).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

import { describe, expect, test } from '@jest/globals';
import { firstPartBytes, partBytesOf } from './part-sizes.ts';

const MIB = 1024 * 1024;
const TIB = 1024 * 1024 * MIB;
/** Those of S3. */
const LIMITS = { minPartBytes: 5 * MIB, maxPartBytes: 5 * 1024 * MIB, maxParts: 10_000 };

describe('part sizes', () => {
  test.each([
    [LIMITS.minPartBytes, 4.8 * TIB],
    [8 * MIB, 7.5 * TIB],
  ])('10,000 parts that begin with %i bytes hold more than %i', (first, atLeast) => {
    let total = 0;
    for (let part = 1; part <= LIMITS.maxParts; part += 1) {
      total += partBytesOf(part, first, LIMITS);
    }
    expect(total).toBeGreaterThan(atLeast);
    expect(partBytesOf(1_000, first, LIMITS)).toBe(first);
    expect(partBytesOf(1_001, first, LIMITS)).toBe(2 * first);
  });

  test.each([
    [8 * MIB, undefined, 8 * MIB],
    [8 * MIB, 100 * MIB, 8 * MIB],
    [1, undefined, LIMITS.minPartBytes],
    [8 * MIB, 100_000 * MIB, 20 * MIB],
  ])('first part of %i with files of %s bytes: %i', (partBytes, maxFileBytes, expected) => {
    expect(firstPartBytes(partBytes, maxFileBytes, LIMITS)).toBe(expected);
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeBuckets, differences, DIGEST_BUCKETS, encodeBuckets, sumOf, type BucketDigest } from './digest.ts';
import { explainDifference } from './explain-difference.ts';

const hash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const buckets: fc.Arbitrary<BucketDigest[]> = fc
  .uniqueArray(fc.record({ bucket: fc.nat(DIGEST_BUCKETS - 1), rows: fc.integer({ min: 1, max: 2 ** 40 }), hash }), {
    selector: ({ bucket }) => bucket,
    maxLength: 50,
  })
  .map((found) => found.sort((a, b) => a.bucket - b.bucket));

describe('buckets', () => {
  test('are what they were after encoding', () => {
    fc.assert(
      fc.property(buckets, (digests) => {
        expect(decodeBuckets(encodeBuckets(digests))).toEqual(digests);
      }),
    );
  });

  test('of an interval of any size take 12 KB, and of ten rows 110 bytes', () => {
    const full = Array.from({ length: DIGEST_BUCKETS }, (_, bucket) => ({
      bucket,
      rows: 15_000,
      hash: 2n ** 64n - 1n,
    }));
    expect(encodeBuckets(full).length).toBeLessThanOrEqual(12 * 1_024);
    expect(encodeBuckets(full.slice(0, 10).map((digest) => ({ ...digest, rows: 1 }))).length).toBe(110);
  });

  test('differ by exactly what one has more than the other', () => {
    fc.assert(
      fc.property(buckets, buckets, (left, right) => {
        const found = differences(left, right);
        const sum = sumOf([...right, ...found]);
        expect(sum).toEqual(sumOf(left));
        expect(differences(left, left)).toEqual([]);
      }),
    );
  });
});

describe('a difference', () => {
  const rows = fc.uniqueArray(hash, { minLength: 5, maxLength: 60 });

  test('is explained by the one, two or three rows that make it up, or by all', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 3 }), (hashes, count) => {
        const items = hashes.map((value) => ({ rows: 1, hash: value }));
        const missing = items.slice(-count);
        const found = explainDifference(sumOf(missing), items);
        expect(sumOf(found ?? [])).toEqual(sumOf(missing));
        expect(found).toHaveLength(count);
        expect(explainDifference(sumOf(items), items)).toEqual(items);
      }),
    );
  });

  test('that no rows add up to is not explained', () => {
    const items = Array.from({ length: 20 }, (_, index) => ({ rows: 1, hash: BigInt(index * 1_000 + 1) }));
    expect(explainDifference({ rows: 2, hash: 500n }, items)).toBeUndefined();
    expect(explainDifference({ rows: 2, hash: 1n }, items)).toBeUndefined();
  });
});

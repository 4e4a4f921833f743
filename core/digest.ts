/**
 * What a set of rows is, without the rows: their number and the sum of their hashes modulo 2^64, in 1,024 buckets by hash.
 * Sums and not XOR: two equal rows would cancel out.
 */
export interface Digest {
  rows: number;
  /** Below 2^64. */
  hash: bigint;
}

export interface BucketDigest extends Digest {
  bucket: number;
}

export const DIGEST_BUCKETS = 1_024;

export const EMPTY_DIGEST: Digest = { rows: 0, hash: 0n };

export function plus(left: Digest, right: Digest): Digest {
  return { rows: left.rows + right.rows, hash: BigInt.asUintN(64, left.hash + right.hash) };
}

/** `rows` of the answer may be below zero. */
export function minus(left: Digest, right: Digest): Digest {
  return { rows: left.rows - right.rows, hash: BigInt.asUintN(64, left.hash - right.hash) };
}

export function sumOf(digests: readonly Digest[]): Digest {
  return digests.reduce(plus, EMPTY_DIGEST);
}

export function isEmpty({ rows, hash }: Digest): boolean {
  return rows === 0 && hash === 0n;
}

/** What `left` has more than `right`, for the buckets where they differ; in order of the buckets. */
export function differences(left: readonly BucketDigest[], right: readonly BucketDigest[]): BucketDigest[] {
  const others = new Map(right.map((digest) => [digest.bucket, digest]));
  const own = new Set(left.map(({ bucket }) => bucket));
  const all = [
    ...left,
    ...right.filter(({ bucket }) => !own.has(bucket)).map(({ bucket }) => ({ bucket, ...EMPTY_DIGEST })),
  ];
  return all
    .map((digest) => ({ bucket: digest.bucket, ...minus(digest, others.get(digest.bucket) ?? EMPTY_DIGEST) }))
    .filter((difference) => !isEmpty(difference))
    .sort((a, b) => a.bucket - b.bucket);
}

const HASH_BYTES = 8;
const BUCKET_BYTES = 2;
/** Seven bits of a number to a byte, the eighth says that more follow. */
const LOW_BITS = 0x80;

/** Only buckets that have rows: 11 bytes for a bucket of up to 127 rows, so 12 KB for an interval of any size. */
export function encodeBuckets(buckets: readonly BucketDigest[]): Uint8Array {
  const bytes: number[] = [];
  for (const { bucket, rows, hash } of buckets) {
    bytes.push(bucket & 0xff, bucket >> 8);
    let rest = rows;
    for (; rest >= LOW_BITS; rest = Math.floor(rest / LOW_BITS)) {
      bytes.push((rest % LOW_BITS) | LOW_BITS);
    }
    bytes.push(rest);
    for (let byte = 0n; byte < HASH_BYTES; byte += 1n) {
      bytes.push(Number((hash >> (byte * 8n)) & 0xffn));
    }
  }
  return Uint8Array.from(bytes);
}

export function decodeBuckets(bytes: Uint8Array): BucketDigest[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const buckets: BucketDigest[] = [];
  let at = 0;
  while (at < bytes.length) {
    const bucket = view.getUint16(at, true);
    at += BUCKET_BYTES;
    let rows = 0;
    for (let factor = 1; ; factor *= LOW_BITS) {
      const byte = view.getUint8(at);
      at += 1;
      rows += (byte % LOW_BITS) * factor;
      if (byte < LOW_BITS) {
        break;
      }
    }
    buckets.push({ bucket, rows, hash: view.getBigUint64(at, true) });
    at += HASH_BYTES;
  }
  return buckets;
}

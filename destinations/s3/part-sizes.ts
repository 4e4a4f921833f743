/** S3's limits. */
export const MAX_PARTS = 10_000;
export const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PART_BYTES = 5 * 1024 * 1024 * 1024;

/** Parts double in size this often, so that a file of any size ends below 10,000 parts and small ones stay cheap. */
const PARTS_PER_STEP = 1_000;

/** Size of the first parts: enough for a file twice as large as planned without growing. */
export function firstPartBytes(partBytes: number, maxFileBytes: number | undefined): number {
  const planned = Math.ceil((2 * (maxFileBytes ?? 0)) / MAX_PARTS);
  return Math.min(Math.max(partBytes, planned, MIN_PART_BYTES), MAX_PART_BYTES);
}

/** Size of part `partNumber`, 1-based. */
export function partBytesOf(partNumber: number, firstBytes: number): number {
  const doublings = Math.floor((partNumber - 1) / PARTS_PER_STEP);
  return Math.min(firstBytes * 2 ** doublings, MAX_PART_BYTES);
}

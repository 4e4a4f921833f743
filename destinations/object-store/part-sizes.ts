import type { StoreLimits } from './store.ts';

/** Parts double in size ten times, so that a file of any size ends below the limit and small ones stay cheap. */
const STEPS = 10;

/** Size of the first parts: enough for a file twice as large as planned without growing. */
export function firstPartBytes(partBytes: number, maxFileBytes: number | undefined, limits: StoreLimits): number {
  const planned = Math.ceil((2 * (maxFileBytes ?? 0)) / limits.maxParts);
  return Math.min(Math.max(partBytes, planned, limits.minPartBytes), limits.maxPartBytes);
}

/** Size of part `partNumber`, 1-based. */
export function partBytesOf(partNumber: number, firstBytes: number, limits: StoreLimits): number {
  const doublings = Math.floor((partNumber - 1) / (limits.maxParts / STEPS));
  return Math.min(firstBytes * 2 ** doublings, limits.maxPartBytes);
}

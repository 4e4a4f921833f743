import type { LoadChunkRequest } from '../../../destinations/contract.ts';
import type { GoldenSource } from './golden.ts';

/** Rows of the sources that get broken; enough for several pieces in every format. */
export const ROWS = 1_500;

export function twoChunks(source: Pick<GoldenSource, 'chunk'>): LoadChunkRequest[] {
  return [source.chunk(0, { from: 0, to: ROWS / 2 }), source.chunk(1, { from: ROWS / 2, to: ROWS + 1 })];
}

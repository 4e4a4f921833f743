/** `append`: every row of the interval is added. `merge`: a row replaces the one with its key unless that is newer. */
export const WRITE_MODES = ['append', 'merge'] as const;
export type WriteMode = (typeof WRITE_MODES)[number];

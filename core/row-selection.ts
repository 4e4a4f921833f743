import type { Micros } from './time.ts';

/** Some rows of an interval, named so that ClickHouse can find them again. */
export interface RowSelection {
  /** All rows of one microsecond that are in one bucket of the digest: what one insert brought, without naming each row. */
  groups: [Micros, bucket: number][];
  keys: [Micros, uuid: string][];
}

/** A statement names at most so many; what is more is loaded by running the whole interval again. */
export const MAX_SELECTED = 50_000;

export function selectionSize({ groups, keys }: RowSelection): number {
  return groups.length + keys.length;
}

/** The smallest range of ingestion time that holds the selection; undefined when it is empty. */
export function selectionRange({ groups, keys }: RowSelection): { startMicros: Micros; endMicros: Micros } | undefined {
  let [first, last] = [Infinity, -Infinity];
  for (const [micros] of [...groups, ...keys]) {
    first = Math.min(first, micros);
    last = Math.max(last, micros);
  }
  return Number.isFinite(first) ? { startMicros: first, endMicros: last + 1 } : undefined;
}

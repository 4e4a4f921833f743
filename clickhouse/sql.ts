import type { Micros } from '../core/time.ts';

/** A constant DateTime64(6, 'UTC') that the primary key can be pruned with. */
export function microsSql(micros: Micros): string {
  if (!Number.isSafeInteger(micros)) {
    throw new TypeError(`not a time in whole microseconds: ${String(micros)}`);
  }
  return `fromUnixTimestamp64Micro(${String(micros)}, 'UTC')`;
}

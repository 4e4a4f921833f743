import type { Micros } from '../core/time.ts';
import { microsSql, quoteUuid } from './sql.ts';

/** A row of the log, in its order of (inserted_at, uuid). */
export interface LogRow {
  positionMicros: Micros;
  afterUuid: string;
}

export interface LogRange {
  fromMicros: Micros;
  /** Keyset position: only rows with `(inserted_at, uuid) > (fromMicros, afterUuid)`. Absent: from `fromMicros` on. */
  afterUuid?: string;
  /** Exclusive. */
  untilMicros?: Micros;
  /** The last row of the range. */
  upTo?: LogRow;
}

/**
 * The condition of a range. Written as columns, not as tuples: so the primary key is pruned by the uuid too, within one
 * microsecond that holds millions of rows.
 */
export function rangeSql({ fromMicros, afterUuid, untilMicros, upTo }: LogRange): string {
  const from = microsSql(fromMicros);
  const conditions = [`inserted_at >= ${from}`];
  if (afterUuid !== undefined) {
    conditions.push(`(inserted_at > ${from} OR uuid > toUUID(${quoteUuid(afterUuid)}))`);
  }
  if (untilMicros !== undefined) {
    conditions.push(`inserted_at < ${microsSql(untilMicros)}`);
  }
  if (upTo !== undefined) {
    const last = microsSql(upTo.positionMicros);
    conditions.push(
      `inserted_at <= ${last}`,
      `(inserted_at < ${last} OR uuid <= toUUID(${quoteUuid(upTo.afterUuid)}))`,
    );
  }
  return conditions.join(' AND ');
}

import { DIGEST_BUCKETS } from '../core/digest.ts';
import { filterToSql, type EventFilter, type SqlFragment } from '../core/filters.ts';
import type { RowSelection } from '../core/row-selection.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import { keyTuples, microsSql, quoteUuid } from './sql.ts';

/** The hash of an event in every digest, and the bucket that it puts the event in. */
export const EVENT_HASH = 'cityHash64(uuid)';
export const EVENT_BUCKET = `${EVENT_HASH} % ${String(DIGEST_BUCKETS)}`;

/** A team's matching events of one span of ingestion time. */
export interface EventScope {
  teamId: number;
  filter: EventFilter;
  range: MicrosRange;
  /**
   * The plan whose chunks are read. What was found out about duplicates is remembered for this plan only: the worker
   * that reads a later plan's chunks need not be the one that planned.
   */
  plan?: string;
  /** Where they are read; absent: `event_log`. */
  table?: 'events';
}

/**
 * One part of a scope, cut in ClickHouse's order of (inserted_at, uuid): rows from the microsecond `startMicros`
 * (only those after `uuidFrom` at that very microsecond) to before `endMicros` (only those up to and with `uuidTo` at
 * its last microsecond). The uuid bounds exist only where a single microsecond holds more rows than fit one chunk.
 */
export interface PlannedChunk {
  startMicros: Micros;
  endMicros: Micros;
  uuidFrom?: string;
  uuidTo?: string;
  /** Of these rows only the named ones. */
  selection?: RowSelection;
  /** Stored rows at the time of planning, duplicates included. */
  expectedRows: number;
}

/** Condition on event_log and on events. */
export function scopeSql({ teamId, filter, range }: EventScope): SqlFragment {
  const names = filterToSql(filter);
  return {
    sql: `team_id = {scope_team:UInt32} AND inserted_at >= ${microsSql(range.startMicros)}
      AND inserted_at < ${microsSql(range.endMicros)} AND (${names.sql})`,
    params: { ...names.params, scope_team: teamId },
  };
}

/** Condition on event_log for the rows of `scope` that are in `chunk`. */
export function chunkSql(scope: EventScope, chunk: PlannedChunk): SqlFragment {
  const { startMicros, endMicros, uuidFrom, uuidTo, selection } = chunk;
  const { sql, params } = scopeSql({ ...scope, range: { startMicros, endMicros } });
  const conditions = [sql];
  if (selection !== undefined) {
    conditions.push(selectionSql(selection));
  }
  if (uuidFrom !== undefined) {
    conditions.push(`(inserted_at, uuid) > (${microsSql(startMicros)}, toUUID(${quoteUuid(uuidFrom)}))`);
  }
  if (uuidTo !== undefined) {
    conditions.push(`(inserted_at, uuid) <= (${microsSql(endMicros - 1)}, toUUID(${quoteUuid(uuidTo)}))`);
  }
  return { sql: conditions.join(' AND '), params };
}

function selectionSql({ groups, keys }: RowSelection): string {
  const named = keys.map(([insertedAtMicros, uuid]) => ({ insertedAtMicros, uuid }));
  const pairs = groups.map(([micros, bucket]) => `(${String(Math.trunc(micros))},${String(Math.trunc(bucket))})`);
  const conditions = [
    ...(pairs.length > 0 ? [`(toUnixTimestamp64Micro(inserted_at), ${EVENT_BUCKET}) IN (${pairs.join(',')})`] : []),
    ...(named.length > 0 ? [`(inserted_at, uuid) IN (${keyTuples(named)})`] : []),
  ];
  return conditions.length > 0 ? `(${conditions.join(' OR ')})` : '0';
}

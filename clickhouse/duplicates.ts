import type { SqlFragment } from '../core/filters.ts';
import type { Micros } from '../core/time.ts';
import type { ClickHouse, Statement } from './client.ts';
import { scopeSql, type EventScope } from './scope.ts';

/** A stored row that must not be exported as it is. */
export interface DuplicateKey {
  insertedAtMicros: Micros;
  uuid: string;
}

/** Which rows of a scope are not the first arrival of their event. */
export interface Duplicates {
  /** Their uuid was seen earlier: never exported. */
  late: DuplicateKey[];
  /** Several rows share this very key: exported once. */
  twins: DuplicateKey[];
  /** There are more than MAX_NAMED of a kind, and the lists are cut: the reading query has to find them itself. */
  many: boolean;
}

/** Lists are held in memory for the scope's chunks: a few megabytes. */
const MAX_NAMED = 20_000;

/** Up to this many rows the uuids are looked up by key; above, both sides are sorted and merged. */
const KEY_LOOKUP_ROWS = 100_000;
/** Sorting and grouping spill to disk beyond this, so that memory does not grow with the interval. */
const SPILL_BYTES = '268435456';
const SETTINGS = {
  max_bytes_before_external_sort: SPILL_BYTES,
  max_bytes_before_external_group_by: SPILL_BYTES,
} as const;

/**
 * Finds the duplicates of a scope. The usual answer is "none", and one pass proves it: every row meets exactly one entry of
 * event_first_seen, which is neither earlier nor counts several copies. Only when that fails are the rows named.
 * A row whose entry is missing (the view had failed) is no known duplicate.
 */
export async function findDuplicates(ch: ClickHouse, scope: EventScope, signal?: AbortSignal): Promise<Duplicates> {
  const range = scopeSql(scope);
  const merge = (await countStored(ch, range, signal)) > KEY_LOOKUP_ROWS;
  const evidence = await readEvidence(ch, range, { merge, signal });
  const late = evidence.late > 0 ? await readLate(ch, range, { merge, signal }) : [];
  const hasTwins = evidence.several > 0 || evidence.joined > evidence.stored;
  const twins = hasTwins ? await readTwins(ch, range, signal) : [];
  return { late, twins, many: late.length > MAX_NAMED || twins.length > MAX_NAMED };
}

/** `(inserted_at, uuid)` of late rows, as a subquery; `range` is a condition with the parameters of a scope. */
export function lateSql(range: string): string {
  return `SELECT stored.inserted_at, stored.uuid
    FROM (SELECT uuid, first_seen FROM event_first_seen WHERE team_id = {scope_team:UInt32}) AS seen
    INNER JOIN (SELECT uuid, inserted_at FROM event_log WHERE ${range}) AS stored ON seen.uuid = stored.uuid
    WHERE seen.first_seen < stored.inserted_at`;
}

interface Pass {
  /** Sort and merge instead of looking up by key. */
  merge: boolean;
  signal: AbortSignal | undefined;
}

async function countStored(ch: ClickHouse, range: SqlFragment, signal?: AbortSignal): Promise<number> {
  const [row] = await ch.rows<{ rows: number }>({
    sql: `SELECT count() AS rows FROM event_log WHERE ${range.sql}`,
    params: range.params,
    ...(signal && { signal }),
  });
  return row?.rows ?? 0;
}

interface Evidence {
  joined: number;
  stored: number;
  late: number;
  several: number;
}

async function readEvidence(ch: ClickHouse, range: SqlFragment, pass: Pass): Promise<Evidence> {
  const [row] = await ch.rows<Evidence>(
    statement(
      `SELECT count() AS joined, (SELECT count() FROM event_log WHERE ${range.sql}) AS stored,
        countIf(seen.copies > 0 AND seen.first_seen < logged.inserted_at) AS late, countIf(seen.copies > 1) AS several
      FROM ${storedSql(range)} AS logged LEFT JOIN ${seenSql(range, pass)} AS seen ON logged.uuid = seen.uuid`,
      range,
      pass,
    ),
  );
  return row ?? { joined: 0, stored: 0, late: 0, several: 0 };
}

async function readLate(ch: ClickHouse, range: SqlFragment, pass: Pass): Promise<DuplicateKey[]> {
  return ch.rows<DuplicateKey>(
    statement(
      `SELECT DISTINCT toUnixTimestamp64Micro(stored.inserted_at) AS insertedAtMicros, toString(stored.uuid) AS uuid
      FROM ${storedSql(range)} AS stored INNER JOIN ${seenSql(range, pass)} AS seen ON stored.uuid = seen.uuid
      WHERE seen.first_seen < stored.inserted_at ORDER BY insertedAtMicros LIMIT ${String(MAX_NAMED + 1)}`,
      range,
      pass,
    ),
  );
}

async function readTwins(ch: ClickHouse, range: SqlFragment, signal?: AbortSignal): Promise<DuplicateKey[]> {
  return ch.rows<DuplicateKey>({
    sql: `SELECT toUnixTimestamp64Micro(inserted_at) AS insertedAtMicros, toString(uuid) AS uuid FROM event_log
      WHERE ${range.sql} GROUP BY event_log.inserted_at, event_log.uuid HAVING count() > 1
      ORDER BY insertedAtMicros LIMIT ${String(MAX_NAMED + 1)}`,
    params: range.params,
    settings: SETTINGS,
    ...(signal && { signal }),
  });
}

function storedSql(range: SqlFragment): string {
  return `(SELECT uuid, inserted_at FROM event_log WHERE ${range.sql})`;
}

function seenSql(range: SqlFragment, { merge }: Pass): string {
  const byKey = merge ? '' : `AND uuid IN (SELECT uuid FROM event_log WHERE ${range.sql})`;
  return `(SELECT uuid, first_seen, copies FROM event_first_seen WHERE team_id = {scope_team:UInt32} ${byKey})`;
}

function statement(sql: string, range: SqlFragment, { merge, signal }: Pass): Statement {
  return {
    sql,
    params: range.params,
    settings: { ...SETTINGS, join_algorithm: merge ? 'full_sorting_merge' : 'hash' },
    ...(signal && { signal }),
  };
}

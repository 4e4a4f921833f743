import type { SqlFragment } from '../core/filters.ts';
import type { ClickHouse } from './client.ts';
import { findDuplicates, lateSql, type DuplicateKey, type Duplicates } from './duplicates.ts';
import { chunkSql, type ExportScope, type PlannedChunk } from './scope.ts';
import { keyTuples } from './sql.ts';

/** Verdicts kept per connection: the chunks of a run share one, and so does the count that verifies it. */
const REMEMBERED_SCOPES = 32;
const remembered = new WeakMap<ClickHouse, Map<string, Promise<Duplicates>>>();

/**
 * The duplicates of a scope, found once and remembered for its chunks. A failed search is not remembered.
 * The caller may ask for a fresh look, which is then what the others see.
 */
export function duplicatesOf(ch: ClickHouse, scope: ExportScope, options: { fresh: boolean }): Promise<Duplicates> {
  const verdicts = remembered.get(ch) ?? new Map<string, Promise<Duplicates>>();
  remembered.set(ch, verdicts);
  const key = JSON.stringify([scope.teamId, scope.filter, scope.range.startMicros, scope.range.endMicros]);
  const known = options.fresh ? undefined : verdicts.get(key);
  if (known !== undefined) {
    return known;
  }
  // Not under one caller's signal: the others wait for the same answer.
  const found = findDuplicates(ch, scope);
  verdicts.set(key, found);
  found.catch(() => verdicts.delete(key));
  const oldest = verdicts.size > REMEMBERED_SCOPES ? verdicts.keys().next().value : undefined;
  if (oldest !== undefined) {
    verdicts.delete(oldest);
  }
  return found;
}

/**
 * `SELECT <columns>` over the first arrivals of a chunk. As plain as it can be: a chunk without duplicates is read with
 * nothing but its range.
 */
export function selectFirstArrivals(
  columns: string,
  { scope, chunk, duplicates }: { scope: ExportScope; chunk: PlannedChunk; duplicates: Duplicates },
): SqlFragment {
  const { sql, params } = chunkSql(scope, chunk);
  const plain = `SELECT ${columns} FROM event_log WHERE ${sql}`;
  if (duplicates.many) {
    // Holds the keys of one chunk in the server's memory; only for data that was written over and over.
    const first = `${plain} AND (inserted_at, uuid) NOT IN (${lateSql(sql)})`;
    return { sql: `SELECT * FROM (${first} LIMIT 1 BY event_log.inserted_at, event_log.uuid)`, params };
  }
  const late = within(duplicates.late, chunk);
  const twins = within(duplicates.twins, chunk);
  const lateKeys = new Set(late.map(keyText));
  const once = twins.filter((twin) => !lateKeys.has(keyText(twin)));
  const excluded = [...late, ...once];
  const without = excluded.length === 0 ? plain : `${plain} AND (inserted_at, uuid) NOT IN (${keyTuples(excluded)})`;
  if (once.length === 0) {
    return { sql: without, params };
  }
  const single = `${plain} AND (inserted_at, uuid) IN (${keyTuples(once)}) LIMIT 1 BY event_log.inserted_at, event_log.uuid`;
  return { sql: `SELECT * FROM (${without} UNION ALL SELECT * FROM (${single}))`, params };
}

function within(keys: readonly DuplicateKey[], { startMicros, endMicros }: PlannedChunk): DuplicateKey[] {
  return keys.filter((key) => key.insertedAtMicros >= startMicros && key.insertedAtMicros < endMicros);
}

function keyText(key: DuplicateKey): string {
  return `${String(key.insertedAtMicros)} ${key.uuid}`;
}

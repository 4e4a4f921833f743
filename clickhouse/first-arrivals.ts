import type { SqlFragment } from '../core/filters.ts';
import type { ClickHouse } from './client.ts';
import { findDuplicates, lateSql, type DuplicateKey, type Duplicates } from './duplicates.ts';
import { chunkSql, type EventScope, type PlannedChunk } from './scope.ts';
import { keyTuples } from './sql.ts';

/** Verdicts kept per connection: the chunks of a run share one. */
const REMEMBERED_SCOPES = 32;
/** A row that became visible late may be a duplicate that an old verdict does not know. */
const REMEMBERED_FOR_MS = 5 * 60_000;

interface Verdict {
  duplicates: Promise<Duplicates>;
  madeAtMs: number;
}

const remembered = new WeakMap<ClickHouse, Map<string, Verdict>>();

/**
 * The duplicates of a scope, found once and remembered for its chunks for a few minutes. A failed search is not
 * remembered. `fresh` looks again, and its answer is what the others see from then on.
 */
export function duplicatesOf(ch: ClickHouse, scope: EventScope, { fresh }: { fresh: boolean }): Promise<Duplicates> {
  const verdicts = remembered.get(ch) ?? new Map<string, Verdict>();
  remembered.set(ch, verdicts);
  const key = keyOf(scope);
  const known = verdicts.get(key);
  if (known !== undefined && !fresh && performance.now() - known.madeAtMs < REMEMBERED_FOR_MS) {
    return known.duplicates;
  }
  // Not under one caller's signal: the others wait for the same answer.
  const verdict = { duplicates: findDuplicates(ch, scope), madeAtMs: performance.now() };
  remember(verdicts, key, verdict);
  return verdict.duplicates;
}

/** Before a scope is planned again: its chunks must not be read with what an earlier run knew. */
export function forgetDuplicates(ch: ClickHouse, scope: EventScope): void {
  remembered.get(ch)?.delete(keyOf(scope));
}

function keyOf({ teamId, filter, range, plan }: EventScope): string {
  return JSON.stringify([teamId, filter, range.startMicros, range.endMicros, plan]);
}

function remember(verdicts: Map<string, Verdict>, key: string, verdict: Verdict): void {
  verdicts.delete(key);
  verdicts.set(key, verdict);
  verdict.duplicates.catch(() => verdicts.get(key) === verdict && verdicts.delete(key));
  const oldest = verdicts.size > REMEMBERED_SCOPES ? verdicts.keys().next().value : undefined;
  if (oldest !== undefined) {
    verdicts.delete(oldest);
  }
}

export interface ChunkToSelect {
  scope: EventScope;
  chunk: PlannedChunk;
  duplicates: Duplicates;
  /** Another condition on the columns of event_log. */
  where?: string | undefined;
}

/**
 * `SELECT <columns>` over the first arrivals of a chunk. As plain as it can be: a chunk without duplicates is read with
 * nothing but its range.
 */
export function selectFirstArrivals(columns: string, { scope, chunk, duplicates, where }: ChunkToSelect): SqlFragment {
  const { sql, params } = chunkSql(scope, chunk);
  const plain = `SELECT ${columns} FROM event_log WHERE ${where === undefined ? sql : `${sql} AND (${where})`}`;
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

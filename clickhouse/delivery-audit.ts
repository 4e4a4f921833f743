import type { Micros, MicrosRange } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { keepFirstArrivals, type ArrivalKey } from './first-seen.ts';
import { scopeSql, type EventScope } from './scope.ts';
import { microsSql, quoteUuid } from './sql.ts';

/** Count and sum of the uuids' hashes modulo 2^64, by the start of the minute of ingestion. */
export type MinuteDigests = ReadonlyMap<Micros, { rows: number; hash: string }>;

/** Keys of one page of candidates. */
const PAGE_KEYS = 1_000;
export const SETTLED = `outcome IN ('delivered', 'retry_scheduled', 'parked', 'discarded', 'masked')`;
/** Rows of the attempt log may be stamped by a worker whose clock is behind. */
const CLOCK_SKEW = 'INTERVAL 1 HOUR';
/** An audit is never urgent. */
const SETTINGS = { max_threads: 1, max_execution_time: 300, max_bytes_before_external_group_by: '268435456' } as const;

/** Stored rows that a webhook wants; duplicates count, so a minute that differs is one to look at, no more. */
export async function matchedDigests(ch: ClickHouse, scope: EventScope): Promise<MinuteDigests> {
  const { sql, params } = scopeSql(scope);
  return digests(ch, `SELECT inserted_at AS at, cityHash64(uuid) AS hash FROM event_log WHERE ${sql}`, params);
}

/** Events that the attempt log has an owner for: delivered, given to a retry, parked, given up or masked. */
export async function settledDigests(
  ch: ClickHouse,
  { destinationId, range }: { destinationId: string; range: MicrosRange },
): Promise<MinuteDigests> {
  const inner = `SELECT DISTINCT event_inserted_at AS at, cityHash64(event_uuid) AS hash FROM delivery_attempts
    WHERE ${attemptsSql(range)} AND ${SETTLED}`;
  return digests(ch, inner, { destination: destinationId });
}

async function digests(ch: ClickHouse, inner: string, params: Record<string, unknown>): Promise<MinuteDigests> {
  const found = await ch.rows<{ minute: number; rows: number; hash: string }>({
    sql: `SELECT toUnixTimestamp(toStartOfMinute(at)) AS minute, count() AS rows, toString(sum(hash)) AS hash
      FROM (${inner}) GROUP BY minute`,
    params,
    settings: SETTINGS,
  });
  return new Map(found.map(({ minute, rows, hash }) => [minute * 1_000_000, { rows, hash }]));
}

/**
 * First arrivals of the scope that nobody owns, in ClickHouse's order, page by page. An attempt that failed without a
 * retry being started owns nothing.
 */
export async function* missedEvents(
  ch: ClickHouse,
  scope: EventScope,
  destinationId: string,
): AsyncGenerator<ArrivalKey[]> {
  const { sql, params } = scopeSql(scope);
  let after = '1';
  for (;;) {
    const page = await ch.rows<ArrivalKey>({
      sql: `SELECT team_id AS teamId, toString(uuid) AS uuid, toUnixTimestamp64Micro(inserted_at) AS insertedAtMicros
        FROM event_log WHERE ${sql} AND ${after} AND uuid NOT IN (
          SELECT event_uuid FROM delivery_attempts WHERE destination_id = {destination:UUID} AND ${SETTLED}
            AND event_uuid IN (SELECT uuid FROM event_log WHERE ${sql}))
        ORDER BY inserted_at, uuid LIMIT ${String(PAGE_KEYS)}`,
      params: { ...params, destination: destinationId },
      settings: SETTINGS,
    });
    yield await keepFirstArrivals(ch, page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_KEYS) {
      return;
    }
    after = `inserted_at >= ${microsSql(last.insertedAtMicros)}
      AND (inserted_at, uuid) > (${microsSql(last.insertedAtMicros)}, toUUID(${quoteUuid(last.uuid)}))`;
  }
}

export interface OpenRetry {
  eventUuid: string;
  eventInsertedAtMicros: Micros;
  /** Attempts made so far. */
  attempt: number;
  /** How often an audit has given it to a retry. */
  restarts: number;
}

/** Events that were given to a retry which has not said how it ended. */
export async function openRetries(
  ch: ClickHouse,
  { destinationId, range, limit }: { destinationId: string; range: MicrosRange; limit: number },
): Promise<OpenRetry[]> {
  return ch.rows<OpenRetry>({
    sql: `SELECT toString(event_uuid) AS eventUuid, toUnixTimestamp64Micro(any(event_inserted_at)) AS eventInsertedAtMicros,
        max(attempt) AS attempt, countIf(error_code = 'delivery_missed') AS restarts
      FROM delivery_attempts WHERE ${attemptsSql(range)}
      GROUP BY event_uuid
      HAVING countIf(outcome = 'retry_scheduled') > 0 AND countIf(outcome IN ('delivered', 'parked', 'discarded')) = 0
      ORDER BY eventInsertedAtMicros LIMIT {limit:UInt32}`,
    params: { destination: destinationId, limit },
    settings: SETTINGS,
  });
}

/** No attempt is made before its event is ingested, which prunes the partitions. */
function attemptsSql({ startMicros, endMicros }: MicrosRange): string {
  return `destination_id = {destination:UUID} AND event_inserted_at >= ${microsSql(startMicros)}
    AND event_inserted_at < ${microsSql(endMicros)}
    AND attempted_at >= toDateTime64(${microsSql(startMicros)}, 3, 'UTC') - ${CLOCK_SKEW}`;
}

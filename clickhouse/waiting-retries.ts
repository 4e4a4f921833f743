import type { Micros } from '../core/time.ts';
import { latest } from './attempt-queries.ts';
import type { ClickHouse } from './client.ts';
import { microsSql } from './sql.ts';

/** What is asked once an hour is never urgent. */
const SETTINGS = { max_threads: 1, max_execution_time: 300, max_bytes_before_external_group_by: '268435456' } as const;

/** Only events that were given to a retry at some time are grouped: the rest of the log, mostly first tries, is skipped. */
const RETRIED_EVER = (since: Micros): string => `destination_id IN {destinations:Array(UUID)}
    AND event_inserted_at >= ${microsSql(since)}
    AND attempted_at >= toDateTime64(${microsSql(since)}, 3, 'UTC') - INTERVAL 1 HOUR
    AND (destination_id, event_uuid) IN (
      SELECT destination_id, event_uuid FROM delivery_attempts
      WHERE destination_id IN {destinations:Array(UUID)} AND outcome = 'retry_scheduled'
        AND attempted_at >= toDateTime64(${microsSql(since)}, 3, 'UTC') - INTERVAL 1 HOUR)`;

/** Events ingested since then that wait for their retry, as the log says, by destination; without any it is absent. */
export async function countWaitingRetries(
  ch: ClickHouse,
  { destinationIds, since }: { destinationIds: readonly string[]; since: Micros },
): Promise<Map<string, number>> {
  if (destinationIds.length === 0) {
    return new Map();
  }
  const rows = await ch.rows<{ destinationId: string; waiting: number }>({
    sql: `SELECT toString(destination_id) AS destinationId, count() AS waiting FROM (
        SELECT destination_id FROM delivery_attempts WHERE ${RETRIED_EVER(since)}
        GROUP BY destination_id, event_uuid HAVING ${latest('outcome')} = 'retry_scheduled')
      GROUP BY destination_id`,
    params: { destinations: [...destinationIds] },
    settings: SETTINGS,
  });
  return new Map(rows.map(({ destinationId, waiting }) => [destinationId, waiting]));
}

export interface WaitingRetry {
  eventUuid: string;
  eventInsertedAtMicros: Micros;
  /** Attempts made so far. */
  attempt: number;
  /** The last of them when the event was settled before, and is sent again by a replay; 0: it never was. */
  settledAttempt: number;
  /** How often an audit has given it to a retry. */
  restarts: number;
}

/** From the oldest event to the newest. */
export async function listWaitingRetries(
  ch: ClickHouse,
  { destinationId, since, limit }: { destinationId: string; since: Micros; limit: number },
): Promise<WaitingRetry[]> {
  return ch.rows<WaitingRetry>({
    sql: `SELECT toString(event_uuid) AS eventUuid, toUnixTimestamp64Micro(any(event_inserted_at)) AS eventInsertedAtMicros,
        max(attempt) AS attempt, maxIf(attempt, outcome IN ('delivered', 'discarded')) AS settledAttempt,
        countIf(error_code = 'delivery_missed') AS restarts
      FROM delivery_attempts WHERE ${RETRIED_EVER(since)}
      GROUP BY event_uuid HAVING ${latest('outcome')} = 'retry_scheduled'
      ORDER BY eventInsertedAtMicros, eventUuid LIMIT {limit:UInt32}`,
    params: { destinations: [destinationId], limit },
    settings: SETTINGS,
  });
}

import type { Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';

export interface FailedEvent {
  eventUuid: string;
  eventInsertedAtMicros: Micros;
  /** Attempts made so far. */
  attempt: number;
}

/** Events of a destination that are not settled and were tried within a day, without probes the last tried first. */
export async function failedEvents(
  clickhouse: ClickHouse,
  destinationId: string,
  limit: number,
): Promise<FailedEvent[]> {
  return clickhouse.rows<FailedEvent>({
    sql: `SELECT toString(event_uuid) AS eventUuid,
        toUnixTimestamp64Micro(any(event_inserted_at)) AS eventInsertedAtMicros,
        max(attempt) AS attempt
      FROM delivery_attempts
      WHERE destination_id = {destination:UUID} AND attempted_at >= now() - INTERVAL 1 DAY AND outcome != 'masked'
      GROUP BY event_uuid
      HAVING countIf(outcome IN ('delivered', 'discarded')) = 0
      ORDER BY maxIf(attempted_at, via != 'probe') DESC, event_uuid
      LIMIT {limit:UInt32}`,
    params: { destination: destinationId, limit },
    settings: { max_threads: 1 },
  });
}

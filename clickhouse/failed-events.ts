import type { Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';

export interface FailedEvent {
  eventUuid: string;
  eventInsertedAtMicros: Micros;
  /** Attempts made so far. */
  attempt: number;
}

/** The event of a destination whose latest attempt failed last, within a day; undefined when there is none. */
export async function lastFailedEvent(clickhouse: ClickHouse, destinationId: string): Promise<FailedEvent | undefined> {
  const [row] = await clickhouse.rows<FailedEvent>({
    sql: `SELECT toString(event_uuid) AS eventUuid,
        toUnixTimestamp64Micro(any(event_inserted_at)) AS eventInsertedAtMicros,
        max(attempt) AS attempt
      FROM delivery_attempts
      WHERE destination_id = {destination:UUID} AND attempted_at >= now() - INTERVAL 1 DAY AND outcome != 'masked'
      GROUP BY event_uuid
      HAVING countIf(outcome IN ('delivered', 'discarded')) = 0
      ORDER BY max(attempted_at) DESC
      LIMIT 1`,
    params: { destination: destinationId },
    settings: { max_threads: 1 },
  });
  return row;
}

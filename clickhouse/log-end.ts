import type { Micros } from '../core/time.ts';
import { latest, type ParkedDelivery } from './attempt-queries.ts';
import type { ClickHouse } from './client.ts';
import { SETTLED } from './delivery-audit.ts';
import { scopeSql, type EventScope } from './scope.ts';
import { microsSql } from './sql.ts';

/** What is asked once an hour is never urgent. */
const SETTINGS = { max_threads: 1, max_execution_time: 300, max_bytes_before_external_group_by: '268435456' } as const;

/** When the oldest stored event of the scope was ingested; undefined: there is none. */
export async function oldestMatching(ch: ClickHouse, scope: EventScope): Promise<Micros | undefined> {
  const { sql, params } = scopeSql(scope);
  const [row] = await ch.rows<{ micros: Micros }>({
    sql: `SELECT toUnixTimestamp64Micro(inserted_at) AS micros FROM event_log WHERE ${sql} ORDER BY inserted_at LIMIT 1`,
    params,
    settings: SETTINGS,
  });
  return row?.micros;
}

/**
 * Events of a scope that the log has forgotten and nobody has settled, as the long-term table knows them: without those that
 * were erased meanwhile. Copies of one event count once.
 */
export async function countForgotten(ch: ClickHouse, scope: EventScope, destinationId: string): Promise<number> {
  const { sql, params } = scopeSql(scope);
  const [row] = await ch.rows<{ events: number }>({
    sql: `SELECT count() AS events FROM (
        SELECT uuid FROM events WHERE ${sql} AND uuid NOT IN (
          SELECT event_uuid FROM delivery_attempts WHERE destination_id = {destination:UUID} AND ${SETTLED}
            AND event_inserted_at >= ${microsSql(scope.range.startMicros)}
            AND event_inserted_at < ${microsSql(scope.range.endMicros)})
        GROUP BY uuid)`,
    params: { ...params, destination: destinationId },
    settings: SETTINGS,
  });
  return row?.events ?? 0;
}

/** Only events that waited at some time are grouped: the rest of the log, mostly first tries, is skipped. */
function waitedEver(beforeMicros: Micros, outcomes: readonly string[]): string {
  const before = `event_inserted_at < ${microsSql(beforeMicros)}`;
  const waited = outcomes.map((outcome) => `'${outcome}'`).join(', ');
  return `${before} AND (destination_id, event_uuid) IN (
      SELECT destination_id, event_uuid FROM delivery_attempts WHERE ${before} AND outcome IN (${waited}))
    GROUP BY destination_id, event_uuid HAVING ${latest('outcome')} IN (${waited})`;
}

/** By webhook, when the oldest event was ingested that is parked or waits for its retry, of those ingested before. */
export async function oldestWaiting(ch: ClickHouse, beforeMicros: Micros): Promise<Map<string, Micros>> {
  const rows = await ch.rows<{ destinationId: string; micros: Micros }>({
    sql: `SELECT toString(destination_id) AS destinationId, toUnixTimestamp64Micro(min(ingested)) AS micros FROM (
        SELECT destination_id, any(event_inserted_at) AS ingested FROM delivery_attempts
        WHERE ${waitedEver(beforeMicros, ['parked', 'retry_scheduled'])})
      GROUP BY destination_id`,
    settings: SETTINGS,
  });
  return new Map(rows.map(({ destinationId, micros }) => [destinationId, micros]));
}

/** Parked deliveries of events that were ingested before, of all webhooks. */
export async function parkedBefore(
  ch: ClickHouse,
  { beforeMicros, limit }: { beforeMicros: Micros; limit: number },
): Promise<Omit<ParkedDelivery, 'replayed'>[]> {
  return ch.rows({
    sql: `SELECT toString(destination_id) AS destinationId, any(team_id) AS teamId, toString(event_uuid) AS eventUuid,
        toUnixTimestamp64Micro(any(event_inserted_at)) AS eventInsertedAtMicros, ${latest('attempt')} AS attempt
      FROM delivery_attempts WHERE ${waitedEver(beforeMicros, ['parked'])}
      ORDER BY destinationId, eventInsertedAtMicros LIMIT {limit:UInt32}`,
    params: { limit },
    settings: SETTINGS,
  });
}

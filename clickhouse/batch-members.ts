import type { ClickHouse } from './client.ts';

/** The events that shared a request with one, itself included; they share its id and its time. */
export async function batchMembers(
  ch: ClickHouse,
  request: { destinationId: string; webhookId: string; attemptedAt: Date; limit: number },
): Promise<{ events: number; uuids: string[] }> {
  const { limit, ...of } = request;
  const [row] = await ch.rows<{ events: number; uuids: string[] }>({
    sql: `SELECT uniqExact(event_uuid) AS events,
        arrayMap(uuid -> toString(uuid), arraySort(groupUniqArray(${String(limit)})(event_uuid))) AS uuids
      FROM delivery_attempts WHERE destination_id = {destination:UUID} AND webhook_id = {webhook:String}
        AND attempted_at = fromUnixTimestamp64Milli({at:Int64}, 'UTC')`,
    params: { destination: of.destinationId, webhook: of.webhookId, at: of.attemptedAt.getTime() },
  });
  return row ?? { events: 0, uuids: [] };
}

import type { DeliveryStats } from '../../clickhouse/activity/delivery-stats.ts';
import type { WebhookSpan } from '../../clickhouse/activity/added-days.ts';
import type { ClickHouse } from '../../clickhouse/client.ts';
import type { DeliveryPoint } from '../../core/activity.ts';

/** What figures of webhooks mean: each in one look at all rows of the attempt log. */

/** From `from` on. */
export async function scanStats(ch: ClickHouse, { teamId, destinationId, from }: WebhookSpan): Promise<DeliveryStats> {
  const [row] = await ch.rows<DeliveryStats & { timed: number }>({
    sql: `SELECT uniqExactIf(event_uuid, outcome = 'delivered') AS delivered,
        uniqExactIf(event_uuid, outcome = 'discarded') AS discarded, countIf(outcome != 'masked') AS attempts,
        countIf(outcome = 'delivered' AND via != 'replay') AS timed,
        if(timed = 0, NULL, quantileIf(0.5)(latency_ms, outcome = 'delivered' AND via != 'replay')) AS p50Ms,
        if(timed = 0, NULL, quantileIf(0.99)(latency_ms, outcome = 'delivered' AND via != 'replay')) AS p99Ms
      FROM delivery_attempts
      WHERE team_id = {team:UInt32} AND destination_id = {destination:UUID}
        AND attempted_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`,
    params: { team: teamId, destination: destinationId, from: from.getTime() },
  });
  const { timed: _, ...stats } = row!;
  return stats;
}

export async function scanSeries(
  ch: ClickHouse,
  { teamId, destinationId, from, to, stepSeconds }: WebhookSpan & { stepSeconds: number },
): Promise<DeliveryPoint[]> {
  const percentile = (place: number): string => `if(delivered = 0, NULL, percentiles[${String(place)}])`;
  const rows = await ch.rows<Omit<DeliveryPoint, 'at'> & { atSeconds: number; percentiles: number[] }>({
    sql: `SELECT intDiv(toUnixTimestamp(attempted_at), {step:UInt32}) * {step:UInt32} AS atSeconds,
        countIf(outcome != 'masked') AS attempts, countIf(outcome = 'delivered') AS delivered,
        uniqExactIf(event_uuid, outcome = 'discarded') AS discarded, countIf(attempt > 1) AS retries,
        quantilesIf(0.5, 0.95, 0.99)(duration_ms, outcome = 'delivered') AS percentiles,
        ${percentile(1)} AS p50Ms, ${percentile(2)} AS p95Ms, ${percentile(3)} AS p99Ms
      FROM delivery_attempts
      WHERE team_id = {team:UInt32} AND destination_id = {destination:UUID}
        AND attempted_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
        AND attempted_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      GROUP BY atSeconds ORDER BY atSeconds`,
    params: {
      ...{ team: teamId, destination: destinationId, step: stepSeconds },
      ...{ from: from.getTime(), to: to.getTime() },
    },
  });
  return rows.map(({ atSeconds, percentiles: _, ...point }) => ({ ...point, at: new Date(atSeconds * 1_000) }));
}

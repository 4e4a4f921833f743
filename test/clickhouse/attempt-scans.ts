import type { DeliveryStats } from '../../clickhouse/activity/delivery-stats.ts';
import type { WebhookSpan } from '../../clickhouse/activity/added-days.ts';
import type { HoursQuery } from '../../clickhouse/activity/delivery-summaries.ts';
import type { ClickHouse } from '../../clickhouse/client.ts';
import type { DeliveryPoint, DeliverySummary } from '../../core/activity.ts';

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

/** In order of their webhooks; hours are in order of time. */
export async function scanSummaries(
  ch: ClickHouse,
  { teamId, from, to, destinationIds }: HoursQuery,
): Promise<DeliverySummary[]> {
  const rows = `delivery_attempts WHERE team_id = {team:UInt32}
      AND attempted_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND attempted_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      ${destinationIds === undefined ? '' : 'AND destination_id IN {ids:Array(UUID)}'}`;
  const params = { team: teamId, from: from.getTime(), to: to.getTime(), ids: [...(destinationIds ?? [])] };
  const totals = await ch.rows<Omit<DeliverySummary, 'lastErrorAt' | 'hours'> & { lastErrorMs: number }>({
    sql: `SELECT toString(destination_id) AS destinationId, countIf(outcome != 'masked') AS attempts,
        countIf(outcome = 'delivered') AS delivered, uniqExactIf(event_uuid, outcome = 'discarded') AS discarded,
        argMaxIf(error_code, attempted_at, error_code != '') AS lastErrorCode,
        argMaxIf(error_message, attempted_at, error_code != '') AS lastErrorMessage,
        toUnixTimestamp64Milli(maxIf(attempted_at, error_code != '')) AS lastErrorMs
      FROM ${rows} GROUP BY destination_id ORDER BY destinationId`,
    params,
  });
  const hours = await ch.rows<{ destinationId: string; atMs: number; delivered: number }>({
    sql: `SELECT toString(destination_id) AS destinationId,
        intDiv(toUnixTimestamp64Milli(attempted_at), 3600000) * 3600000 AS atMs, count() AS delivered
      FROM ${rows} AND outcome = 'delivered' GROUP BY destinationId, atMs ORDER BY atMs`,
    params,
  });
  return totals.map(({ lastErrorMs, ...row }) => ({
    ...row,
    lastErrorAt: row.lastErrorCode === '' ? null : new Date(lastErrorMs),
    hours: hours
      .filter(({ destinationId }) => destinationId === row.destinationId)
      .map(({ atMs, delivered }) => ({ at: new Date(atMs), delivered })),
  }));
}

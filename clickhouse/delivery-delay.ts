import type { ClickHouse } from './client.ts';

export interface TimeSpan {
  from: Date;
  to: Date;
}

/** Fewer first attempts say nothing. */
const MIN_ATTEMPTS = 20;

/**
 * How long events wait from capture until their first attempt is sent, the receivers' own time left out: the median
 * over destinations of their medians, so that a slow receiver with its own queue does not speak for all.
 */
export async function deliveryDelay(
  ch: ClickHouse,
  { now, usual }: { now: TimeSpan; usual: TimeSpan },
): Promise<{ nowMs: number | undefined; usualMs: number | undefined }> {
  const [nowMs, usualMs] = await Promise.all([medianDelay(ch, now), medianDelay(ch, usual)]);
  return { nowMs, usualMs };
}

async function medianDelay(ch: ClickHouse, { from, to }: TimeSpan): Promise<number | undefined> {
  const [row] = await ch.rows<{ attempts: number; medianMs: number | null }>({
    sql: `SELECT sum(attempts) AS attempts, quantile(0.5)(delay) AS medianMs FROM (
        SELECT count() AS attempts, quantile(0.5)(greatest(0, toInt64(latency_ms) - toInt64(duration_ms))) AS delay
        FROM delivery_attempts
        WHERE attempted_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
          AND attempted_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC') AND via = 'live' AND attempt = 1
        GROUP BY destination_id)`,
    params: { from: from.getTime(), to: to.getTime() },
  });
  return row === undefined || row.attempts < MIN_ATTEMPTS ? undefined : (row.medianMs ?? undefined);
}

import type { DeliveryPoint } from '../../core/activity.ts';
import type { ClickHouse } from '../client.ts';
import { outsideDays, sourcesOf, type LookAtDays, type WebhookSpan } from './added-days.ts';
import { addedFor, pointsSql } from './figures.ts';

const SETTINGS = { max_threads: 1, max_execution_time: 20 } as const;
/** One webhook's month may be millions of rows; a page with a chart waits for it. */
const CHART_SETTINGS = { ...SETTINGS, max_threads: 2 } as const;

const WITHIN = `attempted_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
        AND attempted_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;

export interface SeriesQuery extends WebhookSpan {
  stepSeconds: number;
}

/** Spans without attempts are absent; 10,000 at most. */
export async function deliverySeries(ch: ClickHouse, query: SeriesQuery, look?: LookAtDays): Promise<DeliveryPoint[]> {
  const { teamId, destinationId, stepSeconds } = query;
  const added = addedFor(stepSeconds);
  const sources =
    added === undefined ? { builds: [], rest: outsideDays(query, []) } : await sourcesOf(ch, query, { look, added });
  const percentile = (place: number): string => `if(sum(succeeded) = 0, NULL, percentiles[${String(place)}])`;
  const rows = await ch.rows<Omit<DeliveryPoint, 'at'> & { atSeconds: number; percentiles: number[] }>({
    sql: `SELECT at AS atSeconds, sum(sent) AS attempts, sum(succeeded) AS delivered,
        uniqExactMerge(discarded_events) AS discarded, sum(retried) AS retries,
        quantilesMerge(0.5, 0.95, 0.99)(durations) AS percentiles,
        ${percentile(1)} AS p50Ms, ${percentile(2)} AS p95Ms, ${percentile(3)} AS p99Ms
      FROM (${pointsSql(sources, stepSeconds)}) GROUP BY at ORDER BY at LIMIT 10000`,
    params: { team: teamId, destination: destinationId, builds: sources.builds, step: stepSeconds },
    settings: CHART_SETTINGS,
  });
  return rows.map(({ atSeconds, percentiles: _, ...point }) => ({ ...point, at: new Date(atSeconds * 1_000) }));
}

/** Attempts by UTC day, `to` excluded. */
export async function deliveriesByDay(
  ch: ClickHouse,
  { teamId, from, to }: { teamId: number; from: Date; to: Date },
): Promise<{ day: string; attempts: number; delivered: number }[]> {
  return ch.rows({
    sql: `SELECT toString(toDate(attempted_at)) AS day, countIf(outcome != 'masked') AS attempts,
        countIf(outcome = 'delivered') AS delivered
      FROM delivery_attempts WHERE team_id = {team:UInt32} AND ${WITHIN} GROUP BY day ORDER BY day`,
    params: { team: teamId, from: from.getTime(), to: to.getTime() },
    settings: SETTINGS,
  });
}

/** The newest attempt at one event by each of these webhooks. */
export async function attemptsOfEvent(
  ch: ClickHouse,
  { teamId, eventUuid, destinationIds }: { teamId: number; eventUuid: string; destinationIds: readonly string[] },
): Promise<{ destinationId: string; attempts: number; outcome: string; attemptedMs: number }[]> {
  return ch.rows({
    sql: `SELECT toString(destination_id) AS destinationId, max(attempt) AS attempts,
        argMax(outcome, (attempt, attempted_at)) AS outcome, toUnixTimestamp64Milli(max(attempted_at)) AS attemptedMs
      FROM delivery_attempts
      WHERE team_id = {team:UInt32} AND destination_id IN {ids:Array(UUID)} AND event_uuid = {event:UUID}
      GROUP BY destination_id`,
    params: { team: teamId, ids: [...destinationIds], event: eventUuid },
    settings: SETTINGS,
  });
}

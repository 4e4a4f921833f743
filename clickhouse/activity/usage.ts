import type { ClickHouse } from '../client.ts';

/** Of all teams at once, so that a look at a day costs two queries. */
const SETTINGS = { max_threads: 1, max_execution_time: 50 } as const;

interface Day {
  from: Date;
  to: Date;
}

/** Stored events by their ingestion, `to` excluded. Repeated events count: this is what came in. */
export async function eventsOfTeams(ch: ClickHouse, day: Day): Promise<{ teamId: number; events: number }[]> {
  return ch.rows({
    sql: `SELECT team_id AS teamId, count() AS events FROM event_log WHERE ${within('inserted_at')} GROUP BY teamId`,
    params: paramsOf(day),
    settings: SETTINGS,
  });
}

/** Attempts, `to` excluded; a masked event was not tried. */
export async function deliveriesOfTeams(
  ch: ClickHouse,
  day: Day,
): Promise<{ teamId: number; attempts: number; delivered: number }[]> {
  return ch.rows({
    sql: `SELECT team_id AS teamId, countIf(outcome != 'masked') AS attempts, countIf(outcome = 'delivered') AS delivered
      FROM delivery_attempts WHERE ${within('attempted_at')} GROUP BY teamId`,
    params: paramsOf(day),
    settings: SETTINGS,
  });
}

function within(column: string): string {
  const time = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  return `${column} >= ${time('from')} AND ${column} < ${time('to')}`;
}

function paramsOf({ from, to }: Day): Record<string, unknown> {
  return { from: from.getTime(), to: to.getTime() };
}

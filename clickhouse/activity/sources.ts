import type { ClickHouse } from '../client.ts';
import type { SourceMinute } from '../../core/activity.ts';

/** A look at the last hour must not hold back deliveries. */
const SETTINGS = { max_threads: 1, max_execution_time: 10 } as const;

/** Stored events of each library and minute. Repeated events count: this is what came in. */
export async function sourceMinutes(
  ch: ClickHouse,
  { teamId, since }: { teamId: number; since: Date },
): Promise<SourceMinute[]> {
  const rows = await ch.rows<Omit<SourceMinute, 'minute'> & { minuteMs: number }>({
    sql: `SELECT library, toUnixTimestamp(toStartOfMinute(inserted_at)) * 1000 AS minuteMs, count() AS events
      FROM event_log WHERE team_id = {team:UInt32} AND inserted_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
      GROUP BY library, minuteMs ORDER BY minuteMs, library LIMIT 10000`,
    params: { team: teamId, since: since.getTime() },
    settings: SETTINGS,
  });
  return rows.map(({ minuteMs, ...row }) => ({ ...row, minute: new Date(minuteMs) }));
}

/** Stored events by UTC day of their ingestion, `to` excluded. */
export async function eventsByDay(
  ch: ClickHouse,
  { teamId, from, to }: { teamId: number; from: Date; to: Date },
): Promise<{ day: string; events: number }[]> {
  return ch.rows({
    sql: `SELECT toString(toDate(inserted_at)) AS day, count() AS events FROM event_log
      WHERE team_id = {team:UInt32} AND inserted_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
        AND inserted_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      GROUP BY day ORDER BY day`,
    params: { team: teamId, from: from.getTime(), to: to.getTime() },
    settings: SETTINGS,
  });
}

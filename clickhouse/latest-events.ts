import type { TailEvent } from '../core/webhook-event.ts';
import type { ClickHouse } from './client.ts';
import { EVENT_COLUMNS } from './tail.ts';

const SETTINGS = { max_threads: 1, max_execution_time: 10 } as const;

/** The last captured events of a name within a week, newest first. */
export async function latestEvents(
  ch: ClickHouse,
  { teamId, event, limit }: { teamId: number; event: string; limit: number },
): Promise<TailEvent[]> {
  return ch.rows<TailEvent>({
    sql: `SELECT ${EVENT_COLUMNS} FROM event_log
      WHERE team_id = {team:UInt32} AND event = {event:String} AND inserted_at >= now() - INTERVAL 7 DAY
      ORDER BY inserted_at DESC LIMIT {limit:UInt32}`,
    params: { team: teamId, event, limit },
    settings: SETTINGS,
  });
}

import type { EventDetail, EventPosition, LoggedEvent } from '../../core/activity.ts';
import { dateOfMicros } from '../../core/time.ts';
import type { ClickHouse } from '../client.ts';
import { findEvents } from '../replay-range.ts';
import { microsSql, quoteUuid } from '../sql.ts';
import { readEventsByKeys } from '../tail.ts';

const SETTINGS = { max_threads: 1, max_execution_time: 20 } as const;

export interface EventListQuery {
  teamId: number;
  limit: number;
  /** Only events that came after this one. */
  after?: EventPosition;
  /** Only events that came before this one. */
  before?: EventPosition;
  /** Of ingestion. */
  since: Date;
  event?: string;
  /** A uuid, or text in the distinct id, the name or the properties, in any case. */
  search?: string;
}

/** Newest first, in the log's order. An event that was sent twice is there twice. */
export async function listEvents(ch: ClickHouse, query: EventListQuery): Promise<LoggedEvent[]> {
  const { after, before, event, search } = query;
  const conditions = [
    'team_id = {team:UInt32}',
    `inserted_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`,
    ...(after ? [beyond(after, '>')] : []),
    ...(before ? [beyond(before, '<')] : []),
    ...(event === undefined ? [] : ['event = {event:String}']),
    ...(search === undefined ? [] : [SEARCHED]),
  ];
  return ch.rows({
    sql: `SELECT toString(uuid) AS uuid, event, distinct_id AS distinctId, library,
        formatDateTime(timestamp, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS timestamp,
        toUnixTimestamp64Micro(inserted_at) AS insertedAtMicros
      FROM event_log WHERE ${conditions.join(' AND ')}
      ORDER BY inserted_at DESC, uuid DESC LIMIT {limit:UInt32}`,
    params: {
      ...{ team: query.teamId, since: query.since.getTime(), limit: query.limit },
      ...{ event: event ?? '', search: search ?? '' },
    },
    settings: SETTINGS,
  });
}

const SEARCHED = `(positionCaseInsensitiveUTF8(distinct_id, {search:String}) > 0
        OR positionCaseInsensitiveUTF8(event, {search:String}) > 0
        OR positionCaseInsensitiveUTF8(properties, {search:String}) > 0 OR toString(uuid) = lower({search:String}))`;

/** The plain comparison prunes the primary key. */
function beyond({ insertedAtMicros, uuid }: EventPosition, sign: '<' | '>'): string {
  const at = microsSql(insertedAtMicros);
  return `inserted_at ${sign}= ${at} AND (inserted_at, uuid) ${sign} (${at}, toUUID(${quoteUuid(uuid)}))`;
}

/** The first arrival of an event that the log still has. */
export async function findEvent(
  ch: ClickHouse,
  { teamId, uuid }: { teamId: number; uuid: string },
): Promise<(EventDetail & { insertedAt: Date }) | undefined> {
  const [event] = await readEventsByKeys(ch, teamId, await findEvents(ch, teamId, [uuid]));
  return event && { ...event, insertedAt: dateOfMicros(event.insertedAtMicros) };
}

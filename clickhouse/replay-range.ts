import type { AttemptOutcome } from '../core/attempts.ts';
import { filterToSql, type EventFilter } from '../core/filters.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { keepFirstArrivals, type ArrivalKey } from './first-seen.ts';
import { rangeSql } from './log-range.ts';
import type { TeamRange } from './scan-steps.ts';
import { microsSql, quoteUuid } from './sql.ts';

/** A replay is never urgent: it must not take the threads of live delivery. */
const SETTINGS = { max_threads: 1, max_execution_time: 60, max_bytes_before_external_group_by: '268435456' } as const;
const LATEST = '(attempt, attempted_at)';

export interface FailedQuery {
  destinationId: string;
  range: MicrosRange;
  /** As of this time: what was sent later does not change what had failed. */
  asOf: Date;
}

/** Events that were given up or parked. Only those that were so at some time are grouped. */
function failedSql({ range, asOf }: FailedQuery): string {
  const within = `destination_id = {destination:UUID} AND attempted_at < fromUnixTimestamp64Milli(${String(asOf.getTime())}, 'UTC')
    AND event_inserted_at >= ${microsSql(range.startMicros)} AND event_inserted_at < ${microsSql(range.endMicros)}`;
  return `SELECT event_uuid AS id, any(event_inserted_at) AS inserted FROM delivery_attempts
    WHERE ${within} AND event_uuid IN (
      SELECT event_uuid FROM delivery_attempts WHERE ${within} AND outcome IN ('discarded', 'parked'))
    GROUP BY event_uuid HAVING argMaxIf(outcome, ${LATEST}, outcome != 'failed_attempt') IN ('discarded', 'parked')`;
}

/** In ClickHouse's order of (inserted_at, uuid), after the position. Fewer than `limit`: there are no more. */
export async function failedKeys(
  ch: ClickHouse,
  query: FailedQuery & { afterUuid?: string; limit: number },
): Promise<{ uuid: string; insertedAtMicros: Micros }[]> {
  const from = microsSql(query.range.startMicros);
  const after =
    query.afterUuid === undefined ? '1' : `(inserted, id) > (${from}, toUUID(${quoteUuid(query.afterUuid)}))`;
  return ch.rows({
    sql: `SELECT toString(id) AS uuid, toUnixTimestamp64Micro(inserted) AS insertedAtMicros
      FROM (${failedSql(query)}) WHERE ${after} ORDER BY inserted, id LIMIT {limit:UInt32}`,
    params: { destination: query.destinationId, limit: query.limit },
    settings: SETTINGS,
  });
}

export async function countFailed(ch: ClickHouse, query: FailedQuery): Promise<number> {
  const [row] = await ch.rows<{ events: number }>({
    sql: `SELECT count() AS events FROM (${failedSql(query)})`,
    params: { destination: query.destinationId },
    settings: SETTINGS,
  });
  return row?.events ?? 0;
}

/** Events of the part that the filter takes, were masked when they came, and never sent. */
export async function countMasked(
  ch: ClickHouse,
  {
    destinationId,
    part: { teamId, ...part },
    filter,
    maxSeconds,
  }: { destinationId: string; part: TeamRange; filter: EventFilter; maxSeconds: number },
): Promise<number> {
  const wanted = filterToSql(filter);
  const { fromMicros, untilMicros, upTo } = part;
  // Wide enough: which events are of the part their own table says.
  const until = upTo === undefined ? untilMicros : upTo.positionMicros + 1;
  const ended = until === undefined ? '' : ` AND event_inserted_at < ${microsSql(until)}`;
  const [row] = await ch.rows<{ events: number }>({
    sql: `SELECT count() AS events FROM (
        SELECT event_uuid FROM delivery_attempts
        WHERE destination_id = {destination:UUID} AND event_inserted_at >= ${microsSql(fromMicros)}${ended}
          AND event_uuid IN (SELECT uuid FROM event_log
            WHERE team_id = {team:UInt32} AND ${rangeSql(part)} AND (${wanted.sql}))
        GROUP BY event_uuid HAVING min(outcome = 'masked') = 1)`,
    params: { ...wanted.params, destination: destinationId, team: teamId },
    settings: { ...SETTINGS, max_execution_time: maxSeconds },
  });
  return row?.events ?? 0;
}

/** Where events with these uuids lie in the team's log, first arrivals, from old to new; unknown ones are left out. */
export async function findEvents(ch: ClickHouse, teamId: number, uuids: readonly string[]): Promise<ArrivalKey[]> {
  if (uuids.length === 0) {
    return [];
  }
  const rows = await ch.rows<ArrivalKey>({
    sql: `SELECT team_id AS teamId, toString(uuid) AS uuid, toUnixTimestamp64Micro(min(inserted_at)) AS insertedAtMicros
      FROM event_log WHERE team_id = {team:UInt32} AND uuid IN (${uuids.map(quoteUuid).join(',')})
      GROUP BY team_id, event_log.uuid ORDER BY insertedAtMicros, event_log.uuid`,
    params: { team: teamId },
    settings: SETTINGS,
  });
  return keepFirstArrivals(ch, rows);
}

export interface DeliveryState {
  /** Attempts made so far, by anybody. */
  attempts: number;
  /** What settled the event since the time asked for; empty: nothing. */
  settled: '' | Exclude<AttemptOutcome, 'failed_attempt'>;
  /** It was delivered since then, by whomever. */
  delivered: boolean;
  /** Another event was sent in its place, and it never was. */
  masked: boolean;
}

/** How deliveries stand, and what a replay that began at `since` has done with them; unknown events are absent. */
export async function deliveryStates(
  ch: ClickHouse,
  { destinationId, uuids, since }: { destinationId: string; uuids: readonly string[]; since: Date },
): Promise<Map<string, DeliveryState>> {
  if (uuids.length === 0) {
    return new Map();
  }
  const recent = `attempted_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`;
  const rows = await ch.rows<
    Omit<DeliveryState, 'delivered' | 'masked'> & { uuid: string; delivered: number; masked: number }
  >({
    sql: `SELECT toString(event_uuid) AS uuid, max(attempt) AS attempts,
        argMaxIf(outcome, ${LATEST}, ${recent} AND via = 'replay' AND outcome != 'failed_attempt') AS settled,
        countIf(${recent} AND outcome = 'delivered') AS delivered, min(outcome = 'masked') AS masked
      FROM delivery_attempts
      WHERE destination_id = {destination:UUID} AND event_uuid IN (${uuids.map(quoteUuid).join(',')})
      GROUP BY event_uuid`,
    params: { destination: destinationId, since: since.getTime() },
    settings: SETTINGS,
  });
  return new Map(
    rows.map(({ uuid, ...row }) => [uuid, { ...row, delivered: row.delivered > 0, masked: row.masked > 0 }]),
  );
}

/** What a request of the destination has taken lately, in the middle; undefined without any in the last day. */
export async function requestMs(ch: ClickHouse, destinationId: string): Promise<number | undefined> {
  const [row] = await ch.rows<{ ms: number; found: number }>({
    sql: `SELECT quantile(0.5)(duration_ms) AS ms, count() AS found FROM delivery_attempts
      WHERE destination_id = {destination:UUID} AND attempted_at > now() - INTERVAL 1 DAY AND status_code > 0`,
    params: { destination: destinationId },
    settings: SETTINGS,
  });
  return row === undefined || row.found === 0 ? undefined : row.ms;
}

/** The latest row of the destination that a replay has made; undefined when there is none. */
export async function lastReplayedAt(ch: ClickHouse, destinationId: string): Promise<Date | undefined> {
  const [row] = await ch.rows<{ ms: number; found: number }>({
    sql: `SELECT toUnixTimestamp64Milli(max(attempted_at)) AS ms, count() AS found FROM delivery_attempts
      WHERE destination_id = {destination:UUID} AND via = 'replay'`,
    params: { destination: destinationId },
    settings: SETTINGS,
  });
  return row === undefined || row.found === 0 ? undefined : new Date(row.ms);
}

import type { AttemptOutcome, RequestPhases } from '../core/attempts.ts';
import type { Micros } from '../core/time.ts';
import type { AttemptRow } from './attempt-log.ts';
import type { ClickHouse } from './client.ts';
import { microsSql, quoteUuid } from './sql.ts';

/** A delivery that waits in the log for its next attempt. */
export interface ParkedDelivery {
  destinationId: string;
  teamId: number;
  eventUuid: string;
  eventInsertedAtMicros: Micros;
  /** Attempts made so far. */
  attempt: number;
  /** A replay has sent it at some time. */
  replayed: boolean;
}

/**
 * What the latest row that names an owner says. A later row with the same attempt number (a replay) wins by time. A failed
 * attempt names none: its owner, and how often the delivery was charged, stay as they were.
 */
export const latest = (column: string): string =>
  `argMaxIf(${column}, (attempt, attempted_at), outcome != 'failed_attempt')`;

/** Destinations per look-up of settled events; one is about 200 bytes of SQL text. */
const DESTINATIONS_PER_LOOKUP = 100;

/**
 * By destination, its settled events whose `inserted_at` is at or after its `fromMicros`: what a restarted lane must not
 * send again. Bounded by the caller's range (the tail's overlap), not by the life of the destination. Destinations
 * without any are absent.
 */
export async function settledEvents(
  ch: ClickHouse,
  destinations: readonly { destinationId: string; fromMicros: Micros }[],
): Promise<Map<string, Map<string, Micros>>> {
  // Neighbours in time share a look-up, so that one destination far behind does not widen the range of all.
  const sorted = destinations.toSorted((a, b) => a.fromMicros - b.fromMicros);
  const settled = new Map<string, Map<string, Micros>>();
  for (let start = 0; start < sorted.length; start += DESTINATIONS_PER_LOOKUP) {
    for (const row of await lookUpSettled(ch, sorted.slice(start, start + DESTINATIONS_PER_LOOKUP))) {
      const events = settled.get(row.destinationId) ?? new Map<string, Micros>();
      settled.set(row.destinationId, events.set(row.uuid, row.micros));
    }
  }
  return settled;
}

function lookUpSettled(
  ch: ClickHouse,
  destinations: readonly { destinationId: string; fromMicros: Micros }[],
): Promise<{ destinationId: string; uuid: string; micros: Micros }[]> {
  const ranges = destinations.map(
    ({ destinationId, fromMicros }) =>
      `destination_id = ${quoteUuid(destinationId)} AND event_inserted_at >= ${microsSql(fromMicros)}`,
  );
  const earliest = Math.min(...destinations.map(({ fromMicros }) => fromMicros));
  return ch.rows({
    sql: `SELECT toString(destination_id) AS destinationId, toString(event_uuid) AS uuid,
        toUnixTimestamp64Micro(max(event_inserted_at)) AS micros
      FROM delivery_attempts
      WHERE (${ranges.join(' OR ')})
        AND attempted_at >= toDateTime64(${microsSql(earliest)}, 3, 'UTC') - INTERVAL 1 HOUR
        AND outcome IN ('delivered', 'retry_scheduled', 'parked', 'discarded', 'masked')
      GROUP BY destination_id, event_uuid`,
  });
}

/** Parked deliveries whose time has come, the longest waiting first: so many of each destination, and of all. */
export async function dueParked(
  ch: ClickHouse,
  query: { destinationIds: readonly string[]; now: Date; ofEach: number; ofAll: number },
): Promise<ParkedDelivery[]> {
  const { destinationIds, now, ofEach, ofAll } = query;
  if (destinationIds.length === 0) {
    return [];
  }
  const rows = await ch.rows<Omit<ParkedDelivery, 'replayed'> & { replays: number }>({
    sql: `SELECT toString(destination_id) AS destinationId, any(team_id) AS teamId, toString(event_uuid) AS eventUuid,
        toUnixTimestamp64Micro(any(event_inserted_at)) AS eventInsertedAtMicros, ${latest('attempt')} AS attempt,
        countIf(via = 'replay' AND outcome != 'masked') AS replays
      FROM delivery_attempts WHERE ${PARKED_EVER}
      GROUP BY destination_id, event_uuid
      HAVING ${latest('outcome')} = 'parked'
        AND ${latest('next_attempt_at')} <= fromUnixTimestamp64Milli({now:Int64}, 'UTC')
      ORDER BY min(attempted_at), destinationId, eventUuid
      LIMIT {ofEach:UInt32} BY destination_id LIMIT {ofAll:UInt32}`,
    params: { destinations: [...destinationIds], now: now.getTime(), ofEach, ofAll },
  });
  return rows.map(({ replays, ...row }) => ({ ...row, replayed: replays > 0 }));
}

/** Only events that were parked at some time are grouped: the rest of the log, mostly first tries, is skipped. */
const PARKED_EVER = `destination_id IN {destinations:Array(UUID)} AND (destination_id, event_uuid) IN (
        SELECT destination_id, event_uuid FROM delivery_attempts
        WHERE destination_id IN {destinations:Array(UUID)} AND outcome = 'parked')`;

/** Parked deliveries by destination, due or not; destinations without any are absent. */
export async function countParked(ch: ClickHouse, destinationIds: readonly string[]): Promise<Map<string, number>> {
  if (destinationIds.length === 0) {
    return new Map();
  }
  const rows = await ch.rows<{ destinationId: string; parked: number }>({
    sql: `SELECT toString(destination_id) AS destinationId, count() AS parked FROM (
        SELECT destination_id FROM delivery_attempts WHERE ${PARKED_EVER}
        GROUP BY destination_id, event_uuid HAVING ${latest('outcome')} = 'parked')
      GROUP BY destination_id`,
    params: { destinations: [...destinationIds] },
  });
  return new Map(rows.map((row) => [row.destinationId, row.parked]));
}

export interface AttemptListQuery {
  teamId: number;
  destinationId?: string;
  eventUuid?: string;
  outcome?: AttemptOutcome;
  /** Only those that say who has the delivery from then on. */
  naming?: 'owner';
  from?: Date;
  to?: Date;
  /** Text in the error, the answer, the event's name or uuid, or the status code, in any case. Give it a `from`. */
  search?: string;
  limit: number;
  /** The last row of the page before. */
  before?: { attemptedAt: Date; eventUuid: string; attempt: number };
}

/** Names are in the event log; an attempt may come days after its event. */
const NAME_LEAD_DAYS = 7;
const NAMED = `event_uuid IN (SELECT uuid FROM event_log
          WHERE team_id = {team:UInt32} AND positionCaseInsensitiveUTF8(event, {search:String}) > 0
            AND inserted_at >= fromUnixTimestamp64Milli({namesFrom:Int64}, 'UTC'))`;
const UUID_PART = /^[\da-f-]{1,36}$/i;
const STATUS_PART = /^\d{1,3}$/;

/** Columns that cannot have the text are not read: it takes a string for each of their rows. */
function searched(text: string): string {
  const columns = [
    ...['error_code', 'error_message', 'response_body'],
    ...(UUID_PART.test(text) ? ['toString(event_uuid)'] : []),
    ...(STATUS_PART.test(text) ? ['toString(status_code)'] : []),
  ];
  const found = columns.map((column) => `positionCaseInsensitiveUTF8(${column}, {search:String}) > 0`);
  return `(${[...found, NAMED].join(' OR ')})`;
}

/** Text is looked for in every row of the range: as quickly as a chart is drawn, and not for ever. */
const SEARCH_SETTINGS = { max_threads: 2, max_execution_time: 20, max_memory_usage: String(1024 ** 3) } as const;

/** Newest first, by (attempted_at, event_uuid, attempt). */
export async function listAttempts(ch: ClickHouse, query: AttemptListQuery): Promise<AttemptRow[]> {
  const conditions = ['team_id = {team:UInt32}'];
  const params: Record<string, unknown> = { team: query.teamId, limit: query.limit };
  const restrict = (condition: string, name: string, value: unknown): void => {
    if (value !== undefined) {
      conditions.push(condition);
      params[name] = value;
    }
  };
  restrict('destination_id = {destination:UUID}', 'destination', query.destinationId);
  restrict('event_uuid = {event:UUID}', 'event', query.eventUuid);
  restrict('outcome = {outcome:String}', 'outcome', query.outcome);
  if (query.naming === 'owner') {
    conditions.push(`outcome != 'failed_attempt'`);
  }
  restrict(`attempted_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`, 'from', query.from?.getTime());
  restrict(`attempted_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`, 'to', query.to?.getTime());
  restrict(searched(query.search ?? ''), 'search', query.search);
  params['namesFrom'] = Math.max(0, (query.from?.getTime() ?? 0) - NAME_LEAD_DAYS * 86_400_000);
  if (query.before) {
    const at = `fromUnixTimestamp64Milli({beforeMs:Int64}, 'UTC')`;
    conditions.push(`attempted_at <= ${at}`);
    restrict(
      `(attempted_at, event_uuid, attempt) < (${at}, {beforeEvent:UUID}, {beforeAttempt:UInt16})`,
      'beforeMs',
      query.before.attemptedAt.getTime(),
    );
    params['beforeEvent'] = query.before.eventUuid;
    params['beforeAttempt'] = query.before.attempt;
  }
  const rows = await ch.rows<WireAttempt>({
    sql: `SELECT ${ATTEMPT_COLUMNS} FROM delivery_attempts WHERE ${conditions.join(' AND ')}
      ORDER BY attempted_at DESC, event_uuid DESC, attempt DESC LIMIT {limit:UInt32}`,
    params,
    ...(query.search === undefined ? {} : { settings: SEARCH_SETTINGS }),
  });
  return rows.map(fromWire);
}

const ATTEMPT_COLUMNS = `team_id AS teamId, toString(destination_id) AS destinationId, toString(event_uuid) AS eventUuid,
  toUnixTimestamp64Micro(event_inserted_at) AS eventInsertedAtMicros, webhook_id AS webhookId, attempt,
  toUnixTimestamp64Milli(attempted_at) AS attemptedMs, outcome, status_code AS statusCode, error_code AS errorCode,
  error_message AS errorMessage, duration_ms AS durationMs, latency_ms AS latencyMs, response_body AS responseBody,
  if(next_attempt_at IS NULL, NULL, toUnixTimestamp64Milli(assumeNotNull(next_attempt_at))) AS nextMs,
  dns_ms AS dnsMs, connect_ms AS connectMs, tls_ms AS tlsMs, first_byte_ms AS firstByteMs,
  response_headers AS responseHeaders, shard, epoch, via, toString(masked_by) AS maskedBy`;

type WireAttempt = Omit<AttemptRow, 'attemptedAt' | 'nextAttemptAt' | 'maskedBy' | 'phases'> & {
  attemptedMs: number;
  nextMs: number | null;
  maskedBy: string | null;
} & Record<keyof RequestPhases, number | null>;

function fromWire(wire: WireAttempt): AttemptRow {
  const { attemptedMs, nextMs, maskedBy, dnsMs, connectMs, tlsMs, firstByteMs, ...row } = wire;
  return {
    ...row,
    attemptedAt: new Date(attemptedMs),
    phases: phasesOf({ dnsMs, connectMs, tlsMs, firstByteMs }),
    nextAttemptAt: nextMs === null ? null : new Date(nextMs),
    ...(maskedBy !== null && { maskedBy }),
  };
}

function phasesOf(wire: Record<keyof RequestPhases, number | null>): RequestPhases | undefined {
  const known = Object.entries(wire).filter(([, ms]) => ms !== null);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

/** Whether any attempt at this event succeeded; of a replayed event, any after the attempt that is named. */
export async function isDelivered(
  ch: ClickHouse,
  of: { destinationId: string; eventUuid: string; replayedAfterAttempt?: number },
): Promise<boolean> {
  const rows = await ch.rows<{ found: number }>({
    sql: `SELECT 1 AS found FROM delivery_attempts
      WHERE destination_id = {destination:UUID} AND event_uuid = {event:UUID} AND outcome = 'delivered'
        AND attempt > {after:UInt16} LIMIT 1`,
    params: { destination: of.destinationId, event: of.eventUuid, after: of.replayedAfterAttempt ?? 0 },
  });
  return rows.length > 0;
}

/** Those of the events that a retry workflow has, as far as the log knows. */
export async function retriedEvents(
  ch: ClickHouse,
  { destinationId, eventUuids }: { destinationId: string; eventUuids: readonly string[] },
): Promise<Set<string>> {
  if (eventUuids.length === 0) {
    return new Set();
  }
  const rows = await ch.rows<{ uuid: string }>({
    sql: `SELECT toString(event_uuid) AS uuid FROM delivery_attempts
      WHERE destination_id = {destination:UUID} AND event_uuid IN {events:Array(UUID)}
      GROUP BY event_uuid HAVING ${latest('outcome')} = 'retry_scheduled'`,
    params: { destination: destinationId, events: [...eventUuids] },
  });
  return new Set(rows.map(({ uuid }) => uuid));
}

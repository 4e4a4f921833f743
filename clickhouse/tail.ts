import type { EventFilter } from '../core/filters.ts';
import { filterToSql } from '../core/filters.ts';
import type { Micros } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import type { ClickHouseSettings } from '@clickhouse/client';
import { errorCode } from '../core/errors.ts';
import { MAX_PAGE_BYTES, PAGE_TOO_LARGE } from '../core/page-bytes.ts';
import type { ClickHouse, Statement } from './client.ts';
import { keepFirstArrivals, type ArrivalKey } from './first-seen.ts';
import { rangeSql, type LogRange } from './log-range.ts';
import { keyTuples, microsSql } from './sql.ts';

export interface TailQuery extends LogRange {
  teamIds: readonly number[];
  limit: number;
  /** Absent: every event. */
  filter?: EventFilter;
}

export interface EventKey extends ArrivalKey {
  event: string;
}

/** For one statement. */
export const TAIL_SECONDS = 30;
/** A poll must neither wait for an export's threads nor take them. */
const TAIL_SETTINGS = { max_threads: 2, max_execution_time: TAIL_SECONDS } as const;
/** Of events with their content: a thousand may be a gigabyte. */
const pageSettings = (rows: number, maxSeconds = TAIL_SECONDS): ClickHouseSettings => ({
  ...{ ...TAIL_SETTINGS, max_execution_time: maxSeconds },
  ...(rows > 1 && { max_result_bytes: String(MAX_PAGE_BYTES), result_overflow_mode: 'throw' }),
});
const KEY_COLUMNS = `team_id AS teamId, toString(uuid) AS uuid, event AS event,
  toUnixTimestamp64Micro(inserted_at) AS insertedAtMicros`;
export const EVENT_COLUMNS = `${KEY_COLUMNS}, distinct_id AS distinctId, properties AS propertiesJson,
  toString(person_id) AS personId, person_properties AS personPropertiesJson,
  concat(replaceOne(toString(timestamp), ' ', 'T'), 'Z') AS timestamp`;
/** Keys per look-up of whole events; a key is about 60 bytes of SQL text. */
const KEYS_PER_READ = 2_000;

/**
 * Events in order of (inserted_at, uuid), first arrivals only. Fewer than `limit` means that nothing more was visible.
 * Fails with `PAGE_TOO_LARGE` where so many are too large for one answer, and with `READ_TOO_LONG` where a filter takes so few of a wide
 * range that finding them takes longer than a statement may: `TailScans` reads such a range.
 * A uuid is compared and ordered by ClickHouse alone: its order is not that of the text.
 */
export function readTail(ch: ClickHouse, query: TailQuery, limits: ReadLimits = {}): Promise<TailEvent[]> {
  const settings = pageSettings(query.limit, limits.maxSeconds);
  return readPages<TailEvent>(ch, query, { columns: EVENT_COLUMNS, settings });
}

/** The same rows as `readTail`, without their payload. */
export function readKeys(ch: ClickHouse, query: TailQuery, limits: ReadLimits = {}): Promise<EventKey[]> {
  const settings = { ...TAIL_SETTINGS, max_execution_time: limits.maxSeconds ?? TAIL_SECONDS };
  return readPages<EventKey>(ch, query, { columns: KEY_COLUMNS, settings });
}

interface ReadLimits {
  /** For each statement. Default: 30. */
  maxSeconds?: number;
}

type Selected = Required<Pick<Statement, 'settings'>> & { columns: string };

/** Reads on while duplicates leave a full page short, so that a short answer always means the end. */
async function readPages<Row extends ArrivalKey>(ch: ClickHouse, query: TailQuery, what: Selected): Promise<Row[]> {
  let found: Row[] = [];
  let position: TailQuery | undefined = query;
  while (position !== undefined) {
    const page: Row[] = await ch.rows<Row>(pageStatement(position, what));
    // Not as arguments of `push`: there may be 200,000, more than a call takes.
    found = found.concat(await keepFirstArrivals(ch, page));
    position = found.length < query.limit ? positionAfter(page, position) : undefined;
  }
  return found.slice(0, query.limit);
}

function positionAfter(page: readonly ArrivalKey[], query: TailQuery): TailQuery | undefined {
  const last = page.length < query.limit ? undefined : page.at(-1);
  return last && { ...query, fromMicros: last.insertedAtMicros, afterUuid: last.uuid };
}

function pageStatement(query: TailQuery, { columns, settings }: Selected): Statement {
  const conditions = ['team_id IN {teams:Array(UInt32)}', rangeSql(query)];
  const params: Record<string, unknown> = { teams: [...query.teamIds], limit: query.limit };
  if (query.filter !== undefined) {
    const wanted = filterToSql(query.filter);
    conditions.push(`(${wanted.sql})`);
    Object.assign(params, wanted.params);
  }
  const sql = `SELECT ${columns} FROM event_log WHERE ${conditions.join(' AND ')}
    ORDER BY inserted_at, uuid LIMIT {limit:UInt32}`;
  return { sql, params, settings };
}

export interface EventPlace {
  uuid: string;
  insertedAtMicros: Micros;
}

/**
 * Whole events by their keys, by time; keys that do not exist (any more) are left out. In as many answers as their size
 * asks for: the caller bounds how many there are.
 */
export async function readEventsByKeys(
  ch: ClickHouse,
  teamId: number,
  keys: readonly EventPlace[],
): Promise<TailEvent[]> {
  try {
    return await readPageByKeys(ch, teamId, keys);
  } catch (error) {
    if (errorCode(error) !== PAGE_TOO_LARGE) {
      throw error;
    }
  }
  const sorted = keys.toSorted((a, b) => a.insertedAtMicros - b.insertedAtMicros);
  const half = Math.ceil(sorted.length / 2);
  const first = await readEventsByKeys(ch, teamId, sorted.slice(0, half));
  return [...first, ...(await readEventsByKeys(ch, teamId, sorted.slice(half)))];
}

/** The same; fails with `PAGE_TOO_LARGE` where they are too large for one answer. */
export async function readPageByKeys(
  ch: ClickHouse,
  teamId: number,
  keys: readonly EventPlace[],
): Promise<TailEvent[]> {
  const found: TailEvent[] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_READ) {
    const rows = await ch.rows<TailEvent>(byKeysStatement(teamId, keys.slice(start, start + KEYS_PER_READ)));
    found.push(...rows.filter((row, index) => row.uuid !== rows[index - 1]?.uuid));
  }
  return found;
}

function byKeysStatement(teamId: number, keys: readonly EventPlace[]): Statement {
  const times = keys.map((key) => key.insertedAtMicros);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  return {
    // The plain range prunes the primary key; the tuples choose.
    sql: `SELECT ${EVENT_COLUMNS} FROM event_log
      WHERE team_id = {team:UInt32} AND inserted_at >= ${microsSql(from)} AND inserted_at <= ${microsSql(to)}
        AND (inserted_at, uuid) IN (${keyTuples(keys)})
      ORDER BY inserted_at, uuid`,
    params: { team: teamId },
    settings: { ...pageSettings(keys.length), max_query_size: '2000000' },
  };
}

/**
 * For each second of ingestion time (its start, in microseconds) a digest that changes when another row of that second
 * becomes visible. Seconds without rows are absent. Duplicates count: a digest says "look again", not what is new.
 */
export async function readDigests(
  ch: ClickHouse,
  query: { teamIds: readonly number[]; fromMicros: Micros; untilMicros: Micros },
): Promise<Map<Micros, string>> {
  const rows = await ch.rows<{ second: number; digest: string }>({
    sql: `SELECT toUnixTimestamp(inserted_at) AS second,
        concat(toString(count()), ':', toString(sum(cityHash64(uuid)))) AS digest
      FROM event_log WHERE team_id IN {teams:Array(UInt32)}
        AND inserted_at >= ${microsSql(query.fromMicros)} AND inserted_at < ${microsSql(query.untilMicros)}
      GROUP BY second`,
    params: { teams: [...query.teamIds] },
    settings: TAIL_SETTINGS,
  });
  return new Map(rows.map((row) => [row.second * 1_000_000, row.digest]));
}

/** ClickHouse's clock, which stamps `inserted_at`. */
export async function nowMicros(ch: ClickHouse): Promise<Micros> {
  const [row] = await ch.rows<{ micros: Micros }>({ sql: 'SELECT toUnixTimestamp64Micro(now64(6)) AS micros' });
  return row?.micros ?? 0;
}

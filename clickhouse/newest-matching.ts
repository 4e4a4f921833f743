import { SluiceError } from '../core/errors.ts';
import { filterToSql, type EventFilter, type SqlFragment } from '../core/filters.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import type { ClickHouse, Statement } from './client.ts';
import { keepFirstArrivals, type ArrivalKey } from './first-seen.ts';
import { PROFILES } from './profiles.ts';
import { microsSql } from './sql.ts';
import { readEventsByKeys } from './tail.ts';

/** Somebody waits for the answer, and live work must not notice. */
const TIMEOUT_MS = 10_000;
/** The server ends a statement whose caller has gone. */
const SETTINGS = { ...PROFILES.backfill, max_execution_time: (2 * TIMEOUT_MS) / 1_000 };
/** Of properties together: events have up to 1 MB each. */
const MAX_BYTES = 32 * 1024 * 1024;

interface NewestQuery {
  teamId: number;
  /** An event is wanted when one of them takes it. */
  filters: readonly EventFilter[];
  range: MicrosRange;
  limit: number;
}

interface Newest {
  /** From old to new, first arrivals only. */
  events: TailEvent[];
  /** The end of the range in which these are all. */
  range: MicrosRange;
  /** Stored rows of the team in it. */
  captured: number;
}

/** The newest events of a range that filters take. Bounded in time, memory and priority; throws `simulation_timeout`. */
export async function newestMatching(ch: ClickHouse, query: NewestQuery): Promise<Newest> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const found = await newestKeys(ch, query, signal);
    const keys = await keepFirstArrivals(ch, found);
    const chosen = withinBytes(keys);
    const oldest = chosen.at(-1);
    const cut = found.length === query.limit || chosen.length < keys.length;
    const startMicros = cut && oldest !== undefined ? oldest.insertedAtMicros : query.range.startMicros;
    const range = { startMicros, endMicros: query.range.endMicros };
    const [events, captured] = await Promise.all([
      chosen.length === 0 ? [] : readEventsByKeys(ch, query.teamId, chosen),
      countCaptured(ch, query.teamId, range, signal),
    ]);
    return { events, range, captured };
  } catch (error) {
    throw signal.aborted ? timedOut() : error;
  }
}

interface SizedKey extends ArrivalKey {
  bytes: number;
}

async function newestKeys(
  ch: ClickHouse,
  { teamId, filters, range, limit }: NewestQuery,
  signal: AbortSignal,
): Promise<SizedKey[]> {
  const wanted = anyOf(filters);
  const statement: Statement = {
    sql: `SELECT team_id AS teamId, toString(uuid) AS uuid, toUnixTimestamp64Micro(inserted_at) AS insertedAtMicros,
        length(properties) + length(person_properties) AS bytes
      FROM event_log WHERE ${inRange(range)} AND (${wanted.sql})
      ORDER BY inserted_at DESC, uuid DESC LIMIT {limit:UInt32}`,
    params: { ...wanted.params, team: teamId, limit },
    settings: SETTINGS,
    signal,
  };
  return ch.rows<SizedKey>(statement);
}

async function countCaptured(ch: ClickHouse, teamId: number, range: MicrosRange, signal: AbortSignal): Promise<number> {
  const [row] = await ch.rows<{ events: number }>({
    ...{ sql: `SELECT count() AS events FROM event_log WHERE ${inRange(range)}`, params: { team: teamId } },
    ...{ settings: SETTINGS, signal },
  });
  return row?.events ?? 0;
}

function inRange({ startMicros, endMicros }: { startMicros: Micros; endMicros: Micros }): string {
  return `team_id = {team:UInt32} AND inserted_at >= ${microsSql(startMicros)} AND inserted_at < ${microsSql(endMicros)}`;
}

function anyOf(filters: readonly EventFilter[]): SqlFragment {
  const fragments = filters.map((filter, index) => filterToSql(filter, `filter${String(index)}`));
  return {
    sql: fragments.map(({ sql }) => `(${sql})`).join(' OR '),
    params: Object.assign({}, ...fragments.map(({ params }) => params)) as Record<string, unknown>,
  };
}

function withinBytes(keys: readonly SizedKey[]): SizedKey[] {
  let bytes = 0;
  return keys.filter((key, index) => {
    bytes += key.bytes;
    return index === 0 || bytes <= MAX_BYTES;
  });
}

function timedOut(): SluiceError {
  return new SluiceError({
    code: 'simulation_timeout',
    message: 'the events of the range could not be examined in time',
    retryable: false,
    fault: 'customer',
    remedy: 'Choose a shorter range, or name events in the filter.',
  });
}

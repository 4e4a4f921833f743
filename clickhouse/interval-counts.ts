import { microsOf } from '../core/time.ts';
import type { SampledRows } from '../core/backfill-estimate.ts';
import type { IntervalBounds } from '../core/intervals.ts';
import type { ModelName } from '../core/models.ts';
import type { ClickHouse, Statement } from './client.ts';
import { estimateRowBytes } from './plan.ts';
import { scopeSql, type EventScope } from './scope.ts';
import { sampleQueryRows } from './user-sql/count-rows.ts';

const MICROS_PER_SECOND = 1_000_000;
/** Counted by one query; about 60 KB of SQL text. */
export const INTERVALS_PER_COUNT = 5_000;

/** What is counted. Rows of a query are not: that would be to run it for each interval. */
export interface Counted extends Omit<EventScope, 'range'> {
  model: ModelName;
}

/**
 * Stored rows of each of these adjacent intervals, in order, duplicates included. Undefined for those that begin before
 * the log does, unless the team's first event came later: what the log no longer has is in `events`.
 * Also undefined: what another model than `events` has.
 */
export async function countByInterval(
  ch: ClickHouse,
  { model, ...scope }: Counted,
  intervals: readonly IntervalBounds[],
  signal?: AbortSignal,
): Promise<(number | undefined)[]> {
  const [first, last] = [intervals.at(0), intervals.at(-1)];
  if (first === undefined || last === undefined) {
    return [];
  }
  if (model !== 'events') {
    return intervals.map(() => undefined);
  }
  const range = { startMicros: microsOf(first.start), endMicros: microsOf(last.end) };
  const { sql, params } = scopeSql({ ...scope, range });
  const starts = intervals.map(({ start }) => Math.floor(start.getTime() / 1_000));
  const rows = await ch.rows<{ start: number; rows: number }>({
    sql: `SELECT roundDown(intDiv(toUnixTimestamp64Micro(inserted_at), ${String(MICROS_PER_SECOND)}), [${starts.join(',')}]) AS start,
      count() AS rows FROM event_log WHERE ${sql} GROUP BY start`,
    params,
    ...(signal && { signal }),
  });
  const found = new Map(rows.map(({ start, rows: count }) => [start, count]));
  // Partitions know the earliest row of all teams without a look at rows; a team's first event is one column's minimum.
  const logMicros = await earliest(
    ch,
    { sql: 'SELECT min(inserted_at) AS first, count() AS rows FROM event_log' },
    signal,
  );
  const older = `SELECT min(inserted_at) AS first, count() AS rows FROM events WHERE team_id = {team:UInt32}`;
  const knownMicros =
    range.startMicros < logMicros
      ? await earliest(ch, { sql: older, params: { team: scope.teamId } }, signal)
      : logMicros;
  return intervals.map(({ start, end }, index) => {
    const isKnown = knownMicros >= logMicros || microsOf(start) >= logMicros || microsOf(end) <= knownMicros;
    return isKnown ? (found.get(starts[index] ?? 0) ?? 0) : undefined;
  });
}

/** Infinity: there is no row. */
async function earliest(ch: ClickHouse, of: Statement, signal?: AbortSignal): Promise<number> {
  const [row] = await ch.rows<{ rows: number; micros: number }>({
    ...of,
    sql: `SELECT rows, toUnixTimestamp64Micro(first) AS micros FROM (${of.sql})`,
    ...(signal && { signal }),
  });
  return row === undefined || row.rows === 0 ? Infinity : row.micros;
}

/** What an estimate needs: the same for any number of intervals, and the mean bytes of a row. Of a query, a sample. */
export async function countIntervals(
  ch: ClickHouse,
  { intervals, query, ...scope }: Counted & { intervals: readonly IntervalBounds[]; query: { text: string } | null },
): Promise<IntervalCounts> {
  const { teamId, filter } = scope;
  if (query !== null) {
    const unknown = intervals.map(() => undefined);
    return { rows: unknown, ...(await sampleQueryRows(ch, { text: query.text, teamId }, intervals)) };
  }
  const rows: (number | undefined)[] = [];
  for (let start = 0; start < intervals.length; start += INTERVALS_PER_COUNT) {
    rows.push(...(await countByInterval(ch, scope, intervals.slice(start, start + INTERVALS_PER_COUNT))));
  }
  const [first, last] = [intervals.at(0), intervals.at(-1)];
  const range = { startMicros: microsOf(first?.start ?? new Date(0)), endMicros: microsOf(last?.end ?? new Date(0)) };
  return { rows, sample: null, rowBytes: await estimateRowBytes(ch, { teamId, filter, range }) };
}

export interface IntervalCounts {
  rows: (number | undefined)[];
  sample: SampledRows | null;
  rowBytes: number;
}

import { errorCode } from '../core/errors.ts';
import { filterToSql, type EventFilter } from '../core/filters.ts';
import type { MicrosRange } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { READ_TOO_LONG } from './errors.ts';
import { rangeSql } from './log-range.ts';
import { scanWithin, type TeamRange } from './scan-steps.ts';

export interface CountQuery {
  teamId: number;
  filter: EventFilter;
  range: MicrosRange;
  /** Somebody waits for the answer. Default: 20 s. */
  budgetMs?: number;
}

/** Of the budget, for one statement: where that is too short, the most of it is left for smaller ones. */
export const COUNT_SECONDS = 5;
const BUDGET_MS = 20_000;

/** Does `count` with each part of a range, as far as there is time. True: with all of it. */
export async function countParts(
  ch: ClickHouse,
  { teamId, range, budgetMs = BUDGET_MS }: Omit<CountQuery, 'filter'>,
  count: (part: TeamRange) => Promise<void>,
): Promise<boolean> {
  const whole = { teamId, fromMicros: range.startMicros, untilMicros: range.endMicros };
  try {
    return await scanWithin(ch, whole, { budgetMs, maxSeconds: COUNT_SECONDS }, count);
  } catch (error) {
    if (errorCode(error) === READ_TOO_LONG) {
      return false;
    }
    throw error;
  }
}

/**
 * How many stored rows of the range match; duplicates count as often as they were captured. `isMinimum`: there was no time for
 * all of the range.
 */
export async function countMatched(
  ch: ClickHouse,
  { filter, ...query }: CountQuery,
): Promise<{ events: number; isMinimum: boolean }> {
  let events = 0;
  const isWhole = await countParts(ch, query, async (part) => {
    const found = await countPart(ch, part, filter);
    events += found;
  });
  return { events, isMinimum: !isWhole };
}

export async function countPart(ch: ClickHouse, { teamId, ...part }: TeamRange, filter: EventFilter): Promise<number> {
  const condition = filterToSql(filter);
  const [row] = await ch.rows<{ rows: number }>({
    sql: `SELECT count() AS rows FROM event_log
      WHERE team_id = {team:UInt32} AND ${rangeSql(part)} AND (${condition.sql})`,
    params: { ...condition.params, team: teamId },
    settings: { max_threads: 2, max_execution_time: COUNT_SECONDS },
  });
  return row?.rows ?? 0;
}

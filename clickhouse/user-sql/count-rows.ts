import type { SampledRows } from '../../core/backfill-estimate.ts';
import { isSluiceError } from '../../core/errors.ts';
import type { IntervalBounds } from '../../core/intervals.ts';
import { microsOf } from '../../core/time.ts';
import type { ClickHouse } from '../client.ts';
import { compileUserQuery, type QueryScope } from './compile.ts';
import { describeQuery } from './describe.ts';
import { assertEngineAgrees } from './engine-check.ts';
import { asCustomersFault } from './faults.ts';
import { CHECK_LIMITS, ESTIMATE_LIMITS, limitSettings } from './limits.ts';
import { rowWidth } from './row-width.ts';

/** Rows that a query gives over one interval; null: they cannot be counted within ESTIMATE_LIMITS, or at all. */
export async function countQueryRows(
  ch: ClickHouse,
  text: string,
  scope: QueryScope,
  signal?: AbortSignal,
): Promise<number | null> {
  try {
    const compiled = compileUserQuery(text, ch.database, scope);
    await assertEngineAgrees(ch, compiled, signal);
    const [row] = await asCustomersFault(() =>
      ch.rows<{ rows: number }>({
        sql: `SELECT count() AS rows FROM (${compiled.sql})`,
        params: compiled.params,
        settings: { ...limitSettings(ESTIMATE_LIMITS), priority: '10' },
        ...(signal && { signal }),
      }),
    );
    return row?.rows ?? 0;
  } catch (error) {
    if (isSluiceError(error) && error.fault === 'customer') {
      return null;
    }
    throw error;
  }
}

/** Counted one after the other, each for some seconds at most: a person may be waiting. */
const SAMPLED = 3;

/**
 * Rows of an interval, from counts of the first, the middle and the last. No sample when one of them cannot be counted:
 * the others would not stand for it.
 */
export async function sampleQueryRows(
  ch: ClickHouse,
  { text, teamId }: { text: string; teamId: number },
  intervals: readonly IntervalBounds[],
  signal?: AbortSignal,
): Promise<{ sample: SampledRows | null; rowBytes: number }> {
  const chosen = spread(intervals, SAMPLED).map(({ start, end }) => ({
    teamId,
    range: { startMicros: microsOf(start), endMicros: microsOf(end) },
  }));
  let total = 0;
  for (const scope of chosen) {
    const rows = await countQueryRows(ch, text, scope, signal);
    if (rows === null) {
      return { sample: null, rowBytes: 0 };
    }
    total += rows;
  }
  const [first] = chosen;
  if (first === undefined) {
    return { sample: null, rowBytes: 0 };
  }
  const columns = await describeQuery(ch, compileUserQuery(text, ch.database, first), CHECK_LIMITS, signal);
  return { sample: { intervals: chosen.length, rows: total / chosen.length }, rowBytes: rowWidth(columns) };
}

/** Up to `count` of them: the first, the last, and some at equal distances between. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  const last = items.length - 1;
  const places = Array.from({ length: count }, (_, index) => Math.round((index * last) / (count - 1)));
  return [...new Set(places)].flatMap((place) => items[place] ?? []);
}

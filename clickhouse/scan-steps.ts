import { errorCode } from '../core/errors.ts';
import type { Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { READ_TOO_LONG } from './errors.ts';
import { rangeSql, type LogRange, type LogRow } from './log-range.ts';

/** Of stored rows, whatever a filter takes of them: some seconds of a filter that parses properties. */
const FIRST_ROWS = 1_000_000;
/** What cannot be read of so few is no matter of how much is read at once. */
const LEAST_ROWS = 1_000;
/** To find the end of a step costs memory and time that grow with it. */
const MOST_ROWS = 16_000_000;
const SHRINK = 8;
/** A step that takes less may be twice as long. */
const QUICK_MS = 2_000;

export type TeamRange = LogRange & { teamId: number };

/** What was done in a step. `whole`: with all of its rows. */
export interface Step<Result> {
  result: Result;
  /** The step ends with this row; undefined: with the range. */
  upTo: LogRow | undefined;
}

/**
 * Goes through a range of the log by numbers of stored rows, so that each step takes bounded time however few of them a filter takes,
 * and however they are spread. All at once as long as that goes well: most ranges are small.
 */
export class ScanSteps {
  readonly #maxSeconds: number;
  /** Undefined: as many as there are. */
  #rows: number | undefined;
  #end: { fromMicros: Micros; row: LogRow } | undefined;

  /** `maxSeconds`: for one statement. */
  constructor(maxSeconds: number) {
    this.#maxSeconds = maxSeconds;
  }

  /**
   * Does `work` with the first part of the range that may be read at once. Undefined: that took too long and nothing was done;
   * the next part is smaller. Throws `READ_TOO_LONG` where even the smallest is too much.
   */
  async take<Result extends { whole: boolean }>(
    ch: ClickHouse,
    range: TeamRange,
    work: (part: TeamRange) => Promise<Result>,
  ): Promise<Step<Result> | undefined> {
    const begunMs = performance.now();
    try {
      const upTo = await this.#endOf(ch, range);
      const result = await work(upTo === undefined ? range : { ...range, upTo });
      if (result.whole) {
        this.#went(performance.now() - begunMs);
      }
      return { result, upTo };
    } catch (error) {
      if (errorCode(error) !== READ_TOO_LONG || !this.#shrink()) {
        throw error;
      }
      return undefined;
    }
  }

  /** The end of the last step holds for what is left of it: finding one is not free. */
  async #endOf(ch: ClickHouse, range: TeamRange): Promise<LogRow | undefined> {
    if (this.#rows === undefined) {
      return undefined;
    }
    if (this.#end === undefined || !isWithin(range, this.#end)) {
      const row = await rowAt(ch, range, { nth: this.#rows, maxSeconds: this.#maxSeconds });
      this.#end = row && { fromMicros: range.fromMicros, row };
    }
    const row = this.#end?.row;
    const isBeyond = row !== undefined && row.positionMicros >= (range.untilMicros ?? Number.POSITIVE_INFINITY);
    return isBeyond ? undefined : row;
  }

  #went(tookMs: number): void {
    this.#end = undefined;
    if (this.#rows !== undefined && tookMs < QUICK_MS) {
      this.#rows = Math.min(MOST_ROWS, this.#rows * 2);
    }
  }

  /** False when it cannot be less. */
  #shrink(): boolean {
    this.#end = undefined;
    if (this.#rows === LEAST_ROWS) {
      return false;
    }
    this.#rows = this.#rows === undefined ? FIRST_ROWS : Math.max(LEAST_ROWS, Math.floor(this.#rows / SHRINK));
    return true;
  }
}

/** By time alone: which of two uuids of one microsecond comes first only ClickHouse knows. */
function isWithin({ fromMicros }: TeamRange, end: { fromMicros: Micros; row: LogRow }): boolean {
  return fromMicros >= end.fromMicros && fromMicros < end.row.positionMicros;
}

/** The n-th stored row of a range; undefined when it has fewer. */
async function rowAt(
  ch: ClickHouse,
  { teamId, ...range }: TeamRange,
  { nth, maxSeconds }: { nth: number; maxSeconds: number },
): Promise<LogRow | undefined> {
  const [row] = await ch.rows<LogRow>({
    sql: `SELECT toUnixTimestamp64Micro(inserted_at) AS positionMicros, toString(uuid) AS afterUuid FROM event_log
      WHERE team_id = {team:UInt32} AND ${rangeSql(range)} ORDER BY inserted_at, uuid LIMIT 1 OFFSET {skipped:UInt64}`,
    params: { team: teamId, skipped: nth - 1 },
    settings: { max_threads: 2, max_execution_time: maxSeconds },
  });
  return row;
}

/**
 * Does `work` with each part of the range in turn, once, within about `budgetMs`. False when there was no time for all of them: those that
 * were done are the first ones.
 */
export async function scanWithin(
  ch: ClickHouse,
  range: TeamRange,
  { budgetMs, maxSeconds }: { budgetMs: number; maxSeconds: number },
  work: (part: TeamRange) => Promise<void>,
): Promise<boolean> {
  const steps = new ScanSteps(maxSeconds);
  const endMs = performance.now() + budgetMs;
  let left = range;
  while (performance.now() < endMs) {
    const step = await steps.take(ch, left, async (part) => {
      await work(part);
      return { whole: true };
    });
    if (step !== undefined) {
      if (step.upTo === undefined) {
        return true;
      }
      left = { ...left, fromMicros: step.upTo.positionMicros, afterUuid: step.upTo.afterUuid };
    }
  }
  return false;
}

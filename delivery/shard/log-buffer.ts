import type { AttemptRecord } from '../../core/attempts.ts';
import type { AttemptLogPort, ClockPort } from './ports.ts';

/**
 * The design's bound on what a crash may repeat is 200 ms: a sent attempt is on its way to the log at most this much
 * later. At the same ticks of the clock for all shards, so that their rows can share an insert, which takes 5 ms.
 */
const FLUSH_EVERY_MS = 190;
/** Enough to keep one insert a flush at 50,000 attempts a second; beyond it the flush starts early. */
const FLUSH_ROWS = 10_000;
const RETRY_FLUSH_AFTER_MS = 1_000;
/** Receivers choose how long their answers are: an insert of more than this may not end in its time, and is never shortened. */
const FLUSH_CHARS = 8_000_000;
/**
 * Some 40 MB: a log that takes nothing, or less than is sent, must neither fill the memory nor make what a crash repeats grow
 * for as long as that lasts. Where answers are long, fewer rows are as much.
 */
const MAX_WAITING_ROWS = 20_000;
const MAX_WAITING_CHARS = 2 * FLUSH_CHARS;
/** Between two looks of a lane whether a log that is full takes something again. */
export const LOG_FULL_LOOK_MS = 1_000;

/** Told about each of its rows once ClickHouse has stored it. */
export interface LogOwner {
  stored(record: AttemptRecord): void;
}

/** Two lists instead of one of pairs: a delivery makes no object for waiting here. */
interface Batch {
  records: AttemptRecord[];
  owners: LogOwner[];
  /** Of texts that are not ours. */
  chars: number;
  /** When its first row came. */
  sinceMs: number | undefined;
}

/** What is not on record yet. */
export interface Unlogged {
  rows: number;
  /** How long the oldest of them waits. */
  oldestMs: number;
}

/**
 * Group commit of a shard's attempt rows. An owner hears of a row only after ClickHouse has stored it. A batch that was
 * refused is kept and offered again unchanged (it may have been stored after all), so checkpoints wait, nothing is
 * forgotten and nothing is stored twice.
 */
export class AttemptLogBuffer {
  #open = emptyBatch();
  /** Full ones, the oldest first. */
  readonly #closed: Batch[] = [];
  #refused: Batch | undefined;
  /** On its way to the log. */
  #leaving: Batch | undefined;
  #flushing: Promise<void> | undefined;
  #waiting = 0;
  #waitingChars = 0;
  readonly #maxWaiting: number;
  readonly #log: AttemptLogPort;
  readonly #clock: ClockPort;
  readonly #warn: (message: string, fields: Record<string, unknown>) => void;

  constructor(
    log: AttemptLogPort,
    clock: ClockPort,
    warn: (message: string, fields: Record<string, unknown>) => void,
    { maxWaiting = MAX_WAITING_ROWS }: { maxWaiting?: number | undefined } = {},
  ) {
    this.#log = log;
    this.#clock = clock;
    this.#warn = warn;
    this.#maxWaiting = maxWaiting;
  }

  /** So much is not on record that nothing more is to be sent. Rows are taken all the same. */
  get full(): boolean {
    return this.#waiting >= this.#maxWaiting || this.#waitingChars >= MAX_WAITING_CHARS;
  }

  get unlogged(): Unlogged {
    const { sinceMs } = this.#leaving ?? this.#refused ?? this.#closed[0] ?? this.#open;
    return { rows: this.#waiting, oldestMs: sinceMs === undefined ? 0 : Math.max(0, this.#clock.nowMs() - sinceMs) };
  }

  append(record: AttemptRecord, owner: LogOwner): void {
    const batch = this.#open;
    const chars = charsOf(record);
    this.#waiting += 1;
    this.#waitingChars += chars;
    batch.chars += chars;
    batch.sinceMs ??= this.#clock.nowMs();
    batch.records.push(record);
    batch.owners.push(owner);
    if (batch.records.length === FLUSH_ROWS || batch.chars >= FLUSH_CHARS) {
      this.#closed.push(batch);
      this.#open = emptyBatch();
      void this.flush();
    }
  }

  /** Flushes in the background until the signal aborts; the caller flushes once more at the end. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(FLUSH_EVERY_MS - (this.#clock.nowMs() % FLUSH_EVERY_MS), signal);
      const stored = await this.flush();
      if (!stored) {
        await this.#clock.sleep(RETRY_FLUSH_AFTER_MS, signal);
      }
    }
  }

  /** Stores what is buffered now. False when the log refused it; the rows stay for the next flush. */
  async flush(): Promise<boolean> {
    while (this.#flushing) {
      await this.#flushing;
    }
    const earlier = this.#refused ?? this.#closed.shift();
    const batch = earlier ?? this.#open;
    if (batch.records.length === 0) {
      return true;
    }
    if (earlier === undefined) {
      this.#open = emptyBatch();
    }
    this.#flushing = this.#store(batch);
    await this.#flushing;
    return this.#refused === undefined && (earlier === undefined || this.flush());
  }

  /** Flushes until everything that was buffered is stored, or the signal aborts. False: something is left. */
  async store(signal: AbortSignal): Promise<boolean> {
    while (!(await this.flush())) {
      if (signal.aborted) {
        return false;
      }
      await this.#clock.sleep(RETRY_FLUSH_AFTER_MS, signal);
    }
    return true;
  }

  async #store(batch: Batch): Promise<void> {
    this.#leaving = batch;
    try {
      await this.#log.append(batch.records);
      this.#refused = undefined;
      this.#waiting -= batch.records.length;
      this.#waitingChars -= batch.chars;
    } catch (error) {
      this.#refused = batch;
      this.#warn('attempt log refused a batch; it is kept and tried again', { rows: batch.records.length, error });
    } finally {
      this.#leaving = undefined;
      this.#flushing = undefined;
    }
    if (this.#refused === undefined) {
      batch.records.forEach((record, index) => batch.owners[index]?.stored(record));
    }
  }
}

function emptyBatch(): Batch {
  return { records: [], owners: [], chars: 0, sinceMs: undefined };
}

function charsOf({ errorMessage, responseBody, responseHeaders }: AttemptRecord): number {
  return errorMessage.length + responseBody.length + (responseHeaders?.length ?? 0);
}

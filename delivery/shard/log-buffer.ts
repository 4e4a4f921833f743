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
/**
 * Some 40 MB: a log that takes nothing, or less than is sent, must neither fill the memory nor make what a crash repeats grow
 * for as long as that lasts.
 */
const MAX_WAITING_ROWS = 20_000;

/** Told about each of its rows once ClickHouse has stored it. */
export interface LogOwner {
  stored(record: AttemptRecord): void;
}

/** Two lists instead of one of pairs: a delivery makes no object for waiting here. */
interface Batch {
  records: AttemptRecord[];
  owners: LogOwner[];
}

/**
 * Group commit of a shard's attempt rows. An owner hears of a row only after ClickHouse has stored it. A batch that was
 * refused is kept and offered again unchanged (it may have been stored after all), so checkpoints wait, nothing is
 * forgotten and nothing is stored twice.
 */
export class AttemptLogBuffer {
  #open = emptyBatch();
  #refused: Batch | undefined;
  #flushing: Promise<void> | undefined;
  #waiting = 0;
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
    return this.#waiting >= this.#maxWaiting;
  }

  append(record: AttemptRecord, owner: LogOwner): void {
    this.#waiting += 1;
    this.#open.records.push(record);
    this.#open.owners.push(owner);
    if (this.#open.records.length === FLUSH_ROWS) {
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
    const again = this.#refused;
    const batch = again ?? this.#open;
    if (batch.records.length === 0) {
      return true;
    }
    if (again === undefined) {
      this.#open = emptyBatch();
    }
    this.#flushing = this.#store(batch);
    await this.#flushing;
    return this.#refused === undefined && (again === undefined || this.flush());
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
    try {
      await this.#log.append(batch.records);
      this.#refused = undefined;
      this.#waiting -= batch.records.length;
    } catch (error) {
      this.#refused = batch;
      this.#warn('attempt log refused a batch; it is kept and tried again', { rows: batch.records.length, error });
    } finally {
      this.#flushing = undefined;
    }
    if (this.#refused === undefined) {
      batch.records.forEach((record, index) => batch.owners[index]?.stored(record));
    }
  }
}

function emptyBatch(): Batch {
  return { records: [], owners: [] };
}

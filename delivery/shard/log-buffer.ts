import type { AttemptLogPort, AttemptRecord, ClockPort } from './ports.ts';

/** The design's bound on what a crash may repeat: a sent attempt is in the log at most this much later. */
const FLUSH_EVERY_MS = 200;
/** Enough to keep one insert a flush at 50,000 attempts a second; beyond it the flush starts early. */
const FLUSH_ROWS = 10_000;
const RETRY_FLUSH_AFTER_MS = 1_000;

interface Buffered {
  record: AttemptRecord;
  onStored: () => void;
}

/**
 * Group commit of a shard's attempt rows. A row's `onStored` runs only after ClickHouse has stored it; a failed flush
 * keeps its rows and tries again, so checkpoints wait and nothing is forgotten.
 */
export class AttemptLogBuffer {
  #rows: Buffered[] = [];
  #flushing: Promise<void> | undefined;
  readonly #log: AttemptLogPort;
  readonly #clock: ClockPort;
  readonly #warn: (message: string, fields: Record<string, unknown>) => void;

  constructor(log: AttemptLogPort, clock: ClockPort, warn: (message: string, fields: Record<string, unknown>) => void) {
    this.#log = log;
    this.#clock = clock;
    this.#warn = warn;
  }

  get size(): number {
    return this.#rows.length;
  }

  append(record: AttemptRecord, onStored: () => void): void {
    this.#rows.push({ record, onStored });
    if (this.#rows.length >= FLUSH_ROWS) {
      void this.flush();
    }
  }

  /** Flushes in the background until the signal aborts; the caller flushes once more at the end. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(FLUSH_EVERY_MS, signal);
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
    const batch = this.#rows;
    if (batch.length === 0) {
      return true;
    }
    this.#rows = [];
    let stored = false;
    this.#flushing = this.#store(batch).then((ok) => {
      stored = ok;
      this.#flushing = undefined;
    });
    await this.#flushing;
    return stored;
  }

  async #store(batch: Buffered[]): Promise<boolean> {
    try {
      await this.#log.append(batch.map((buffered) => buffered.record));
    } catch (error) {
      this.#rows = [...batch, ...this.#rows];
      this.#warn('attempt log refused a batch; it is kept and tried again', { rows: batch.length, error });
      return false;
    }
    for (const buffered of batch) {
      buffered.onStored();
    }
    return true;
  }
}

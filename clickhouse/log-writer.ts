import type { ClickHouse } from './client.ts';
import { appendLogEntries, type LogEntry } from './log-entries.ts';

/** One insert a second for all runs of a process: an insert per line would cost ClickHouse a part each. */
const FLUSH_EVERY_MS = 1_000;
/** More than minutes of a busy worker; beyond it the oldest lines are dropped. */
const MAX_WAITING = 20_000;

/**
 * Writes what users read about their runs. It never throws and never makes a run wait: lines that cannot be stored now
 * are kept and tried again; a worker that is killed loses the last second.
 */
export class LogWriter {
  readonly #clickhouse: ClickHouse;
  readonly #onFailure: (error: unknown) => void;
  #waiting: LogEntry[] = [];
  #lastMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(clickhouse: ClickHouse, onFailure: (error: unknown) => void) {
    this.#clickhouse = clickhouse;
    this.#onFailure = onFailure;
  }

  /** Each line gets a millisecond of its own, so that lines of one process stay in order. */
  append(entry: Omit<LogEntry, 'loggedAt'>): void {
    this.#lastMs = Math.max(Date.now(), this.#lastMs + 1);
    if (this.#waiting.length >= MAX_WAITING) {
      // Also while an insert is under way that gets no answer.
      this.#waiting.shift();
    }
    this.#waiting.push({ ...entry, loggedAt: new Date(this.#lastMs) });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_EVERY_MS).unref();
  }

  /** Settles when what was appended before is stored, or has failed to be stored this time. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) {
      return;
    }
    this.#waiting = [];
    try {
      await appendLogEntries(this.#clickhouse, batch);
    } catch (error) {
      this.#onFailure(error);
      this.#waiting = [...batch, ...this.#waiting].slice(-MAX_WAITING);
      this.#timer ??= setTimeout(() => void this.flush(), FLUSH_EVERY_MS).unref();
    }
  }
}

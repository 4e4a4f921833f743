import { randomUUID } from 'node:crypto';
import type { CapturedEvent } from '../clickhouse/insert-events.ts';
import { isSluiceError, toSluiceError } from '../core/errors.ts';
import { overloaded } from './capture-error.ts';

export interface GroupCommitterOptions {
  /** Stores a batch; safe to repeat with the same token after a failure, also one with an unknown outcome. */
  insert(events: CapturedEvent[], deduplicationToken: string): Promise<void>;
  /** A batch is closed at this many events or bytes, or when it has waited this long. One request is never split. */
  maxBatchEvents: number;
  maxBatchBytes: number;
  maxWaitMs: number;
  maxInFlight: number;
  /** Waiting and in flight together; beyond it a request is refused at once. */
  maxQueuedEvents: number;
  maxQueuedBytes: number;
  /** Tries per batch, the first included, and the pause between two. */
  attempts: number;
  retryDelayMs: number;
  /** Called for each failed insert. */
  onFailure?(error: unknown, willRetry: boolean): void;
}

export const DEFAULT_COMMITTER_OPTIONS = {
  maxBatchEvents: 5_000,
  maxBatchBytes: 8_000_000,
  maxWaitMs: 20,
  maxInFlight: 4,
  maxQueuedEvents: 100_000,
  maxQueuedBytes: 128_000_000,
  attempts: 3,
  retryDelayMs: 250,
} as const;

interface Waiting {
  events: CapturedEvent[];
  resolve(): void;
  reject(error: unknown): void;
}

interface Batch {
  requests: Waiting[];
  events: number;
  bytes: number;
  ready: boolean;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Turns many small requests into few inserts. `store` resolves only when the batch of the request is stored, and rejects
 * with a 503 when it is not known to be: one failing batch fails its own requests only.
 */
export class GroupCommitter {
  readonly #options: GroupCommitterOptions;
  readonly #batches: Batch[] = [];
  #inFlight = 0;
  #queuedEvents = 0;
  #queuedBytes = 0;
  #closing = false;
  #idle: (() => void) | undefined;

  constructor(options: GroupCommitterOptions) {
    this.#options = options;
  }

  /** `bytes` is the size of the request, for the bounds. */
  store(events: CapturedEvent[], bytes: number): Promise<void> {
    if (this.#closing) {
      return Promise.reject(overloaded('shutting_down', 'the server is shutting down'));
    }
    const { maxQueuedEvents, maxQueuedBytes } = this.#options;
    const fits = this.#queuedEvents + events.length <= maxQueuedEvents && this.#queuedBytes + bytes <= maxQueuedBytes;
    if (!fits && this.#queuedEvents > 0) {
      return Promise.reject(overloaded('queue_full', 'too many events are waiting to be stored'));
    }
    return new Promise((resolve, reject) => {
      this.#enqueue({ events, resolve, reject }, bytes);
    });
  }

  get queuedEvents(): number {
    return this.#queuedEvents;
  }

  /** Refuses new events, stores what waits, and resolves when nothing is in flight. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const batch of this.#batches) {
      batch.ready = true;
    }
    this.#dispatch();
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
  }

  #enqueue(request: Waiting, bytes: number): void {
    const batch = this.#openBatch(request.events.length, bytes);
    batch.requests.push(request);
    batch.events += request.events.length;
    batch.bytes += bytes;
    this.#queuedEvents += request.events.length;
    this.#queuedBytes += bytes;
    batch.ready ||= batch.events >= this.#options.maxBatchEvents || batch.bytes >= this.#options.maxBatchBytes;
    this.#dispatch();
  }

  /** The last batch while the request fits into it, else a new one, which closes the last. */
  #openBatch(events: number, bytes: number): Batch {
    const { maxBatchEvents, maxBatchBytes, maxWaitMs } = this.#options;
    const last = this.#batches.at(-1);
    if (last && last.events + events <= maxBatchEvents && last.bytes + bytes <= maxBatchBytes) {
      return last;
    }
    if (last) {
      last.ready = true;
    }
    const batch: Batch = { requests: [], events: 0, bytes: 0, ready: false, timer: undefined };
    batch.timer = setTimeout(() => {
      batch.ready = true;
      this.#dispatch();
    }, maxWaitMs);
    this.#batches.push(batch);
    return batch;
  }

  #dispatch(): void {
    while (this.#inFlight < this.#options.maxInFlight && this.#batches[0]?.ready) {
      const batch = this.#batches.shift();
      if (batch) {
        clearTimeout(batch.timer);
        void this.#commit(batch);
      }
    }
  }

  async #commit(batch: Batch): Promise<void> {
    this.#inFlight += 1;
    try {
      await this.#insert(firstOfEachUuid(batch.requests.flatMap((request) => request.events)));
      batch.requests.forEach((request) => request.resolve());
    } catch {
      const refusal = overloaded('store_unavailable', 'the events could not be stored');
      batch.requests.forEach((request) => request.reject(refusal));
    } finally {
      this.#release(batch);
    }
  }

  async #insert(events: CapturedEvent[]): Promise<void> {
    const token = randomUUID();
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#options.insert(events, token);
        return;
      } catch (error) {
        const willRetry = attempt < this.#options.attempts && !(isSluiceError(error) && !error.retryable);
        this.#options.onFailure?.(error, willRetry);
        if (!willRetry) {
          throw toSluiceError(error, { code: 'capture_insert_failed' });
        }
        await delay(this.#options.retryDelayMs * attempt);
      }
    }
  }

  #release(batch: Batch): void {
    this.#inFlight -= 1;
    this.#queuedEvents -= batch.events;
    this.#queuedBytes -= batch.bytes;
    this.#dispatch();
    if (this.#inFlight === 0) {
      this.#idle?.();
    }
  }
}

/** Two rows of one insert would share `inserted_at`, and neither would be the first arrival. */
function firstOfEachUuid(events: CapturedEvent[]): CapturedEvent[] {
  const seen = new Set<string>();
  return events.filter((event) => {
    const key = `${String(event.teamId)}/${event.uuid}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

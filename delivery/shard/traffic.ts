import type { AttemptRecord } from '../../core/attempts.ts';
import { emptyTraffic, hasTraffic, retriesOf, type TrafficReport } from '../../core/traffic.ts';
import { isExpired } from '../classify.ts';

/** Upper bounds in milliseconds; the last bucket is open. */
const LATENCY_BOUNDS_MS = [100, 250, 500, 1_000, 2_500, 5_000, 30_000, 300_000];

/** Counts what a lane, or a probe, did between two reports to its destination's entity workflow. */
export class Traffic {
  #report: TrafficReport = emptyTraffic();
  #hasParked = false;

  /** The lane has parked deliveries since it began. */
  get hasParked(): boolean {
    return this.#hasParked;
  }

  matched(): void {
    this.#report.matched += 1;
  }

  count(record: AttemptRecord): void {
    switch (record.outcome) {
      case 'delivered':
        this.#report.delivered += 1;
        this.#observeRetries(record);
        if (record.via !== 'replay') {
          this.#observeLatency(record.latencyMs);
        }
        break;
      case 'retry_scheduled':
        this.#report.retried += 1;
        this.#report.failedAttempts += 1;
        break;
      case 'parked':
        this.#hasParked = true;
        this.#report.parked += 1;
        this.#report.failedAttempts += 1;
        break;
      case 'masked':
        this.#report.masked = (this.#report.masked ?? 0) + 1;
        break;
      case 'failed_attempt':
        this.#report.failedAttempts += 1;
        break;
      case 'discarded':
        this.#giveUp(record);
        break;
    }
  }

  /** The report since the last call, or undefined when nothing happened. */
  take(): TrafficReport | undefined {
    const report = this.#report;
    this.#report = emptyTraffic();
    return hasTraffic(report) ? report : undefined;
  }

  #giveUp(record: AttemptRecord): void {
    if (isExpired(record)) {
      this.#report.expired = (this.#report.expired ?? 0) + 1;
      // Its row has the number of the attempt that was not made any more.
      this.#observeRetries({ ...record, attempt: record.attempt - 1 });
    } else {
      this.#report.discarded = (this.#report.discarded ?? 0) + 1;
      this.#report.failedAttempts += 1;
      this.#observeRetries(record);
    }
  }

  /** By the number of the last attempt; who replays it asks for no retry. */
  #observeRetries({ attempt, via }: AttemptRecord): void {
    const retries = via === 'replay' ? 0 : retriesOf(attempt);
    if (retries > 0) {
      this.#report.retries ??= {};
      this.#report.retries[retries] = (this.#report.retries[retries] ?? 0) + 1;
    }
  }

  #observeLatency(latencyMs: number): void {
    const bound = LATENCY_BOUNDS_MS.find((upperMs) => latencyMs <= upperMs);
    const key = bound === undefined ? 'more' : String(bound);
    this.#report.latencyBuckets[key] = (this.#report.latencyBuckets[key] ?? 0) + 1;
  }
}

import type { AttemptRecord } from '../../core/attempts.ts';
import type { TrafficReport } from './ports.ts';

/** Upper bounds in milliseconds; the last bucket is open. */
const LATENCY_BOUNDS_MS = [100, 250, 500, 1_000, 2_500, 5_000, 30_000, 300_000];

/** Counts what a lane did between two reports to its destination's entity workflow. */
export class Traffic {
  #report: TrafficReport = emptyReport();
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
      case 'discarded':
        this.#report.failedAttempts += 1;
        break;
    }
  }

  /** The report since the last call, or undefined when nothing happened. */
  take(): TrafficReport | undefined {
    const report = this.#report;
    this.#report = emptyReport();
    return report.matched + report.delivered + report.failedAttempts > 0 ? report : undefined;
  }

  #observeLatency(latencyMs: number): void {
    const bound = LATENCY_BOUNDS_MS.find((upperMs) => latencyMs <= upperMs);
    const key = bound === undefined ? 'more' : String(bound);
    this.#report.latencyBuckets[key] = (this.#report.latencyBuckets[key] ?? 0) + 1;
  }
}

function emptyReport(): TrafficReport {
  return { matched: 0, delivered: 0, failedAttempts: 0, retried: 0, parked: 0, latencyBuckets: {} };
}

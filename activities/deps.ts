import type { Pace } from './backfill/pace.ts';
import type { ClickHouse } from '../clickhouse/client.ts';
import type { LogWriter } from '../clickhouse/log-writer.ts';
import type { TemporalClient } from '../client/temporal.ts';
import type { Destination } from '../destinations/contract.ts';
import type { Downloads } from '../destinations/download/index.ts';
import type { EventClock } from '../delivery/event-clock.ts';
import type { SendPort } from '../delivery/shard/ports.ts';
import type { Notifier } from '../notifications/contract.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracing } from '../observability/spans.ts';
import type { Database } from '../store/database.ts';
import type { SecretBox } from '../store/secrets.ts';

export interface ActivitySettings {
  /** How late a row may become visible after its `inserted_at`: the tail's overlap and an export's settle time. */
  visibilityBoundMs: number;
  /** How long after an interval's end it is missing when nothing has run it. */
  gapSettleMs: number;
  /** From poll to poll of a shard whose webhooks have events. */
  pollMs: number;
  /** Of a shard whose webhooks have none, when nobody tells of any. */
  idlePollMs: number;
  reportEveryMs: number;
  /** Open retry workflows per destination; beyond it failed events are parked. */
  openRetriesCap: number;
  /** How long an endpoint must fail without a success before it is paused. */
  breakerMinFailingMs: number;
  /** How long a stopping worker waits for attempts in flight; above the longest request time-out. */
  drainMs: number;
  /** Runs in a row that must fail alike before their export is paused; 0: never. */
  pauseAfterFailures: number;
  /** Chunks of one run that load at the same time. */
  chunkConcurrency: number;
  /** How long after its run's end a download is kept. */
  downloadTtlMs: number;
  /** A run that does not renew its lease for so long gives its interval free. */
  leaseMs: number;
}

/** What the activities work with; made once per process by `worker.ts`. */
export interface ActivityDeps {
  db: Database;
  box: SecretBox;
  clickhouse: ClickHouse;
  /** That of ClickHouse, as far as this process knows it. */
  eventClock: EventClock;
  logWriter: LogWriter;
  temporal: TemporalClient;
  findDestination(kind: string): Destination<unknown>;
  /** Absent: this installation keeps no downloads. */
  downloads?: Downloads;
  send: SendPort;
  notifier: Notifier;
  logger: Logger;
  metrics: Metrics;
  tracing: Tracing;
  settings: ActivitySettings;
  /** Holds back the loading of what may wait. Absent: it is live work. */
  pace?: Pace;
  /** Aborts when the worker is asked to stop: long activities finish their work and return. */
  draining: AbortSignal;
}

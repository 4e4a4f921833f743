import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The part of an attempt row that is counted. Ids never become labels: their number has no bound. */
export interface AttemptMeasure {
  outcome: string;
  via: string;
  /** 0 when no response came. */
  statusCode: number;
  durationMs: number;
  latencyMs: number;
}

export interface Metrics {
  /** One HTTP attempt of a webhook. */
  attempt(measure: AttemptMeasure): void;
  /** One export run that has ended, whatever its status. */
  exportFinished(status: string, rows: number, bytes: number, durationMs?: number): void;
  /** Events that the events table lacked and that were added. */
  eventsRepaired(events: number): void;
  /** After a comparison: age of the oldest gap it found (0: none), and how far behind now it has got. */
  eventsCompared(ages: { gapAgeMs: number; lagMs: number }): void;
  /** One webhook's window: stored events that it wanted, and those without an owner by what became of them. */
  deliveriesAudited(compared: number, missed: { retried: number; known: number; abandoned: number }): void;
  /** How far behind now the deliveries of the webhook that lags most are audited. */
  auditLag(lagMs: number): void;
  /** An interval that nobody had exported was started. */
  gapStarted(): void;
  /** After a look: age of the end of the oldest interval that was missing; 0: none was. */
  gapsFound(oldestAgeMs: number): void;
  /** How far behind now the watermark of the export that lags most is, by kind; exports that the log's end comes near. */
  watermarks(ages: readonly { kind: string; ageMs: number }[], nearLogEnd: number): void;
  captureAccepted(events: number): void;
  /** `reason` is an error code of capture. */
  captureRejected(reason: string, events: number): void;
  /** Prometheus text format. */
  text(): Promise<string>;
  contentType: string;
}

const OUTCOMES = ['delivered', 'retry_scheduled', 'parked', 'failed_attempt', 'discarded'];
const VIAS = ['live', 'retry', 'probe', 'replay'];
const STATUSES = [
  'completed',
  'failed',
  'failed_retryable',
  'cancelled',
  'terminated',
  'timed_out',
  'over_quota',
  'skipped',
];
/** Capture's error codes are ours, but a label that comes in from elsewhere must not grow without bound. */
const MAX_REASONS = 50;
const MS_PER_SECOND = 1_000;
/** From a receiver in the same rack to the longest time-out (30 s). */
const ATTEMPT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];
/** From live (a second) over the first retries to a backlog of a day. */
const LATENCY_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800, 7_200, 86_400];
const RUN_SECONDS = [0.5, 1, 2.5, 5, 15, 60, 300, 900, 3_600, 14_400];

/** The process's metrics, in a registry of their own. `runtime` adds Node's: memory, CPU, event loop lag, GC. */
export function createMetrics(options: { runtime?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.runtime !== false) {
    collectDefaultMetrics({ register: registry });
  }
  return {
    ...deliveryMetrics(registry),
    ...exportMetrics(registry),
    ...captureMetrics(registry),
    ...maintenanceMetrics(registry),
    ...gapMetrics(registry),
    ...auditMetrics(registry),
    ...completenessMetrics(registry),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function deliveryMetrics(registry: Registry): Pick<Metrics, 'attempt'> {
  const registers = [registry];
  const attempts = new Counter({
    name: 'sluice_delivery_attempts_total',
    help: 'Webhook attempts by what became of the event, what made the attempt, and class of the answer.',
    labelNames: ['outcome', 'via', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'sluice_delivery_attempt_duration_seconds',
    help: 'From sending a request to the end of its response.',
    labelNames: ['status'],
    buckets: ATTEMPT_SECONDS,
    registers,
  });
  const latency = new Histogram({
    name: 'sluice_delivery_latency_seconds',
    help: 'From capture to the end of a successful response.',
    labelNames: ['via'],
    buckets: LATENCY_SECONDS,
    registers,
  });
  return {
    attempt: ({ outcome, via, statusCode, durationMs, latencyMs }) => {
      const status = statusClass(statusCode);
      const labels = { outcome: oneOf(OUTCOMES, outcome), via: oneOf(VIAS, via) };
      attempts.inc({ ...labels, status });
      duration.observe({ status }, durationMs / MS_PER_SECOND);
      if (outcome === 'delivered') {
        latency.observe({ via: labels.via }, Math.max(0, latencyMs) / MS_PER_SECOND);
      }
    },
  };
}

function exportMetrics(registry: Registry): Pick<Metrics, 'exportFinished'> {
  const registers = [registry];
  const runs = new Counter({
    name: 'sluice_export_runs_total',
    help: 'Export runs that have ended, by status.',
    labelNames: ['status'],
    registers,
  });
  const rows = new Counter({ name: 'sluice_export_rows_total', help: 'Rows of completed runs.', registers });
  const bytes = new Counter({ name: 'sluice_export_bytes_total', help: 'Bytes of completed runs.', registers });
  const duration = new Histogram({
    name: 'sluice_export_run_duration_seconds',
    help: 'From the start of a run to its end.',
    labelNames: ['status'],
    buckets: RUN_SECONDS,
    registers,
  });
  return {
    exportFinished: (givenStatus, runRows, runBytes, durationMs) => {
      const status = oneOf(STATUSES, givenStatus);
      runs.inc({ status });
      rows.inc(status === 'completed' ? runRows : 0);
      bytes.inc(status === 'completed' ? runBytes : 0);
      if (durationMs !== undefined) {
        duration.observe({ status }, durationMs / MS_PER_SECOND);
      }
    },
  };
}

function captureMetrics(registry: Registry): Pick<Metrics, 'captureAccepted' | 'captureRejected'> {
  const registers = [registry];
  const accepted = new Counter({
    name: 'sluice_capture_events_total',
    help: 'Events that were stored and acknowledged.',
    registers,
  });
  const rejected = new Counter({
    name: 'sluice_capture_rejected_total',
    help: 'Events that were refused, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const reasons = new Set<string>();
  return {
    captureAccepted: (events) => {
      accepted.inc(events);
    },
    captureRejected: (reason, events) => {
      const known = reasons.has(reason) || reasons.size < MAX_REASONS;
      reasons.add(known ? reason : 'other');
      rejected.inc({ reason: known ? reason : 'other' }, events);
    },
  };
}

function maintenanceMetrics(registry: Registry): Pick<Metrics, 'eventsRepaired' | 'eventsCompared'> {
  const registers = [registry];
  const repaired = new Counter({
    name: 'sluice_events_repaired_total',
    help: 'Events that the events table lacked and that were added from the event log.',
    registers,
  });
  const gapAge = new Gauge({
    name: 'sluice_events_gap_age_seconds',
    help: 'Age of the oldest event that the last comparison of events and event log found missing; 0 when none was.',
    registers,
  });
  const lag = new Gauge({
    name: 'sluice_events_comparison_lag_seconds',
    help: 'How far behind now the last comparison of events and event log ended.',
    registers,
  });
  return {
    eventsRepaired: (events) => {
      repaired.inc(events);
    },
    eventsCompared: ({ gapAgeMs, lagMs }) => {
      gapAge.set(gapAgeMs / MS_PER_SECOND);
      lag.set(lagMs / MS_PER_SECOND);
    },
  };
}

function gapMetrics(registry: Registry): Pick<Metrics, 'gapStarted' | 'gapsFound'> {
  const registers = [registry];
  const started = new Counter({
    name: 'sluice_export_gaps_started_total',
    help: 'Expected intervals of exports that nobody had exported and that the gap detector has started.',
    registers,
  });
  const age = new Gauge({
    name: 'sluice_export_gap_age_seconds',
    help: 'How long ago the oldest interval ended that the last look of the gap detector found missing; 0 when none was.',
    registers,
  });
  return {
    gapStarted: () => {
      started.inc();
    },
    gapsFound: (oldestAgeMs) => {
      age.set(oldestAgeMs / MS_PER_SECOND);
    },
  };
}

function auditMetrics(registry: Registry): Pick<Metrics, 'deliveriesAudited' | 'auditLag'> {
  const registers = [registry];
  const audited = new Counter({
    name: 'sluice_delivery_audit_events_total',
    help: 'Stored events whose deliveries were audited, once for each webhook that wants them.',
    registers,
  });
  const missedEvents = new Counter({
    name: 'sluice_delivery_missed_total',
    help: 'Events that an audit found without an owner: retried now, known to a retry, or abandoned with their retry.',
    labelNames: ['action'],
    registers,
  });
  const lag = new Gauge({
    name: 'sluice_delivery_audit_lag_seconds',
    help: 'How far behind now the deliveries of the webhook that lags most are audited.',
    registers,
  });
  return {
    deliveriesAudited: (compared, missed) => {
      audited.inc(compared);
      for (const [action, events] of Object.entries(missed)) {
        missedEvents.inc({ action }, events);
      }
    },
    auditLag: (lagMs) => {
      lag.set(lagMs / MS_PER_SECOND);
    },
  };
}

function completenessMetrics(registry: Registry): Pick<Metrics, 'watermarks'> {
  const age = new Gauge({
    name: 'sluice_export_watermark_age_seconds',
    help: 'How far behind now the completeness watermark of the export that lags most is, by kind of destination.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const near = new Gauge({
    name: 'sluice_exports_near_log_end',
    help: 'Exports so far behind that the event log will soon forget what they have not exported.',
    registers: [registry],
  });
  return {
    watermarks: (ages, nearLogEnd) => {
      near.set(nearLogEnd);
      // A kind whose last export is gone must not show its last age for ever.
      age.reset();
      for (const { kind, ageMs } of ages) {
        age.set({ kind }, ageMs / MS_PER_SECOND);
      }
    },
  };
}

function statusClass(statusCode: number): string {
  const hundreds = Math.floor(statusCode / 100);
  return hundreds >= 1 && hundreds <= 5 ? `${String(hundreds)}xx` : 'none';
}

function oneOf(known: readonly string[], value: string): string {
  return known.includes(value) ? value : 'other';
}

import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** What is counted of an HTTP attempt; structurally part of the attempt log's row. */
export interface AttemptSample {
  outcome: string;
  via: string;
  durationMs: number;
  latencyMs: number;
}

/** The process's Prometheus metrics. Labels are closed sets: no id, URL or name ever becomes a label. */
export interface Metrics {
  attempt(sample: AttemptSample): void;
  exportFinished(status: string, rows: number, bytes: number): void;
  captured(events: number): void;
  captureRejected(code: string): void;
  /** The exposition format. */
  text(): Promise<string>;
}

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const MS_PER_SECOND = 1_000;

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const attempts = new Counter({
    name: 'sluice_webhook_attempts_total',
    help: 'HTTP attempts of webhook deliveries by what became of the event',
    labelNames: ['outcome', 'via'],
    registers,
  });
  const attemptSeconds = new Histogram({
    name: 'sluice_webhook_attempt_duration_seconds',
    help: 'Duration of one HTTP attempt',
    labelNames: ['outcome'],
    buckets: SECONDS,
    registers,
  });
  const latencySeconds = new Histogram({
    name: 'sluice_webhook_latency_seconds',
    help: 'From capture to the end of the successful response',
    labelNames: ['via'],
    buckets: SECONDS,
    registers,
  });
  const runs = counter(registry, 'sluice_export_runs_total', 'Export runs by final status', 'status');
  const rows = counter(registry, 'sluice_export_rows_total', 'Rows of completed export runs');
  const bytes = counter(registry, 'sluice_export_bytes_total', 'Bytes of completed export runs');
  const captured = counter(registry, 'sluice_capture_events_total', 'Events that ClickHouse has stored');
  const rejected = counter(registry, 'sluice_capture_rejections_total', 'Refused capture requests by code', 'code');
  return {
    attempt: ({ outcome, via, durationMs, latencyMs }) => {
      attempts.inc({ outcome, via });
      attemptSeconds.observe({ outcome }, durationMs / MS_PER_SECOND);
      if (outcome === 'delivered') {
        latencySeconds.observe({ via }, latencyMs / MS_PER_SECOND);
      }
    },
    exportFinished: (status, rowCount, byteCount) => {
      runs.inc({ status });
      rows.inc(rowCount);
      bytes.inc(byteCount);
    },
    captured: (events) => {
      captured.inc(events);
    },
    captureRejected: (code) => {
      rejected.inc({ code });
    },
    text: () => registry.metrics(),
  };
}

function counter(registry: Registry, name: string, help: string, label?: string): Counter {
  return new Counter({ name, help, labelNames: label === undefined ? [] : [label], registers: [registry] });
}

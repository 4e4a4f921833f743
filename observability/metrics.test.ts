import { expect, test } from '@jest/globals';
import { createMetrics } from './metrics.ts';

const attempt = { outcome: 'delivered', via: 'live', statusCode: 204, durationMs: 20, latencyMs: 1_500 };

test('counts attempts, durations and the latency of deliveries', async () => {
  const metrics = createMetrics({ runtime: false });
  metrics.attempt(attempt);
  metrics.attempt({ ...attempt, outcome: 'failed_attempt', statusCode: 503 });
  metrics.attempt({ ...attempt, outcome: 'parked', via: 'retry', statusCode: 0 });
  const text = await metrics.text();
  expect(text).toContain('sluice_delivery_attempts_total{outcome="delivered",via="live",status="2xx"} 1');
  expect(text).toContain('sluice_delivery_attempts_total{outcome="failed_attempt",via="live",status="5xx"} 1');
  expect(text).toContain('sluice_delivery_attempts_total{outcome="parked",via="retry",status="none"} 1');
  expect(text).toContain('sluice_delivery_attempt_duration_seconds_bucket{le="0.025",status="2xx"} 1');
  expect(text).toContain('sluice_delivery_latency_seconds_count{via="live"} 1');
  expect(text).toContain('sluice_delivery_latency_seconds_sum{via="live"} 1.5');
});

test('counts rows and bytes of completed runs only', async () => {
  const metrics = createMetrics({ runtime: false });
  metrics.exportFinished('completed', 100, 2_000, 3_000);
  metrics.exportFinished('failed', 50, 1_000);
  const text = await metrics.text();
  expect(text).toContain('sluice_export_runs_total{status="failed"} 1');
  expect(text).toContain('sluice_export_rows_total 100');
  expect(text).toContain('sluice_export_bytes_total 2000');
  expect(text).toContain('sluice_export_run_duration_seconds_sum{status="completed"} 3');
});

test('labels are bounded, whatever comes in', async () => {
  const metrics = createMetrics({ runtime: false });
  for (let index = 0; index < 1_000; index += 1) {
    metrics.attempt({ ...attempt, outcome: `o${index}`, via: `v${index}`, statusCode: index * 7 });
    metrics.exportFinished(`s${index}`, 1, 1);
    metrics.captureRejected(`r${index}`, 1);
  }
  metrics.captureAccepted(5);
  const lines = (await metrics.text()).split('\n');
  expect(lines.filter((line) => line.startsWith('sluice_delivery_attempts_total')).length).toBeLessThanOrEqual(6);
  expect(lines).toContain('sluice_export_runs_total{status="other"} 1000');
  expect(lines.filter((line) => line.startsWith('sluice_capture_rejected_total'))).toHaveLength(51);
  expect(lines).toContain('sluice_capture_rejected_total{reason="other"} 950');
  expect(lines).toContain('sluice_capture_events_total 5');
});

test('the runtime’s event loop lag is there', async () => {
  expect(await createMetrics().text()).toContain('nodejs_eventloop_lag_p99_seconds');
});

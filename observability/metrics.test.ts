import { expect, jest, test } from '@jest/globals';
import { METRICS, RUNTIME_METRICS } from './catalogue.ts';
import { createMetrics } from './metrics.ts';
import type { DeploymentState } from './state.ts';

const attempt = {
  kind: 'slack',
  outcome: 'delivered',
  via: 'live',
  attempt: 1,
  statusCode: 204,
  durationMs: 20,
  latencyMs: 1_500,
};
const run = { kind: 's3', status: 'completed', rows: 100, bytes: 2_000, durationMs: 3_000 };

test('counts attempts, durations and the latency of deliveries', async () => {
  const metrics = createMetrics({ runtime: false });
  metrics.attempt(attempt);
  metrics.attempt({ ...attempt, outcome: 'failed_attempt', statusCode: 503 });
  metrics.attempt({ ...attempt, outcome: 'parked', via: 'retry', statusCode: 0 });
  metrics.attempt({ ...attempt, via: 'retry', attempt: 5 });
  metrics.attempt({ ...attempt, outcome: 'masked', attempt: 0, statusCode: 0 });
  metrics.retryGaveWay();
  metrics.deliveryWaited(1_500);
  const text = await metrics.text();
  expect(text).toContain('sluice_delivery_attempts_total{kind="slack",outcome="delivered",via="live",status="2xx"} 1');
  expect(text).toContain(
    'sluice_delivery_attempts_total{kind="slack",outcome="failed_attempt",via="live",status="5xx"} 1',
  );
  expect(text).toContain('sluice_delivery_attempts_total{kind="slack",outcome="parked",via="retry",status="none"} 1');
  expect(text).toContain('sluice_delivery_attempt_duration_seconds_bucket{le="0.025",kind="slack",status="2xx"} 2');
  expect(text).toContain('sluice_delivery_latency_seconds_count{kind="slack",via="live",attempt="1"} 1');
  expect(text).toContain('sluice_delivery_latency_seconds_sum{kind="slack",via="live",attempt="1"} 1.5');
  expect(text).toContain('sluice_delivery_latency_seconds_count{kind="slack",via="retry",attempt="4-6"} 1');
  expect(text).toContain('sluice_delivery_wait_seconds_bucket{le="1"} 0');
  expect(text).toContain('sluice_delivery_wait_seconds_bucket{le="2.5"} 1');
  expect(text).toContain('sluice_delivery_wait_seconds_sum 1.5');
  expect(text).toContain('sluice_delivery_masked_total{via="live"} 1');
  expect(text).not.toContain('outcome="masked"');
  expect(text).toContain('sluice_delivery_gave_way_total 1');
});

test('counts requests to Temporal by operation and how they ended', async () => {
  const metrics = createMetrics({ runtime: false });
  metrics.temporalRequest({ operation: 'GetSystemInfo', status: 'OK', durationMs: 30 });
  metrics.temporalRequest({ operation: 'GetSystemInfo', status: 'UNAVAILABLE', durationMs: 3_000 });
  const text = await metrics.text();
  expect(text).toContain('sluice_temporal_requests_total{operation="GetSystemInfo",status="OK"} 1');
  expect(text).toContain('sluice_temporal_requests_total{operation="GetSystemInfo",status="UNAVAILABLE"} 1');
  expect(text).toContain('sluice_temporal_request_duration_seconds_sum{operation="GetSystemInfo"} 3.03');
});

test('counts rows and bytes by kind of destination and how the run ended', async () => {
  const metrics = createMetrics({ runtime: false });
  metrics.exportFinished(run);
  metrics.exportFinished({ ...run, status: 'failed', rows: 50 });
  const text = await metrics.text();
  expect(text).toContain('sluice_export_runs_total{kind="s3",status="failed"} 1');
  expect(text).toContain('sluice_export_rows_total{kind="s3",status="completed"} 100');
  expect(text).toContain('sluice_export_rows_total{kind="s3",status="failed"} 50');
  expect(text).toContain('sluice_export_bytes_total{kind="s3",status="completed"} 2000');
  expect(text).toContain('sluice_export_run_duration_seconds_sum{kind="s3",status="completed"} 3');
  expect(text).not.toContain('sluice_export_intervals_total{');
});

test.each([
  { intervalMs: 60_000, lagMs: 599_000, onTime: 'yes' },
  { intervalMs: 60_000, lagMs: 601_000, onTime: 'no' },
  { intervalMs: 3_600_000, lagMs: 3_599_000, onTime: 'yes' },
  { intervalMs: 3_600_000, lagMs: 3_601_000, onTime: 'no' },
])('an interval of $intervalMs ms that is complete $lagMs ms after its end: on time $onTime', async (given) => {
  const metrics = createMetrics({ runtime: false });
  metrics.exportFinished({ ...run, scheduled: given });
  metrics.exportFinished({ ...run, status: 'failed', scheduled: given });
  const text = await metrics.text();
  expect(text).toContain(`sluice_export_intervals_total{kind="s3",on_time="${given.onTime}"} 1`);
  expect(text).toContain(`sluice_export_lag_seconds_sum{kind="s3"} ${String(given.lagMs / 1_000)}`);
});

test('labels are bounded, whatever comes in', async () => {
  const metrics = createMetrics({ runtime: false });
  for (let index = 0; index < 1_000; index += 1) {
    metrics.attempt({ ...attempt, outcome: `o${index}`, via: `v${index}`, attempt: index, statusCode: index * 7 });
    metrics.exportFinished({ ...run, kind: 's3', status: `s${index}` });
    metrics.captureRejected(`r${index}`, 1);
  }
  metrics.captureAccepted(5);
  const lines = (await metrics.text()).split('\n');
  const counted = lines.filter((line) => line.startsWith('sluice_delivery_attempts_total') && !line.endsWith(' 0'));
  expect(counted.length).toBeLessThanOrEqual(6);
  expect(lines).toContain('sluice_export_runs_total{kind="s3",status="other"} 1000');
  expect(lines.filter((line) => line.startsWith('sluice_capture_rejected_total'))).toHaveLength(51);
  expect(lines).toContain('sluice_capture_rejected_total{reason="other"} 950');
  expect(lines).toContain('sluice_capture_events_total 5');
  expect(lines).toContain('sluice_capture_requests_total 1');
});

test('shards of a worker add up, and what it gives away is not counted any more', async () => {
  const metrics = createMetrics({ runtime: false });
  metrics.shard(0, {
    lanes: 5,
    live: 3,
    suspended: 1,
    inFlightAndQueued: 7,
    lagMs: 2_000,
    heldLagMs: 1_000_000,
    unlogged: 5,
    logLagMs: 90_000,
  });
  metrics.shard(1, {
    ...{ lanes: 1, live: 1, suspended: 0, inFlightAndQueued: 2 },
    ...{ lagMs: 500, heldLagMs: 0, unlogged: 6, logLagMs: 100 },
  });
  const text = await metrics.text();
  expect(text).toContain('sluice_delivery_lanes{mode="live"} 4');
  expect(text).toContain('sluice_delivery_lanes{mode="behind"} 1');
  expect(text).toContain('sluice_delivery_backlog_events 9');
  expect(text).toContain('sluice_delivery_lag_seconds 2');
  expect(text).toContain('sluice_delivery_held_lag_seconds 1000');
  expect(text).toContain('sluice_delivery_unlogged_attempts 11');
  expect(text).toContain('sluice_delivery_log_lag_seconds 90');
  metrics.shard(0, undefined);
  expect(await metrics.text()).toContain('sluice_delivery_lag_seconds 0.5');
});

test('what a webhook does not want any more is counted apart from what is given up', async () => {
  const metrics = createMetrics({ runtime: false });
  const given = { outcome: 'discarded', via: 'live', attempt: 1, statusCode: 0, durationMs: 0, latencyMs: 0 };
  metrics.attempt({ ...given, errorCode: 'event_expired' });
  metrics.attempt({ ...given, errorCode: 'message_expired' });
  metrics.attempt({ ...given, errorCode: 'event_expired' });
  const lines = (await metrics.text()).split('\n');
  expect(lines).toContain(
    'sluice_delivery_attempts_total{kind="unknown",outcome="expired",via="live",status="none"} 2',
  );
  expect(lines).toContain(
    'sluice_delivery_attempts_total{kind="unknown",outcome="discarded",via="live",status="none"} 1',
  );
});

test('the clock of ClickHouse is shown against that of the process when it can be asked, and else nothing', async () => {
  const skew = async (clockAheadMs?: () => Promise<number | undefined>): Promise<string[]> => {
    const text = await createMetrics({ runtime: false, ...(clockAheadMs && { clockAheadMs }) }).text();
    return text.split('\n').filter((line) => line.startsWith('sluice_clock_skew_seconds'));
  };
  expect(await skew()).toEqual([]);
  expect(await skew(() => Promise.resolve(-600_000))).toEqual(['sluice_clock_skew_seconds -600']);
  expect(await skew(() => Promise.resolve(undefined))).toEqual([]);
  expect(await skew(() => Promise.reject(new Error('ClickHouse is away')))).toEqual([]);
});

const state: DeploymentState = {
  webhooks: [{ kind: 'slack', health: 'healthy', count: 3 }],
  pendingRetries: [{ kind: 'slack', count: 4 }],
  parked: [{ kind: 'generic', count: 5 }],
  watermarks: [{ kind: 's3', ageMs: 6_000 }],
  exportsNearLogEnd: 0,
  webhooksNearLogEnd: 2,
};

test('a gauge says nothing before it is set, and the state of the deployment is that of the scrape', async () => {
  expect(await createMetrics({ runtime: false }).text()).not.toMatch(/^sluice_\w+(age|lag)_seconds 0/m);
  const text = await createMetrics({ runtime: false, deployment: () => Promise.resolve(state) }).text();
  expect(text).toContain('sluice_webhooks{kind="slack",health="healthy"} 3');
  expect(text).toContain('sluice_deliveries_pending_retry{kind="slack"} 4');
  expect(text).toContain('sluice_deliveries_parked{kind="generic"} 5');
  expect(text).toContain('sluice_export_watermark_age_seconds{kind="s3"} 6');
  expect(text).toContain('sluice_exports_near_log_end 0');
  expect(text).toContain('sluice_webhooks_near_log_end 2');
});

test('what a maintenance look found fades when nobody looks any more', async () => {
  const metrics = createMetrics({ runtime: false });
  metrics.eventsCompared({ gapAgeMs: 5_000, lagMs: 1_000 });
  expect(await metrics.text()).toContain('sluice_events_gap_age_seconds 5');
  const now = performance.now();
  const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 31 * 60_000);
  try {
    expect(await metrics.text()).not.toMatch(/^sluice_events_gap_age_seconds /m);
  } finally {
    clock.mockRestore();
  }
});

test('what alerts look for is shown before it happens: Prometheus sees no increase in the first value of a series', async () => {
  const metrics = createMetrics({ runtime: false, kinds: ['s3'], webhookKinds: ['generic', 'slack'] });
  const before = (await metrics.text()).split('\n');
  expect(before).toContain('sluice_delivery_missed_total{action="abandoned"} 0');
  for (const kind of ['generic', 'slack']) {
    const givenUp = `sluice_delivery_attempts_total{kind="${kind}",outcome="discarded",via="retry",status="5xx"} 0`;
    expect(before).toContain(givenUp);
  }
  expect(before).toContain('sluice_maintenance_looks_total{look="sweep-runs"} 0');
  expect(before.filter((line) => line.includes('outcome="delivered"'))).toEqual([]);
  metrics.deliveriesAudited(5, { retried: 2, known: 0, abandoned: 0 });
  metrics.looked('sweepRuns');
  const after = (await metrics.text()).split('\n');
  expect(after).toContain('sluice_delivery_missed_total{action="retried"} 2');
  expect(after).toContain('sluice_maintenance_looks_total{look="sweep-runs"} 1');
});

test('the counters of exports begin at 0 for every kind of destination that a worker knows', async () => {
  const lines = async (kinds?: string[]): Promise<string[]> => {
    const text = await createMetrics({ runtime: false, ...(kinds && { kinds }) }).text();
    return text.split('\n').filter((line) => /^sluice_export_\w+_total\{/.test(line));
  };
  expect(await lines()).toEqual([]);
  const shown = await lines(['s3', 'file']);
  for (const kind of ['s3', 'file']) {
    expect(shown).toContain(`sluice_export_runs_total{kind="${kind}",status="failed"} 0`);
    expect(shown).toContain(`sluice_export_rows_total{kind="${kind}",status="completed"} 0`);
    expect(shown).toContain(`sluice_export_bytes_total{kind="${kind}",status="completed"} 0`);
    expect(shown).toContain(`sluice_export_intervals_total{kind="${kind}",on_time="no"} 0`);
  }
  expect(shown).toHaveLength(2 * (8 + 1 + 1 + 2));
});

test('a worker of deliveries says how many shards it has from the start, others say nothing of them', async () => {
  const metrics = createMetrics({ runtime: false, shards: 8 });
  const lags = { lagMs: 0, heldLagMs: 0, unlogged: 0, logLagMs: 0 };
  const shard = { lanes: 0, live: 0, suspended: 0, inFlightAndQueued: 0, ...lags };
  const served = async (): Promise<string[]> =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith('sluice_delivery_shards'));
  const wanted = 'sluice_delivery_shards{state="wanted"} 8';
  expect(await served()).toEqual(['sluice_delivery_shards{state="served"} 0', wanted]);
  metrics.shard(3, shard);
  metrics.shard(3, shard);
  expect(await served()).toEqual(['sluice_delivery_shards{state="served"} 1', wanted]);
  metrics.shard(3, undefined);
  expect(await served()).toEqual(['sluice_delivery_shards{state="served"} 0', wanted]);
  expect(await createMetrics({ runtime: false }).text()).not.toMatch(/^sluice_delivery_shards\{/m);
});

test('a state that cannot be read is counted and hides nothing else', async () => {
  const metrics = createMetrics({
    runtime: false,
    deployment: () => Promise.reject(new Error('no database')),
    postgres: () => ({ used: 1, idle: 2, waiting: 3, limit: 10 }),
  });
  const text = await metrics.text();
  expect(text).toContain('sluice_state_read_failures_total 1');
  expect(text).toContain('sluice_postgres_connections{state="waiting"} 3');
  expect(text).not.toMatch(/^sluice_deliveries_parked\{/m);
});

test('names are Prometheus names with units, and every one has a help and bounded labels', () => {
  for (const [name, { type, help, buckets }] of Object.entries(METRICS)) {
    expect(name).toMatch(/^sluice_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(help).toMatch(/\.$/);
    expect(buckets !== undefined).toBe(type === 'histogram');
  }
  expect(Object.keys(METRICS).filter((name) => name in RUNTIME_METRICS)).toEqual([]);
});

test('the runtime’s event loop lag is there', async () => {
  expect(await createMetrics().text()).toContain('nodejs_eventloop_lag_p99_seconds');
});

import { ATTEMPT_VIAS, SENT_OUTCOMES } from '../core/attempts.ts';
import { MAINTENANCE_SCHEDULES, maintenanceLook, type MaintenanceName } from '../core/ids.ts';

/**
 * Every metric of this project: name, meaning, labels and buckets. Dashboards and alerts may name nothing else, and a
 * test holds them to it. Labels are bounded: ids never become one, because their number has no bound.
 */

/** The values a label may have; others become `other`. `open`: whatever comes, up to MAX_OPEN_VALUES of them. */
type LabelValues = readonly string[] | 'open';

interface MetricDefinition {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels?: Readonly<Record<string, LabelValues>>;
  /**
   * Of a counter: combinations of its labels are shown as 0 from the start, of the labels that are named those with these
   * values only, of open ones those that the process knows of (`MetricsOptions`). Prometheus takes the first value
   * of a series for its beginning, not for an increase.
   */
  fromZero?: Readonly<Record<string, readonly string[]>>;
  /** Of a histogram, upper bounds in its unit. */
  buckets?: readonly number[];
  /** Of a gauge that is set by whoever looked last: without a fresh look it vanishes after so long. */
  fadesAfterMs?: number;
}

export const MAX_OPEN_VALUES = 50;

const RUN_STATUSES = [
  'completed',
  'failed',
  'failed_retryable',
  'cancelled',
  'terminated',
  'timed_out',
  'over_quota',
  'skipped',
] as const;
const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx', 'none'] as const;
/** First attempt, the quick second one, the first retries; what comes hours later is one class. */
const ATTEMPT_CLASSES = ['1', '2', '3', '4-6', '7+'] as const;
const HEALTHS = ['healthy', 'degraded', 'paused_auto', 'paused_user', 'recovering', 'gone', 'misconfigured'] as const;

const LOOKS = (Object.keys(MAINTENANCE_SCHEDULES) as MaintenanceName[]).map(maintenanceLook);

/** From a receiver in the same rack to the longest time-out (30 s). */
const ATTEMPT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];
/** From live (a second) over the first retries to a backlog of a day. 5 s is the objective for visibility. */
const LATENCY_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800, 7_200, 86_400];
const RUN_SECONDS = [0.5, 1, 2.5, 5, 15, 60, 300, 900, 3_600, 14_400];
/** From the end of an interval: the visibility bound alone is a minute. */
const LAG_SECONDS = [15, 60, 90, 120, 180, 300, 600, 1_800, 3_600, 14_400, 86_400];

const MINUTE_MS = 60_000;
/** Three looks of a maintenance workflow that looks every ten minutes. */
const LOOK_FADES_MS = 30 * MINUTE_MS;

export const CATALOGUE = {
  sluice_delivery_attempts_total: {
    type: 'counter',
    help: 'Webhook attempts by kind of webhook, what became of the event, what made the attempt, and class of the answer.',
    // `expired`: given up because its webhook does not want it any more (`ttl_seconds`).
    labels: { kind: 'open', outcome: [...SENT_OUTCOMES, 'expired'], via: ATTEMPT_VIAS, status: STATUS_CLASSES },
    // What is given up counts against an objective of one in ten thousand.
    fromZero: { outcome: ['discarded'] },
  },
  sluice_delivery_masked_total: {
    type: 'counter',
    help: 'Webhook events that were not sent because another event of the same key was, by what would have made the attempt.',
    labels: { via: ATTEMPT_VIAS },
  },
  sluice_delivery_gave_way_total: {
    type: 'counter',
    help: 'Times that a retry came again later because its webhook had as many retries under way as it may; not attempts.',
  },
  sluice_delivery_attempt_duration_seconds: {
    type: 'histogram',
    help: 'From sending a request to the end of its response.',
    labels: { kind: 'open', status: STATUS_CLASSES },
    buckets: ATTEMPT_SECONDS,
  },
  sluice_delivery_latency_seconds: {
    type: 'histogram',
    help: 'From capture to the end of a successful response, by kind of webhook, what made the attempt and which attempt it was.',
    labels: { kind: 'open', via: ATTEMPT_VIAS, attempt: ATTEMPT_CLASSES },
    buckets: LATENCY_SECONDS,
  },
  sluice_delivery_wait_seconds: {
    type: 'histogram',
    help: 'How long live events have waited for nobody but us when they are first sent: from capture to their webhook’s lane, and there while nothing else holds it up. What came while a webhook was paused, or is read late because its endpoint or a limit of its own holds it, is left out.',
    buckets: LATENCY_SECONDS,
  },
  sluice_delivery_lanes: {
    type: 'gauge',
    help: 'Webhooks that this worker delivers, by how: live, behind (reading a backlog) or suspended.',
    labels: { mode: ['live', 'behind', 'suspended'] },
  },
  sluice_delivery_shards: {
    type: 'gauge',
    help: 'Shards of webhooks that this worker delivers, and how many the deployment is divided into.',
    labels: { state: ['served', 'wanted'] },
  },
  sluice_delivery_backlog_events: {
    type: 'gauge',
    help: 'Events queued or in flight in the shards of this worker.',
  },
  sluice_delivery_lag_seconds: {
    type: 'gauge',
    help: 'How long the oldest event waits of this worker’s webhooks that wait for nobody but us; suspended ones do not count, live ones are 0.',
  },
  sluice_delivery_held_lag_seconds: {
    type: 'gauge',
    help: 'The same of webhooks that wait for their endpoint, by their own limits, or with what came while they were paused.',
  },
  sluice_delivery_unlogged_attempts: {
    type: 'gauge',
    help: 'Results of attempts that shards of this worker have not on record; a shard with 20,000 sends nothing more.',
  },
  sluice_delivery_log_lag_seconds: {
    type: 'gauge',
    help: 'How long the oldest result that is not on record waits; less than a second is normal.',
  },
  sluice_delivery_audit_events_total: {
    type: 'counter',
    help: 'Stored events whose deliveries were audited, once for each webhook that wants them.',
  },
  sluice_delivery_missed_total: {
    type: 'counter',
    help: 'Events that an audit found without an owner: retried now, known to a retry, or abandoned with their retry; and those that left the event log before they were delivered (lost; of webhooks that a user has paused lost_paused).',
    labels: { action: ['retried', 'known', 'abandoned', 'lost', 'lost_paused'] },
    fromZero: {},
  },
  sluice_delivery_audit_lag_seconds: {
    type: 'gauge',
    help: 'How far behind now the deliveries of the webhook that lags most are audited.',
    fadesAfterMs: 3 * 60 * MINUTE_MS,
  },
  sluice_webhooks: {
    type: 'gauge',
    help: 'Webhooks of the whole deployment by kind and health.',
    labels: { kind: 'open', health: HEALTHS },
  },
  sluice_webhooks_near_log_end: {
    type: 'gauge',
    help: 'Webhooks, suspended and paused ones too, for which events wait that the event log will soon forget.',
  },
  sluice_deliveries_pending_retry: {
    type: 'gauge',
    help: 'Retry workflows that are open, in the whole deployment, by kind of webhook.',
    labels: { kind: 'open' },
  },
  sluice_deliveries_parked: {
    type: 'gauge',
    help: 'Deliveries that wait in the attempt log because their webhook has as many open retries as it may, by kind of webhook.',
    labels: { kind: 'open' },
  },
  sluice_export_runs_total: {
    type: 'counter',
    help: 'Export runs that have ended, by kind of destination and status.',
    labels: { kind: 'open', status: RUN_STATUSES },
    fromZero: {},
  },
  sluice_export_rows_total: {
    type: 'counter',
    help: 'Rows that export runs had loaded when they ended, by how they ended. Only those of completed runs are at the destination.',
    labels: { kind: 'open', status: RUN_STATUSES },
    fromZero: { status: ['completed'] },
  },
  sluice_export_bytes_total: {
    type: 'counter',
    help: 'The same in bytes.',
    labels: { kind: 'open', status: RUN_STATUSES },
    fromZero: { status: ['completed'] },
  },
  sluice_export_run_duration_seconds: {
    type: 'histogram',
    help: 'From the start of a run to its end.',
    labels: { kind: 'open', status: RUN_STATUSES },
    buckets: RUN_SECONDS,
  },
  sluice_export_lag_seconds: {
    type: 'histogram',
    help: 'From the end of a scheduled interval to its being complete at the destination.',
    labels: { kind: 'open' },
    buckets: LAG_SECONDS,
  },
  sluice_export_intervals_total: {
    type: 'counter',
    help: 'Scheduled intervals that were completed: on time when within one interval (ten minutes at least) after their end.',
    labels: { kind: 'open', on_time: ['yes', 'no'] },
    fromZero: {},
  },
  sluice_export_watermark_age_seconds: {
    type: 'gauge',
    help: 'How far behind now the completeness watermark of the export that lags most is, by kind of destination.',
    labels: { kind: 'open' },
  },
  sluice_exports_near_log_end: {
    type: 'gauge',
    help: 'Exports so far behind that the event log will soon forget what they have not exported.',
  },
  sluice_export_gaps_started_total: {
    type: 'counter',
    help: 'Expected intervals of exports that nobody had exported and that the gap detector has started.',
  },
  sluice_export_gap_age_seconds: {
    type: 'gauge',
    help: 'How long ago the oldest interval ended that the last look of the gap detector found missing; 0 when none was.',
    fadesAfterMs: LOOK_FADES_MS,
  },
  sluice_events_repaired_total: {
    type: 'counter',
    help: 'Events that the events table lacked and that were added from the event log.',
  },
  sluice_events_gap_age_seconds: {
    type: 'gauge',
    help: 'Age of the oldest event that the last comparison of events and event log found missing; 0 when none was.',
    fadesAfterMs: LOOK_FADES_MS,
  },
  sluice_events_comparison_lag_seconds: {
    type: 'gauge',
    help: 'How far behind now the last comparison of events and event log ended.',
    fadesAfterMs: LOOK_FADES_MS,
  },
  sluice_maintenance_looks_total: {
    type: 'counter',
    help: 'Looks of maintenance that have ended well.',
    labels: { look: LOOKS },
    fromZero: {},
  },
  sluice_capture_events_total: { type: 'counter', help: 'Events that were stored and acknowledged.' },
  sluice_capture_requests_total: { type: 'counter', help: 'Requests to capture whose events were stored.' },
  sluice_capture_rejected_total: {
    type: 'counter',
    help: 'Requests to capture that were refused, by reason.',
    labels: { reason: 'open' },
  },
  sluice_postgres_connections: {
    type: 'gauge',
    help: 'Connections of this process to Postgres; waiting: callers without one.',
    labels: { state: ['used', 'idle', 'waiting', 'limit'] },
  },
  sluice_clickhouse_requests: {
    type: 'gauge',
    help: 'Requests of this process to ClickHouse that are open, streams included, and how many may be.',
    labels: { state: ['used', 'limit'] },
  },
  sluice_temporal_requests_total: {
    type: 'counter',
    help: 'Requests of this process’s client to Temporal (starts, signals, queries, Schedules) by operation and how they ended; those of the SDK’s workers are temporal_request_total.',
    labels: { operation: 'open', status: 'open' },
  },
  sluice_temporal_request_duration_seconds: {
    type: 'histogram',
    help: 'How long they took, by operation. Those that wait for a workflow’s end, or for an update of it, take as long as that.',
    labels: { operation: 'open' },
    buckets: ATTEMPT_SECONDS,
  },
  sluice_clock_skew_seconds: {
    type: 'gauge',
    help: 'By how much the clock of ClickHouse, which stamps events, is surely ahead of that of this process; below 0: behind.',
  },
  sluice_worker_serving: {
    type: 'gauge',
    help: 'Whether this worker serves its queues: 0 while it has started and waits for Temporal.',
  },
  sluice_state_read_failures_total: {
    type: 'counter',
    help: 'Scrapes that lack the state of the deployment because Postgres or ClickHouse did not answer in time.',
  },
} as const satisfies Record<string, MetricDefinition>;

type Catalogue = typeof CATALOGUE;
export type MetricName = keyof Catalogue;
export type NamesOf<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: Catalogue[Name]['type'] extends Type ? Name : never;
}[MetricName];
export type LabelsOf<Name extends MetricName> = Catalogue[Name] extends { labels: infer Labels }
  ? { [Label in keyof Labels]: string }
  : Record<string, never>;

/** The same as plain data. */
export const METRICS: Readonly<Record<string, MetricDefinition>> = CATALOGUE;

/**
 * Metrics of the runtimes that dashboards and alerts use: Node (prom-client), Temporal's SDK in workers, and what
 * Prometheus itself adds.
 */
export const RUNTIME_METRICS = {
  nodejs_eventloop_lag_p99_seconds: 'gauge',
  nodejs_heap_size_used_bytes: 'gauge',
  process_cpu_seconds_total: 'counter',
  process_resident_memory_bytes: 'gauge',
  process_start_time_seconds: 'gauge',
  temporal_num_pollers: 'gauge',
  temporal_worker_task_slots_available: 'gauge',
  temporal_worker_task_slots_used: 'gauge',
  temporal_request_total: 'counter',
  temporal_request_failure_total: 'counter',
  temporal_request_latency_seconds: 'histogram',
  temporal_activity_schedule_to_start_latency_seconds: 'histogram',
  temporal_activity_execution_failed_total: 'counter',
  temporal_workflow_task_schedule_to_start_latency_seconds: 'histogram',
  temporal_workflow_task_execution_failed_total: 'counter',
  up: 'gauge',
} as const satisfies Record<string, MetricDefinition['type']>;

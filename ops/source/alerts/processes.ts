import { MAINTENANCE_SCHEDULES, maintenanceLook, TASK_QUEUES, type MaintenanceName } from '../../../core/ids.ts';
import type { Alert } from '../alert.ts';
import { increase, nothing, quantile, rate, series, type CounterName, type Selector } from '../promql.ts';

/** Activities that only write to Postgres, or nearly so: when one fails, it is no destination's fault. */
const BOOKKEEPING = '=~startRun|resolveInterval|startGeneration|finishRun|settleRetry';
const FAILED = 'temporal_activity_execution_failed_total';
const QUEUES = Object.values(TASK_QUEUES);
const pollers = (queue: string): string => `temporal_num_pollers{task_queue="${queue}"}`;
const UP = { server: 'up{job="sluice-server", instance="a"}', worker: 'up{job="sluice-worker", instance="b"}' };
/** The audit of deliveries comes once an hour and has an alert of its own. */
const FREQUENT_LOOKS = (Object.keys(MAINTENANCE_SCHEDULES) as MaintenanceName[])
  .filter((name) => name !== 'auditDeliveries')
  .map(maintenanceLook);
/** Temporal does not answer, or cannot do what it is asked. */
const AWAY = ['TRANSPORT_ERROR', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'INTERNAL', 'RESOURCE_EXHAUSTED', 'UNKNOWN'];
/** It wants another key. */
const REFUSED = ['UNAUTHENTICATED', 'PERMISSION_DENIED'];
/** Answers that are part of the protocol are no failures of Temporal. TRANSPORT_ERROR: there is no answer, it is away. */
const UNEXPECTED = `=~${[...AWAY, ...REFUSED].join('|')}`;
const failed = (status: string): string => `temporal_request_failure_total{status_code="${status}"}`;
const REQUESTS = 'temporal_request_total{operation="RespondActivityTaskCompleted"}';
const asked = (status: string): string =>
  `sluice_temporal_requests_total{job="sluice-server", operation="GetSystemInfo", status="${status}"}`;
const answered = (within: string): string =>
  `temporal_request_latency_seconds_bucket{operation="RespondActivityTaskCompleted", le="${within}"}`;
/** Between a process and ClickHouse. NTP holds machines within milliseconds. */
const SKEWED_SECONDS = 5;
/** Half of SLUICE_VISIBILITY_BOUND_MS as it is by default, where `sluice doctor` fails. */
const FAR_SKEWED_SECONDS = 30;
const skew = (instance: string): string => `sluice_clock_skew_seconds{job="sluice-worker", instance="${instance}"}`;
const looks = (look: string): string => `sluice_maintenance_looks_total{look="${look}"}`;

export const processes: readonly Alert[] = [
  {
    name: 'SluiceProcessDown',
    severity: 'page',
    expr: `${series('up', { job: '=~sluice-.*' })} == 0 or ${noneOf('server')} or ${noneOf('worker')}`,
    for: '3m',
    summary: '{{ $labels.job }} at {{ $labels.instance }} does not answer',
    impact: 'Its share of the work is done by others, if there are any.',
    test: {
      fires: { [UP.server]: '1x90', [UP.worker]: '0x90' },
      // What is discovered, as in Kubernetes, is not down when it is gone: there is none.
      firesToo: [{ [UP.server]: '1x90' }, { [UP.worker]: '1x90' }],
      quiet: { [UP.server]: '1x90', [UP.worker]: '1x90' },
    },
  },
  {
    name: 'SluiceQueueUnattended',
    severity: 'page',
    expr: QUEUES.map(unattended).join(' or '),
    for: '3m',
    summary: 'No worker polls the queue {{ $labels.task_queue }}',
    impact: 'What this queue serves stands still; it goes on from where it was when a worker comes.',
    test: {
      fires: Object.fromEntries(QUEUES.slice(1).map((queue) => [pollers(queue), '2x90'])),
      firesToo: QUEUES.map((idle) =>
        Object.fromEntries(QUEUES.map((queue) => [pollers(queue), queue === idle ? '0x90' : '2x90'])),
      ),
      quiet: Object.fromEntries(QUEUES.map((queue) => [pollers(queue), '2x90'])),
    },
  },
  {
    name: 'SluiceQueueSlow',
    severity: 'ticket',
    expr: `${quantile(0.95, 'temporal_activity_schedule_to_start_latency_seconds', { where: { task_queue: '!=sluice-backfills' }, by: ['task_queue'], over: '10m' })} > 30`,
    for: '15m',
    summary: 'Activities of {{ $labels.task_queue }} wait {{ $value | humanizeDuration }} for a worker',
    impact: 'Exports and retries begin late.',
    test: {
      fires: {
        'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="sluice-exports", le="10"}': '0+1x90',
        'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="sluice-exports", le="100"}': '0+10x90',
        'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="sluice-exports", le="+Inf"}': '0+10x90',
      },
      quiet: {
        'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="sluice-exports", le="10"}': '0+10x90',
        'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="sluice-exports", le="100"}': '0+10x90',
        'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="sluice-exports", le="+Inf"}': '0+10x90',
      },
    },
  },
  {
    name: 'SluiceWorkflowTasksFailing',
    severity: 'page',
    expr: `${increase('temporal_workflow_task_execution_failed_total', { over: '15m' })} > 5`,
    for: '5m',
    summary: '{{ $value }} workflow tasks failed in a quarter of an hour',
    impact:
      'Workflows stand still, each at the task that fails: most often a release that does not fit open workflows.',
    test: {
      fires: { 'temporal_workflow_task_execution_failed_total{task_queue="sluice-workflows"}': '0+1x90' },
      quiet: { 'temporal_workflow_task_execution_failed_total{task_queue="sluice-workflows"}': '0x30 1x60' },
    },
  },
  {
    name: 'SluiceTemporalFailing',
    severity: 'page',
    // Servers have no worker's metrics, and their own way to Temporal.
    expr: `(${failing('temporal_request_failure_total', { status_code: UNEXPECTED }, 'temporal_request_total')}) or (${failing('sluice_temporal_requests_total', { status: UNEXPECTED }, 'sluice_temporal_requests_total')})`,
    for: '5m',
    summary: '{{ $value | humanizePercentage }} of the requests to Temporal fail',
    impact: 'No new run starts, and failed deliveries are not handed to retries; shards deliver what they can.',
    test: {
      fires: {
        [failed('TRANSPORT_ERROR')]: '0+9x90',
        [REQUESTS]: '0+10x90',
      },
      // A key that has expired, or that may no longer do this.
      firesToo: [
        ...['UNAUTHENTICATED', 'PERMISSION_DENIED'].map((status) => ({
          ...{ [failed(status)]: '0+9x90', [REQUESTS]: '0+10x90' },
        })),
        // Only servers cannot reach it.
        { [REQUESTS]: '0+10x90', [asked('UNAVAILABLE')]: '0+9x90', [asked('OK')]: '0+1x90' },
      ],
      quiet: {
        ...{ [failed('NOT_FOUND')]: '0+9x90', [REQUESTS]: '0+10x90' },
        ...{ [asked('NOT_FOUND')]: '0+9x90', [asked('OK')]: '0+1x90' },
      },
    },
  },
  {
    name: 'SluiceTemporalSlow',
    severity: 'ticket',
    expr: `${quantile(0.95, 'temporal_request_latency_seconds', { over: '10m' })} > 1`,
    for: '10m',
    summary: 'Requests of workers to Temporal take {{ $value | humanizeDuration }}',
    impact: 'Exports and retries go on late: each step of theirs waits for some requests. First attempts do not.',
    test: {
      fires: { [answered('1')]: '0+1x90', [answered('2.5')]: '0+10x90', [answered('+Inf')]: '0+10x90' },
      quiet: { [answered('0.1')]: '0+90x90', [answered('0.5')]: '0+99x90', [answered('+Inf')]: '0+100x90' },
    },
  },
  {
    name: 'SluiceStateUnreadable',
    severity: 'page',
    expr: `${increase('sluice_state_read_failures_total', { over: '5m' })} >= 3`,
    for: '2m',
    summary: 'Workers cannot read the state of the deployment from Postgres or ClickHouse',
    impact: 'One of the two does not answer: capture refuses, exports and deliveries wait. Nothing is lost.',
    test: {
      fires: { 'sluice_state_read_failures_total{instance="a"}': '0+4x90' },
      quiet: { 'sluice_state_read_failures_total{instance="a"}': '0x30 1x60' },
    },
  },
  {
    name: 'SluiceMaintenanceStalled',
    severity: 'ticket',
    expr: FREQUENT_LOOKS.map(stalled).join(' or '),
    for: '15m',
    summary: 'The look maintenance/{{ $labels.look }} has not ended well for an hour',
    impact: 'None yet: what this look repairs (gaps, lost runs, shards that were ended, deletions) stays as it is.',
    test: {
      fires: Object.fromEntries(FREQUENT_LOOKS.slice(1).map((look) => [looks(look), '0+1x150'])),
      firesToo: FREQUENT_LOOKS.map((slow) =>
        Object.fromEntries(FREQUENT_LOOKS.map((look) => [looks(look), look === slow ? '7x150' : '0+1x150'])),
      ),
      quiet: Object.fromEntries(FREQUENT_LOOKS.map((look) => [looks(look), '0+1x150'])),
      at: '80m',
    },
  },
  {
    name: 'SluiceBookkeepingFailing',
    severity: 'page',
    expr: `${increase('temporal_activity_execution_failed_total', { where: { activity_type: BOOKKEEPING }, over: '10m' })} > 10`,
    for: '5m',
    summary: '{{ $value | humanize }} times in ten minutes a run or a retry could not be put on record',
    impact: 'Runs neither start nor end, and retries do not end. They go on by themselves once Postgres takes writes.',
    test: {
      fires: { [`${FAILED}{activity_type="startRun"}`]: '0+3x90' },
      quiet: {
        [`${FAILED}{activity_type="startRun"}`]: '0x30 5x60',
        [`${FAILED}{activity_type="loadChunks"}`]: '0+9x90',
      },
    },
  },
  {
    name: 'SluicePostgresPoolExhausted',
    severity: 'ticket',
    expr: `${series('sluice_postgres_connections', { state: 'waiting' })} > 0`,
    for: '10m',
    summary: '{{ $value }} callers in {{ $labels.instance }} wait for a connection to Postgres',
    impact: 'The API and the start of runs are slow.',
    test: {
      fires: { 'sluice_postgres_connections{state="waiting", instance="a"}': '3x90' },
      quiet: { 'sluice_postgres_connections{state="used", instance="a"}': '10x90' },
    },
  },
  {
    name: 'SluiceClickHouseRequestsExhausted',
    severity: 'ticket',
    expr: `${series('sluice_clickhouse_requests', { state: 'used' })} / on (instance, job) ${series('sluice_clickhouse_requests', { state: 'limit' })} > 0.9`,
    for: '10m',
    summary: '{{ $labels.instance }} has {{ $value | humanizePercentage }} of its requests to ClickHouse open',
    impact: 'Exports, deliveries and capture of this process wait for each other.',
    test: {
      fires: {
        'sluice_clickhouse_requests{state="used", instance="a"}': '64x90',
        'sluice_clickhouse_requests{state="limit", instance="a"}': '64x90',
      },
      quiet: {
        'sluice_clickhouse_requests{state="used", instance="a"}': '12x90',
        'sluice_clickhouse_requests{state="limit", instance="a"}': '64x90',
      },
    },
  },
  {
    name: 'SluiceEventLoopBlocked',
    severity: 'ticket',
    expr: `${series('nodejs_eventloop_lag_p99_seconds', { job: '=~sluice-.*' })} > 0.5`,
    for: '10m',
    summary: 'The event loop of {{ $labels.instance }} is blocked for {{ $value | humanizeDuration }} at a time',
    impact: 'Heartbeats come late, so that Temporal may give the work to others; latency of deliveries grows.',
    test: {
      fires: { 'nodejs_eventloop_lag_p99_seconds{job="sluice-worker", instance="a"}': '2x90' },
      quiet: { 'nodejs_eventloop_lag_p99_seconds{job="sluice-worker", instance="a"}': '0.02x90' },
    },
  },
  skewed('ticket', SKEWED_SECONDS),
  skewed('page', FAR_SKEWED_SECONDS),
  {
    name: 'SluiceProcessRestarting',
    severity: 'ticket',
    expr: `changes(${series('process_start_time_seconds', { job: '=~sluice-.*' })}[30m]) > 3`,
    for: '0m',
    summary: '{{ $labels.instance }} was started {{ $value }} times in half an hour',
    impact: 'Its work is repeated each time; nothing is lost.',
    test: {
      fires: { 'process_start_time_seconds{job="sluice-worker", instance="a"}': '0+300x90' },
      quiet: { 'process_start_time_seconds{job="sluice-worker", instance="a"}': '300x90' },
    },
  },
];

function skewed(severity: Alert['severity'], seconds: number): Alert {
  return {
    ...{ name: 'SluiceClockSkewed', severity },
    expr: `abs(${series('sluice_clock_skew_seconds')}) > ${String(seconds)}`,
    for: '10m',
    summary: 'The clocks of {{ $labels.instance }} and of ClickHouse are {{ $value | humanizeDuration }} apart',
    impact:
      'Receivers refuse signatures from beyond five minutes; intervals of exports may end before their rows are stamped.',
    test: {
      fires: { [skew('a')]: `-${String(2 * seconds)}x90` },
      // One machine of several, lately.
      firesToo: [{ [skew('a')]: '0.004x90', [skew('b')]: `0x30 ${String(2 * seconds)}x60` }],
      quiet: { [skew('a')]: '0.004x90', [skew('b')]: `-${String(seconds - 1)}x90` },
    },
  };
}

function noneOf(kind: 'server' | 'worker'): string {
  const job = `sluice-${kind}`;
  return nothing(series('up', { job: `=~${job}.*` }), { job, instance: 'any address' });
}

function unattended(queue: string): string {
  return nothing(`${series('temporal_num_pollers', { task_queue: queue })} > 0`, { task_queue: queue });
}

function stalled(look: string): string {
  return nothing(`${increase('sluice_maintenance_looks_total', { where: { look }, over: '1h' })} > 0`, { look });
}

/** More than half of them, lately. */
function failing<Failed extends CounterName, Made extends CounterName>(
  failed: Failed,
  where: Selector<Failed>,
  made: Made,
): string {
  return `${rate(failed, { where, over: '5m' })} / ${rate(made, { over: '5m' })} > 0.5`;
}

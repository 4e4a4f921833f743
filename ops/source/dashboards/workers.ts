import type { Dashboard } from '../panels.ts';
import { increase, max, quantile, rate, series, sum } from '../promql.ts';

const OWN = { job: '=~sluice-.*' } as const;
const BY_QUEUE = ['task_queue'] as const;

export const workers: Dashboard = {
  slug: 'workers',
  title: 'Processes and queues',
  description: 'Servers and workers, and what Temporal’s SDK says of their queues.',
  rows: [
    {
      title: 'Processes',
      panels: [
        {
          title: 'Up',
          description: 'Processes that answer, by job.',
          unit: 'short',
          queries: [{ expr: sum('up', { where: OWN, by: ['job'] }), legend: '{{job}}' }],
        },
        {
          title: 'Workers that serve',
          description: 'Workers that serve their queues; one that has started and waits for Temporal counts 0.',
          unit: 'short',
          queries: [{ expr: sum('sluice_worker_serving', { by: ['instance'] }), legend: '{{instance}}' }],
        },
        {
          title: 'Memory',
          description: 'Resident. A line that only rises is a leak.',
          unit: 'bytes',
          queries: [
            { expr: max('process_resident_memory_bytes', { where: OWN, by: ['instance'] }), legend: '{{instance}}' },
            { expr: max('nodejs_heap_size_used_bytes', { where: OWN, by: ['instance'] }), legend: '{{instance}} heap' },
          ],
        },
        {
          title: 'CPU',
          description: 'Cores in use.',
          unit: 'short',
          queries: [
            { expr: rate('process_cpu_seconds_total', { where: OWN, by: ['instance'] }), legend: '{{instance}}' },
          ],
        },
        {
          title: 'Event loop lag',
          description: 'p99. Above half a second heartbeats and deliveries suffer.',
          ...{ unit: 's', thresholds: [0.2, 0.5] },
          queries: [
            { expr: max('nodejs_eventloop_lag_p99_seconds', { where: OWN, by: ['instance'] }), legend: '{{instance}}' },
          ],
        },
        {
          title: 'Clock',
          description: 'How far ClickHouse’s clock is ahead of that of a process. Beyond milliseconds: NTP.',
          unit: 's',
          queries: [
            {
              expr: max('sluice_clock_skew_seconds', { by: ['instance'] }),
              legend: '{{instance}}',
            },
          ],
        },
        {
          title: 'Postgres connections',
          description: 'Used, idle, and callers that wait for one.',
          unit: 'short',
          queries: [{ expr: sum('sluice_postgres_connections', { by: ['state'] }), legend: '{{state}}' }],
        },
        {
          title: 'Starts',
          description: 'Starts of processes per hour.',
          unit: 'short',
          queries: [
            {
              expr: `sum by (instance) (changes(${series('process_start_time_seconds', OWN)}[1h]))`,
              legend: '{{instance}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Temporal',
      panels: [
        {
          title: 'Pollers',
          description: 'None on a queue: nobody serves it.',
          unit: 'short',
          queries: [{ expr: sum('temporal_num_pollers', { by: BY_QUEUE }), legend: '{{task_queue}}' }],
        },
        {
          title: 'Free slots',
          description: '0 for long: the queue needs more workers.',
          unit: 'short',
          queries: [
            {
              expr: sum('temporal_worker_task_slots_available', { by: [...BY_QUEUE, 'worker_type'] }),
              legend: '{{task_queue}} {{worker_type}}',
            },
          ],
        },
        {
          title: 'Used slots',
          description: 'Activities and workflow tasks at work.',
          unit: 'short',
          queries: [
            {
              expr: sum('temporal_worker_task_slots_used', { by: [...BY_QUEUE, 'worker_type'] }),
              legend: '{{task_queue}} {{worker_type}}',
            },
          ],
        },
        {
          title: 'Activities wait for a worker',
          description: 'p95. Backfills may wait; others should not.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.95, 'temporal_activity_schedule_to_start_latency_seconds', { by: BY_QUEUE }),
              legend: '{{task_queue}}',
            },
          ],
        },
        {
          title: 'Workflow tasks wait for a worker',
          description: 'p95.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.95, 'temporal_workflow_task_schedule_to_start_latency_seconds', { by: BY_QUEUE }),
              legend: '{{task_queue}}',
            },
          ],
        },
        {
          title: 'Requests to Temporal take',
          description: 'p95 of the SDK’s in workers, by operation; long polls are not among them.',
          ...{ unit: 's', thresholds: [0.5, 1] },
          queries: [
            {
              expr: quantile(0.95, 'temporal_request_latency_seconds', { by: ['operation'] }),
              legend: '{{operation}}',
            },
          ],
        },
        {
          title: 'Failures',
          description:
            'Per hour: activities (retried), workflow tasks (a fault of ours), requests to Temporal by status.',
          unit: 'short',
          queries: [
            { expr: increase('temporal_activity_execution_failed_total', { over: '1h' }), legend: 'activities' },
            {
              expr: increase('temporal_workflow_task_execution_failed_total', { over: '1h' }),
              legend: 'workflow tasks',
            },
            {
              expr: increase('temporal_request_failure_total', { by: ['status_code'], over: '1h' }),
              legend: 'requests: {{status_code}}',
            },
          ],
        },
      ],
    },
    {
      title: 'State of the deployment',
      panels: [
        {
          title: 'State unreadable',
          description: 'Scrapes per hour for which Postgres or ClickHouse did not answer.',
          unit: 'short',
          queries: [{ expr: increase('sluice_state_read_failures_total', { over: '1h' }), legend: 'scrapes' }],
        },
        {
          title: 'Maintenance',
          description: 'Looks per hour that ended well; each has its Schedule in Temporal.',
          unit: 'short',
          queries: [
            { expr: increase('sluice_maintenance_looks_total', { by: ['look'], over: '1h' }), legend: '{{look}}' },
          ],
        },
        {
          title: 'Requests to Temporal',
          description: 'Per second, of the SDK in workers.',
          unit: 'ops',
          queries: [{ expr: rate('temporal_request_total', { by: ['operation'] }), legend: '{{operation}}' }],
        },
        {
          title: 'Requests of clients to Temporal',
          description: 'Per second, of servers and workers: starts, signals, Schedules, by how they ended.',
          ...{ unit: 'ops', stack: true },
          queries: [
            { expr: rate('sluice_temporal_requests_total', { by: ['job', 'status'] }), legend: '{{job}} {{status}}' },
          ],
        },
        {
          title: 'Requests of clients take',
          description: 'p95 by operation. Those that wait for a workflow’s end take as long as that.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.95, 'sluice_temporal_request_duration_seconds', { by: ['operation'] }),
              legend: '{{operation}}',
            },
          ],
        },
      ],
    },
  ],
};

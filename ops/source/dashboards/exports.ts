import type { Dashboard } from '../panels.ts';
import { increase, max, quantile, rate } from '../promql.ts';

const BY_KIND = ['kind'] as const;

export const exports: Dashboard = {
  slug: 'exports',
  title: 'Batch exports',
  description: 'Runs, rows and lateness by kind of destination. Which export it is: the console, the API or Temporal.',
  rows: [
    {
      title: 'Throughput',
      panels: [
        {
          title: 'Rows',
          description: 'Rows per second by how their runs ended; those of completed runs are at the destination.',
          unit: 'ops',
          queries: [
            { expr: rate('sluice_export_rows_total', { by: [...BY_KIND, 'status'] }), legend: '{{kind}} {{status}}' },
          ],
        },
        {
          title: 'Bytes',
          description: 'Bytes per second by how their runs ended, as encoded for the destination.',
          unit: 'Bps',
          queries: [
            { expr: rate('sluice_export_bytes_total', { by: [...BY_KIND, 'status'] }), legend: '{{kind}} {{status}}' },
          ],
        },
        {
          title: 'Duration of runs',
          description: 'p95, start to end, of completed runs.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.95, 'sluice_export_run_duration_seconds', {
                where: { status: 'completed' },
                by: BY_KIND,
              }),
              legend: '{{kind}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Lateness',
      panels: [
        {
          title: 'Interval end to complete',
          description: 'p95. The wait until rows have settled (SLUICE_VISIBILITY_BOUND_MS) is part of it.',
          unit: 's',
          queries: [{ expr: quantile(0.95, 'sluice_export_lag_seconds', { by: BY_KIND }), legend: '{{kind}}' }],
        },
        {
          title: 'Watermark age',
          description: 'Of the export that lags most; a weekly export is a week behind when all is well.',
          unit: 's',
          queries: [{ expr: max('sluice_export_watermark_age_seconds', { by: BY_KIND }), legend: '{{kind}}' }],
        },
        {
          title: 'Gaps',
          description:
            'Age of the oldest interval that nobody had exported, and intervals started because of it per hour.',
          unit: 'short',
          queries: [
            { expr: max('sluice_export_gap_age_seconds'), legend: 'age of the oldest (s)' },
            { expr: increase('sluice_export_gaps_started_total', { over: '1h' }), legend: 'started' },
          ],
        },
      ],
    },
    {
      title: 'Endings',
      panels: [
        {
          title: 'Runs by status',
          description: 'Per hour.',
          ...{ unit: 'short', stack: true },
          queries: [
            { expr: increase('sluice_export_runs_total', { by: ['status'], over: '1h' }), legend: '{{status}}' },
          ],
        },
        {
          title: 'Failing runs by kind',
          description: 'Per hour, without customers’ mistakes (`failed`) and cancelled ones.',
          unit: 'short',
          queries: [
            {
              expr: increase('sluice_export_runs_total', {
                where: { status: '=~failed_retryable|timed_out|terminated' },
                by: BY_KIND,
                over: '1h',
              }),
              legend: '{{kind}}',
            },
          ],
        },
        {
          title: 'Near the log’s end',
          description: 'Exports so far behind that the event log will soon forget what they lack.',
          ...{ unit: 'short', thresholds: [1, 1] },
          queries: [{ expr: max('sluice_exports_near_log_end'), legend: 'exports' }],
        },
      ],
    },
  ],
};

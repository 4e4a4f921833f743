import type { Alert } from '../alert.ts';
import { increase, max } from '../promql.ts';

const runs = (status: string): string => `sluice_export_runs_total{kind="s3", status="${status}"}`;
/** Not `failed`: that is a customer's mistake, told to the customer. */
const OURS = '=~failed_retryable|timed_out|terminated';
const EVERY = '!~skipped|cancelled';

export const exports: readonly Alert[] = [
  {
    name: 'SluiceExportRunsFailing',
    severity: 'page',
    expr: `${failing('30m', OURS)} / ${failing('30m', EVERY)} > 0.1 and ${failing('30m', OURS)} >= 3`,
    for: '5m',
    summary: '{{ $value | humanizePercentage }} of the export runs to {{ $labels.kind }} end without success',
    impact: 'Intervals are late at these destinations; the gap detector repeats them.',
    test: {
      fires: { [runs('failed_retryable')]: '0+1x90', [runs('completed')]: '0+2x90' },
      quiet: { [runs('failed')]: '0+1x90', [runs('completed')]: '0+2x90' },
    },
  },
  {
    name: 'SluiceExportGapOld',
    severity: 'ticket',
    expr: `${max('sluice_export_gap_age_seconds')} > 3600`,
    for: '15m',
    summary: 'An interval that ended {{ $value | humanizeDuration }} ago is not exported',
    impact: 'A destination lacks an interval; the export’s page says which.',
    test: {
      fires: { 'sluice_export_gap_age_seconds{instance="a"}': '9000x90' },
      quiet: { 'sluice_export_gap_age_seconds{instance="a"}': '0x90' },
    },
  },
  {
    name: 'SluiceExportNearLogEnd',
    severity: 'page',
    expr: `${max('sluice_exports_near_log_end')} > 0`,
    for: '10m',
    summary: '{{ $value }} exports are so far behind that the event log will soon forget what they lack',
    impact: 'Beyond the log’s end an interval is read from the long-term table: slower, and it cannot be reconciled.',
    test: {
      fires: { 'sluice_exports_near_log_end{instance="a"}': '1x90' },
      quiet: { 'sluice_exports_near_log_end{instance="a"}': '0x90' },
    },
  },
  {
    name: 'SluiceEventsTableIncomplete',
    severity: 'ticket',
    expr: `${increase('sluice_events_repaired_total', { over: '1h' })} > 0`,
    for: '0m',
    summary: 'The events table lacked {{ $value }} events that the event log has; they were added',
    impact: 'Backfills of old ranges may have missed these events if they ran in between.',
    test: {
      fires: { 'sluice_events_repaired_total{instance="a"}': '0x30 7x60' },
      quiet: { 'sluice_events_repaired_total{instance="a"}': '7x90' },
    },
  },
  {
    name: 'SluiceEventsComparisonStalled',
    severity: 'ticket',
    expr: `(${max('sluice_events_comparison_lag_seconds')} > 2 * 3600) or absent(sluice_events_comparison_lag_seconds)`,
    for: '1h',
    summary: 'Event log and events table have not been compared for hours',
    impact: 'None yet: rows that a view lost would be noticed only after this runs again.',
    test: {
      fires: { 'sluice_events_comparison_lag_seconds{instance="a"}': '9000x90' },
      firesToo: [{ 'sluice_events_repaired_total{instance="a"}': '0x90' }],
      quiet: { 'sluice_events_comparison_lag_seconds{instance="a"}': '300x90' },
      at: '80m',
    },
  },
];

function failing(over: string, status: string): string {
  return increase('sluice_export_runs_total', { where: { status }, by: ['kind'], over });
}

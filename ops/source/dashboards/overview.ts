import type { Dashboard } from '../panels.ts';
import { increase, max, ofAllKinds, quantile, rate, sum } from '../promql.ts';

export const overview: Dashboard = {
  slug: 'overview',
  title: 'Overview',
  description: 'Is what comes in going out, and how late?',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Captured',
          description: 'Events per second that were stored and acknowledged.',
          ...{ unit: 'ops', type: 'stat' },
          queries: [{ expr: rate('sluice_capture_events_total'), legend: 'events/s' }],
        },
        {
          title: 'Delivered',
          description: 'Webhook events per second that their receivers took.',
          ...{ unit: 'ops', type: 'stat' },
          queries: [
            { expr: rate('sluice_delivery_attempts_total', { where: { outcome: 'delivered' } }), legend: 'events/s' },
          ],
        },
        {
          title: 'Exported',
          description: 'Rows per second of completed runs.',
          ...{ unit: 'ops', type: 'stat' },
          queries: [{ expr: rate('sluice_export_rows_total', { where: { status: 'completed' } }), legend: 'rows/s' }],
        },
        {
          title: 'Delivery lag',
          description:
            'How long the oldest event waits that a webhook should have had; those that are suspended, or wait for their endpoint or by their own limits, do not count.',
          ...{ unit: 's', type: 'stat', thresholds: [60, 300] },
          queries: [{ expr: max('sluice_delivery_lag_seconds'), legend: 'lag' }],
        },
        {
          title: 'Open retries',
          description: 'Events that have a retry workflow of their own.',
          ...{ unit: 'short', type: 'stat' },
          queries: [{ expr: ofAllKinds('sluice_deliveries_pending_retry'), legend: 'retries' }],
        },
        {
          title: 'Oldest gap',
          description: 'How long ago the oldest interval ended that is not exported; 0 when none is missing.',
          ...{ unit: 's', type: 'stat', thresholds: [1_800, 3_600] },
          queries: [{ expr: max('sluice_export_gap_age_seconds'), legend: 'gap' }],
        },
      ],
    },
    {
      title: 'Flow',
      panels: [
        {
          title: 'Events in and out',
          description: 'Each webhook takes its own copy: delivered may be a multiple of captured.',
          unit: 'ops',
          queries: [
            { expr: rate('sluice_capture_events_total'), legend: 'captured' },
            { expr: rate('sluice_delivery_attempts_total', { where: { outcome: 'delivered' } }), legend: 'delivered' },
            { expr: rate('sluice_export_rows_total', { where: { status: 'completed' } }), legend: 'exported' },
          ],
        },
        {
          title: 'Live latency',
          description: 'From capture to the receiver’s answer, first attempts. The objective is 5 s at p99.',
          ...{ unit: 's', thresholds: [5, 15] },
          queries: [0.5, 0.95, 0.99].map((share) => ({
            expr: quantile(share, 'sluice_delivery_latency_seconds', { where: { via: 'live', attempt: '1' } }),
            legend: `p${String(share * 100)}`,
          })),
        },
        {
          title: 'Export runs',
          description: 'Runs that ended in the last hour, by status. `failed` is a mistake of the customer.',
          ...{ unit: 'short', stack: true },
          queries: [
            { expr: increase('sluice_export_runs_total', { by: ['status'], over: '1h' }), legend: '{{status}}' },
          ],
        },
      ],
    },
    {
      title: 'What waits, and who is ill',
      panels: [
        {
          title: 'Webhooks by health',
          description: 'Many `paused_auto` at once point at our own network rather than at the receivers.',
          ...{ unit: 'short', stack: true },
          queries: [{ expr: ofAllKinds('sluice_webhooks', { by: ['health'] }), legend: '{{health}}' }],
        },
        {
          title: 'Waiting deliveries',
          description: 'Queued or in flight in shards, with a retry of their own, or parked in the attempt log.',
          unit: 'short',
          queries: [
            { expr: sum('sluice_delivery_backlog_events'), legend: 'queued' },
            { expr: ofAllKinds('sluice_deliveries_pending_retry'), legend: 'retries' },
            { expr: ofAllKinds('sluice_deliveries_parked'), legend: 'parked' },
          ],
        },
        {
          title: 'Repairs',
          description:
            'What audits and comparisons had to put right in the last hour. Anything above 0 is worth a look.',
          unit: 'short',
          queries: [
            {
              expr: increase('sluice_events_repaired_total', { over: '1h' }),
              legend: 'events added to the long-term table',
            },
            {
              expr: increase('sluice_delivery_missed_total', { by: ['action'], over: '1h' }),
              legend: 'missed: {{action}}',
            },
            { expr: increase('sluice_export_gaps_started_total', { over: '1h' }), legend: 'intervals started late' },
          ],
        },
      ],
    },
  ],
};

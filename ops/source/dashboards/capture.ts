import type { Dashboard } from '../panels.ts';
import { increase, max, rate } from '../promql.ts';

export const capture: Dashboard = {
  slug: 'capture',
  title: 'Capture',
  description: 'Events that come in over HTTP, and the tables they go to.',
  rows: [
    {
      title: 'Intake',
      panels: [
        {
          title: 'Events stored',
          description: 'Per second, by server.',
          ...{ unit: 'ops', stack: true },
          queries: [{ expr: rate('sluice_capture_events_total', { by: ['instance'] }), legend: '{{instance}}' }],
        },
        {
          title: 'Requests',
          description: 'Per second: stored, and refused by reason; docs/error-codes.md says whose fault each is.',
          unit: 'ops',
          queries: [
            { expr: rate('sluice_capture_requests_total'), legend: 'stored' },
            { expr: rate('sluice_capture_rejected_total', { by: ['reason'] }), legend: '{{reason}}' },
          ],
        },
        {
          title: 'Requests to ClickHouse',
          description: 'Open at the moment, by process.',
          unit: 'short',
          queries: [
            {
              expr: max('sluice_clickhouse_requests', { where: { state: 'used' }, by: ['instance'] }),
              legend: '{{instance}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Long-term table',
      panels: [
        {
          title: 'Repaired',
          description: 'Events per hour that a view had not written to the long-term table and that were added.',
          unit: 'short',
          queries: [{ expr: increase('sluice_events_repaired_total', { over: '1h' }), legend: 'events' }],
        },
        {
          title: 'Oldest gap found',
          description: 'Age of the oldest event that the last comparison found missing.',
          unit: 's',
          queries: [{ expr: max('sluice_events_gap_age_seconds'), legend: 'age' }],
        },
        {
          title: 'Comparison',
          description: 'How far behind now it has got; some minutes are normal.',
          ...{ unit: 's', thresholds: [3_600, 7_200] },
          queries: [{ expr: max('sluice_events_comparison_lag_seconds'), legend: 'lag' }],
        },
      ],
    },
  ],
};

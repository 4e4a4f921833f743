import type { Dashboard } from '../panels.ts';
import { increase, max, ofAllKinds, quantile, rate, sum } from '../promql.ts';

export const webhooks: Dashboard = {
  slug: 'webhooks',
  title: 'Webhooks',
  description: 'Attempts, latency, retries and health of all webhooks together.',
  rows: [
    {
      title: 'Attempts',
      panels: [
        {
          title: 'By outcome',
          description:
            'What became of the event: `discarded` are given up, `expired` not wanted any more; all others still have an owner.',
          ...{ unit: 'ops', stack: true },
          queries: [{ expr: rate('sluice_delivery_attempts_total', { by: ['outcome'] }), legend: '{{outcome}}' }],
        },
        {
          title: 'By kind',
          description: 'Events that were delivered, by kind of webhook.',
          ...{ unit: 'ops', stack: true },
          queries: [
            {
              expr: rate('sluice_delivery_attempts_total', { where: { outcome: 'delivered' }, by: ['kind'] }),
              legend: '{{kind}}',
            },
          ],
        },
        {
          title: 'Failures by kind',
          description: 'Share of the attempts that were not taken. One kind alone: look at that vendor’s status page.',
          ...{ unit: 'percentunit', min: 0, max: 1 },
          queries: [
            {
              expr: `${rate('sluice_delivery_attempts_total', { where: { outcome: '!=delivered' }, by: ['kind'] })} / ${rate('sluice_delivery_attempts_total', { by: ['kind'] })}`,
              legend: '{{kind}}',
            },
          ],
        },
        {
          title: 'Masked',
          description: 'Events that were not sent because another one of the same key was; not attempts.',
          unit: 'ops',
          queries: [{ expr: rate('sluice_delivery_masked_total', { by: ['via'] }), legend: '{{via}}' }],
        },
        {
          title: 'Gave way',
          description:
            'Retries that came again later because their webhook had as many under way as it may; not attempts. Many: an endpoint that hangs.',
          unit: 'ops',
          queries: [{ expr: rate('sluice_delivery_gave_way_total'), legend: 'retries' }],
        },
        {
          title: 'By answer',
          description: 'Class of the status; `none`: no answer came.',
          ...{ unit: 'ops', stack: true },
          queries: [{ expr: rate('sluice_delivery_attempts_total', { by: ['status'] }), legend: '{{status}}' }],
        },
        {
          title: 'By what made them',
          description: 'Live traffic, retries, probes of suspended webhooks, replays.',
          ...{ unit: 'ops', stack: true },
          queries: [{ expr: rate('sluice_delivery_attempts_total', { by: ['via'] }), legend: '{{via}}' }],
        },
      ],
    },
    {
      title: 'Latency',
      panels: [
        {
          title: 'Capture to answer, live',
          description: 'First attempts.',
          ...{ unit: 's', thresholds: [5, 15] },
          queries: [0.5, 0.95, 0.99].map((share) => ({
            expr: quantile(share, 'sluice_delivery_latency_seconds', { where: { via: 'live', attempt: '1' } }),
            legend: `p${String(share * 100)}`,
          })),
        },
        {
          title: 'Wait for us',
          description:
            'From capture to sending, without what events wait for their endpoint or by limits of their webhook. 5 s is the objective.',
          ...{ unit: 's', thresholds: [5, 15] },
          queries: [0.5, 0.95, 0.99].map((share) => ({
            expr: quantile(share, 'sluice_delivery_wait_seconds'),
            legend: `p${String(share * 100)}`,
          })),
        },
        {
          title: 'Capture to answer by kind',
          description: 'p95 of first attempts, by kind of webhook.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.95, 'sluice_delivery_latency_seconds', {
                where: { via: 'live', attempt: '1' },
                by: ['kind'],
              }),
              legend: '{{kind}}',
            },
          ],
        },
        {
          title: 'Capture to answer by attempt',
          description: 'p95: what a retried event costs in time.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.95, 'sluice_delivery_latency_seconds', { by: ['attempt'] }),
              legend: 'attempt {{attempt}}',
            },
          ],
        },
        {
          title: 'Requests',
          description: 'p95 of one request by kind of webhook and class of its answer: how fast receivers are.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.95, 'sluice_delivery_attempt_duration_seconds', { by: ['kind', 'status'] }),
              legend: '{{kind}} {{status}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Backlog and health',
      panels: [
        {
          title: 'Lanes',
          description: 'Webhooks by how they are delivered. `behind`: they read a backlog for themselves.',
          ...{ unit: 'short', stack: true },
          queries: [{ expr: sum('sluice_delivery_lanes', { by: ['mode'] }), legend: '{{mode}}' }],
        },
        {
          title: 'Lag',
          description: 'How long the oldest event waits that waits for nobody but us, by worker.',
          ...{ unit: 's', thresholds: [60, 300] },
          queries: [{ expr: max('sluice_delivery_lag_seconds', { by: ['instance'] }), legend: '{{instance}}' }],
        },
        {
          title: 'Held lag',
          description:
            'The same of webhooks that wait for their endpoint, by their own limits, or with a backlog after a pause.',
          unit: 's',
          queries: [{ expr: max('sluice_delivery_held_lag_seconds', { by: ['instance'] }), legend: '{{instance}}' }],
        },
        {
          title: 'Shards',
          description: 'Delivered by some worker, and how many there are. Fewer: their webhooks get nothing.',
          unit: 'short',
          queries: [
            { expr: sum('sluice_delivery_shards', { where: { state: 'served' } }), legend: 'served' },
            { expr: max('sluice_delivery_shards', { where: { state: 'wanted' } }), legend: 'wanted' },
          ],
        },
        {
          title: 'Waiting',
          description: 'Queued in shards, with a retry workflow, parked.',
          unit: 'short',
          queries: [
            { expr: sum('sluice_delivery_backlog_events'), legend: 'queued' },
            { expr: ofAllKinds('sluice_deliveries_pending_retry'), legend: 'retries' },
            { expr: ofAllKinds('sluice_deliveries_parked'), legend: 'parked' },
          ],
        },
        {
          title: 'Near the log’s end',
          description: 'Webhooks, paused ones too, for which events wait that the event log will soon forget.',
          ...{ unit: 'short', thresholds: [1, 1] },
          queries: [{ expr: max('sluice_webhooks_near_log_end'), legend: 'webhooks' }],
        },
        {
          title: 'Not on record',
          description: 'Results of attempts that wait for the log, by worker. A shard with 20,000 sends nothing more.',
          unit: 'short',
          queries: [{ expr: sum('sluice_delivery_unlogged_attempts', { by: ['instance'] }), legend: '{{instance}}' }],
        },
        {
          title: 'Log lag',
          description: 'How long the oldest of them waits, by worker. A crash repeats what is not on record.',
          ...{ unit: 's', thresholds: [10, 60] },
          queries: [{ expr: max('sluice_delivery_log_lag_seconds', { by: ['instance'] }), legend: '{{instance}}' }],
        },
        {
          title: 'Retries by kind',
          description: 'Open retry workflows by kind of webhook. One kind alone: its vendor is in trouble.',
          ...{ unit: 'short', stack: true },
          queries: [{ expr: max('sluice_deliveries_pending_retry', { by: ['kind'] }), legend: '{{kind}}' }],
        },
        {
          title: 'Webhooks by health',
          description: 'All webhooks of the deployment.',
          ...{ unit: 'short', stack: true },
          queries: [{ expr: ofAllKinds('sluice_webhooks', { by: ['health'] }), legend: '{{health}}' }],
        },
        {
          title: 'Audit',
          description: 'How far behind now deliveries are audited; an hour is normal.',
          ...{ unit: 's', thresholds: [7_200, 10_800] },
          queries: [{ expr: max('sluice_delivery_audit_lag_seconds'), legend: 'lag' }],
        },
        {
          title: 'Audited and missed',
          description: 'Events compared per hour, and those without an owner.',
          unit: 'short',
          queries: [
            { expr: increase('sluice_delivery_audit_events_total', { over: '1h' }), legend: 'compared' },
            {
              expr: increase('sluice_delivery_missed_total', { by: ['action'], over: '1h' }),
              legend: 'missed: {{action}}',
            },
          ],
        },
      ],
    },
  ],
};

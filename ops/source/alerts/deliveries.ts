import type { Alert } from '../alert.ts';
import { increase, max, ofAllKinds, sum } from '../promql.ts';

const webhooks = (health: string): string => `sluice_webhooks{health="${health}"}`;
const ofKind = (kind: string, health: string, instance: string): string =>
  `sluice_webhooks{kind="${kind}", health="${health}", instance="${instance}"}`;
const shards = (state: string, instance: string): string =>
  `sluice_delivery_shards{state="${state}", instance="${instance}"}`;

export const deliveries: readonly Alert[] = [
  {
    name: 'SluiceDeliveryBehind',
    severity: 'page',
    expr: `${max('sluice_delivery_lag_seconds')} > 300`,
    for: '10m',
    summary: 'We deliver webhooks {{ $value | humanizeDuration }} behind capture',
    impact: 'Receivers of webhooks get events minutes late. Nothing is lost: the event log keeps them.',
    test: {
      fires: { 'sluice_delivery_lag_seconds{instance="a"}': '600x90' },
      // A webhook with a low rate limit, an endpoint that is slow, a backlog after a pause: nobody here can do anything.
      quiet: {
        'sluice_delivery_lag_seconds{instance="a"}': '2x90',
        'sluice_delivery_held_lag_seconds{instance="a"}': '9000x90',
      },
    },
  },
  {
    name: 'SluiceAttemptLogBehind',
    severity: 'page',
    expr: `${max('sluice_delivery_log_lag_seconds')} > 60`,
    for: '2m',
    summary: 'Results of attempts wait for {{ $value | humanizeDuration }} to be put on record',
    impact:
      'A worker that crashes now sends those events again. A shard with 20,000 of them sends nothing more: its webhooks stand still. Nothing is lost.',
    test: {
      fires: { 'sluice_delivery_log_lag_seconds{instance="a"}': '0x30 60+60x60' },
      quiet: { 'sluice_delivery_log_lag_seconds{instance="a"}': '0.2x90' },
    },
  },
  {
    name: 'SluiceShardsUnserved',
    severity: 'page',
    expr: `${sum('sluice_delivery_shards', { where: { state: 'served' } })} < ${max('sluice_delivery_shards', { where: { state: 'wanted' } })}`,
    for: '5m',
    summary: 'Only {{ $value }} shards of webhooks are delivered',
    impact: 'The webhooks of the other shards get nothing. Nothing is lost: their cursors wait in the event log.',
    test: {
      fires: { [shards('served', 'a')]: '2x90', [shards('wanted', 'a')]: '8x90', [shards('served', 'b')]: '5x90' },
      firesToo: [{ [shards('served', 'a')]: '0x90', [shards('wanted', 'a')]: '8x90' }],
      quiet: {
        ...{ [shards('served', 'a')]: '2x90', [shards('wanted', 'a')]: '8x90' },
        ...{ [shards('served', 'b')]: '6x90', [shards('wanted', 'b')]: '8x90' },
      },
    },
  },
  {
    name: 'SluiceDeliveriesMissed',
    severity: 'page',
    expr: `${increase('sluice_delivery_missed_total', { where: { action: '=~retried|abandoned' }, by: ['action'], over: '2h' })} > 0`,
    for: '0m',
    summary: 'An audit found {{ $value }} events that nobody was delivering ({{ $labels.action }})',
    impact:
      'These events come late by up to an hour (retried) or not at all (abandoned: their retry was ended by hand).',
    test: {
      fires: { 'sluice_delivery_missed_total{action="retried"}': '0x30 5x60' },
      quiet: { 'sluice_delivery_missed_total{action="known"}': '0x30 5x60' },
    },
  },
  {
    name: 'SluiceDeliveryAuditStalled',
    severity: 'ticket',
    expr: `(${max('sluice_delivery_audit_lag_seconds')} > 3 * 3600) or (absent_over_time(sluice_delivery_audit_lag_seconds[2h]) and on () ${sum('sluice_webhooks', { where: { health: 'healthy' } })} > 0)`,
    // The first audit comes within an hour; the lag is told by the worker that audited, and gone when that one restarts.
    for: '1h',
    summary: 'Deliveries have not been audited for hours',
    impact: 'None yet: a delivery that was missed would not be noticed.',
    test: {
      fires: { 'sluice_delivery_audit_lag_seconds{instance="a"}': '20000x90' },
      firesToo: [{ [webhooks('healthy')]: '3x90' }],
      // Audited once, by a worker that is gone.
      quiet: { 'sluice_delivery_audit_lag_seconds{instance="a"}': '4000x20 stale', [webhooks('healthy')]: '3x90' },
      at: '80m',
    },
  },
  {
    name: 'SluiceDeliveriesParked',
    severity: 'ticket',
    expr: `${ofAllKinds('sluice_deliveries_parked')} > 1000`,
    for: '1h',
    summary: '{{ $value }} deliveries are parked: their endpoints are down, or they have too many open retries',
    impact: 'Events of the webhooks concerned are retried later than their schedule says.',
    test: {
      fires: { 'sluice_deliveries_parked{instance="a"}': '5000x90' },
      quiet: { 'sluice_deliveries_parked{instance="a"}': '10x90' },
      at: '80m',
    },
  },
  {
    name: 'SluiceWebhookNearLogEnd',
    severity: 'ticket',
    expr: `${max('sluice_webhooks_near_log_end')} > 0`,
    for: '10m',
    summary: 'For {{ $value }} webhooks events wait that the event log will soon forget',
    impact: 'Within three days events are lost for these webhooks: nothing but the log could be sent to them.',
    test: {
      fires: { 'sluice_webhooks_near_log_end{instance="a"}': '1x90' },
      quiet: { 'sluice_webhooks_near_log_end{instance="a"}': '0x90' },
    },
  },
  {
    name: 'SluiceManyWebhooksSuspended',
    severity: 'page',
    expr: `${suspended()} > 3 and ${suspended()} / ${everyActive()} > 0.25`,
    for: '5m',
    summary: '{{ $value }} webhooks are suspended at the same time, more than a quarter of all',
    impact: 'Their events wait. When so many fail at once, the fault is more likely ours (network, DNS, certificates).',
    test: {
      fires: { [webhooks('paused_auto')]: '10x90', [webhooks('healthy')]: '20x90', [webhooks('paused_user')]: '90x90' },
      firesToo: [
        // Told by two workers, and of two kinds: neither doubles what there is, nor hides a part of it.
        {
          ...{ [ofKind('generic', 'paused_auto', 'a')]: '2x90', [ofKind('slack', 'paused_auto', 'a')]: '2x90' },
          ...{ [ofKind('generic', 'healthy', 'a')]: '11x90', [ofKind('generic', 'healthy', 'b')]: '11x90' },
        },
      ],
      quiet: { [webhooks('paused_auto')]: '10x90', [webhooks('healthy')]: '90x90' },
    },
  },
];

function suspended(): string {
  return ofAllKinds('sluice_webhooks', { where: { health: 'paused_auto' } });
}

function everyActive(): string {
  return ofAllKinds('sluice_webhooks', { where: { health: '!=paused_user' } });
}

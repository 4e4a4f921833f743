import type { z } from 'zod';
import type { DeliveryTotals } from '../core/activity.ts';
import { MICROS_PER_MS } from '../core/time.ts';
import type { ExportGroup } from '../store/export-standings.ts';
import type { WebhookGroup } from '../store/webhook-standings.ts';
import type { overviewSchema } from './overview-schema.ts';
import { secondsBetween } from './overview-view.ts';

type ProductTotals = z.output<typeof overviewSchema>['totals']['webhooks'];

/** What webhooks that are deleted meanwhile have delivered counts. */
export function webhookTotals(
  groups: readonly WebhookGroup[],
  delivered: readonly DeliveryTotals[],
  now: Date,
): ProductTotals {
  const active = groups.filter(({ state }) => state !== 'paused');
  const positions = active.flatMap(({ positionMicros }) => (positionMicros === null ? [] : [positionMicros]));
  return {
    ...countsOf(groups),
    sent: delivered.reduce((sum, row) => sum + row.delivered, 0),
    lag_seconds: lagOf(positions, (micros) => micros / MICROS_PER_MS, now),
    urgent: countsOf(active.filter(({ state }) => state !== 'healthy')).count,
  };
}

export function exportTotals(groups: readonly ExportGroup[], now: Date): ProductTotals {
  const marks = groups
    .filter(({ state }) => state !== 'paused')
    .flatMap(({ watermark }) => (watermark === null ? [] : [watermark.getTime()]));
  return {
    ...countsOf(groups),
    sent: groups.reduce((sum, { rows }) => sum + rows, 0),
    lag_seconds: lagOf(marks, (ms) => ms, now),
    urgent: groups.reduce((sum, { urgent }) => sum + urgent, 0),
  };
}

function countsOf(groups: readonly { state: string; count: number }[]): Pick<ProductTotals, 'count' | 'states'> {
  return {
    count: groups.reduce((sum, { count }) => sum + count, 0),
    states: groups.map(({ state, count }) => ({ state, count })).toSorted((a, b) => b.count - a.count),
  };
}

function lagOf(positions: readonly number[], toMs: (position: number) => number, now: Date): number | null {
  return positions.length === 0 ? null : secondsBetween(toMs(Math.min(...positions)), now);
}

import type { DeliveryPoint } from '../../core/activity.ts';
import type { ClickHouse } from '../client.ts';
import { lookAtDays, type AddedUp } from './added-days.ts';
import { deliverySeries, type SeriesQuery } from './delivery-series.ts';
import { deliveryStats, type DeliveryStats } from './delivery-stats.ts';

/** What a page shows of a webhook: totals since a time, or ever, and points of a span. Both look once at what was added up. */
export async function deliveryChart(
  ch: ClickHouse,
  { since, ...series }: SeriesQuery & { since?: Date },
): Promise<{ totals: DeliveryStats; points: DeliveryPoint[] }> {
  let looked: Promise<AddedUp> | undefined;
  const look = (): Promise<AddedUp> => (looked ??= lookAtDays(ch, series));
  const { teamId, destinationId } = series;
  const [totals, points] = await Promise.all([
    deliveryStats(ch, { teamId, destinationId, ...(since && { since }) }, look),
    deliverySeries(ch, series, look),
  ]);
  return { totals, points };
}

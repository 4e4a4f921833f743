import { LRUCache } from 'lru-cache';
import type { DeliveryPoint } from '../../core/activity.ts';
import type { ClickHouse } from '../client.ts';
import { isSameDays, lookAtDays, type AddedUp, type LookAtDays } from './added-days.ts';
import { deliverySeries, type SeriesQuery } from './delivery-series.ts';
import { deliveryStats, type DeliveryStats } from './delivery-stats.ts';

export type ChartQuery = SeriesQuery & { since?: Date };

export interface DeliveryChart {
  totals: DeliveryStats;
  points: DeliveryPoint[];
}

/** Webhooks whose days are remembered: some 30 KiB each. */
const MAX_REMEMBERED = 200;

/**
 * What a page shows of a webhook: totals since a time, or ever, and points of a span. Both look once at what was added up. A page
 * that asks again mostly finds the days of before: they are read while that look is under way, and again if it saw others. (The look
 * first was a seventh of the time that a month took.)
 */
export function deliveryCharts(ch: ClickHouse): (query: ChartQuery) => Promise<DeliveryChart> {
  const remembered = new LRUCache<string, AddedUp>({ max: MAX_REMEMBERED });
  return async (query) => {
    const key = `${String(query.teamId)}/${query.destinationId}`;
    const look = once(async () => {
      const seen = await lookAtDays(ch, query);
      remembered.set(key, seen);
      return seen;
    });
    const expected = remembered.get(key);
    if (expected === undefined) {
      return readChart(ch, query, look);
    }
    const days = { asked: false };
    const chart = await readChart(ch, query, () => {
      days.asked = true;
      // It is awaited, and heard, when the chart has been read.
      look().catch(() => undefined);
      return Promise.resolve(expected);
    });
    return !days.asked || isSameDays(await look(), expected) ? chart : readChart(ch, query, look);
  };
}

async function readChart(ch: ClickHouse, { since, ...series }: ChartQuery, look: LookAtDays): Promise<DeliveryChart> {
  const { teamId, destinationId } = series;
  const [totals, points] = await Promise.all([
    deliveryStats(ch, { teamId, destinationId, ...(since && { since }) }, look),
    deliverySeries(ch, series, look),
  ]);
  return { totals, points };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => (started ??= work());
}

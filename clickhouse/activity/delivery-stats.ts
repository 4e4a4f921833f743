import type { ClickHouse } from '../client.ts';
import { sourcesOf, type LookAtDays, type Sources } from './added-days.ts';
import { correctionSql, figuresSql } from './figures.ts';

export interface DeliveryStats {
  delivered: number;
  discarded: number;
  attempts: number;
  /** Capture to 2xx of delivered events, without replays; null when there are none. */
  p50Ms: number | null;
  p99Ms: number | null;
}

const NO_STATS: DeliveryStats = { delivered: 0, discarded: 0, attempts: 0, p50Ms: null, p99Ms: null };
const SETTINGS = { max_threads: 2, max_execution_time: 20 } as const;
/** After every attempt. */
const NEVER = new Date(Date.UTC(2100, 0));

/** Counts events (not rows) delivered and discarded; `attempts` counts what was sent. */
export async function deliveryStats(
  ch: ClickHouse,
  { teamId, destinationId, since }: { teamId: number; destinationId: string; since?: Date },
  look?: LookAtDays,
): Promise<DeliveryStats> {
  const sources = await sourcesOf(ch, { teamId, destinationId, from: since ?? new Date(0), to: NEVER }, { look });
  const params = { team: teamId, destination: destinationId, builds: sources.builds };
  const [stats = NO_STATS, more] = await Promise.all([totals(ch, sources, params), correction(ch, sources, params)]);
  return { ...stats, delivered: stats.delivered + more };
}

interface Params extends Record<string, unknown> {
  team: number;
  destination: string;
  builds: string[];
}

/** `delivered` is to be corrected. */
async function totals(ch: ClickHouse, sources: Sources, params: Params): Promise<DeliveryStats | undefined> {
  const figures = ['sent', 'timed', 'discarded_events', 'latencies', 'events'] as const;
  const percentile = (place: number): string => `if(sum(timed) = 0, NULL, percentiles[${String(place)}])`;
  const [row] = await ch.rows<DeliveryStats & { percentiles: unknown }>({
    sql: `SELECT sum(events) AS delivered, uniqExactMerge(discarded_events) AS discarded,
        sum(sent) AS attempts, quantilesMerge(0.5, 0.99)(latencies) AS percentiles,
        ${percentile(1)} AS p50Ms, ${percentile(2)} AS p99Ms
      FROM (${figuresSql(figures, sources)})`,
    params,
    settings: SETTINGS,
  });
  if (row === undefined) {
    return undefined;
  }
  const { percentiles: _, ...stats } = row;
  return stats;
}

async function correction(ch: ClickHouse, sources: Sources, params: Params): Promise<number> {
  const sql = correctionSql(sources);
  const settings = { ...SETTINGS, max_threads: 1 };
  const rows = sql === undefined ? [] : await ch.rows<{ correction: number }>({ sql, params, settings });
  return rows[0]?.correction ?? 0;
}

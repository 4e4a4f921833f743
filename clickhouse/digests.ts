import { clickhouseTime, type Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';

const MICROS_PER_SECOND = 1_000_000;

/**
 * A digest of the visible rows of each second of ingestion time in `[fromMicros, untilMicros)`: their count and the sum
 * of their uuid hashes. It changes whenever a row of that second becomes visible, so a reader looks again only there.
 * Duplicates count too: they change the digest once and nothing else.
 */
export async function readDigests(
  clickhouse: ClickHouse,
  query: { teamIds: number[]; fromMicros: Micros; untilMicros: Micros },
): Promise<Map<Micros, string>> {
  const rows = await clickhouse.rows<{ second: number; digest: string }>({
    sql: `SELECT toUnixTimestamp(inserted_at) AS second,
        concat(toString(count()), ':', toString(sum(cityHash64(uuid)))) AS digest
      FROM event_log
      WHERE team_id IN {teams:Array(UInt32)}
        AND inserted_at >= {from:DateTime64(6, 'UTC')} AND inserted_at < {until:DateTime64(6, 'UTC')}
      GROUP BY second`,
    params: {
      teams: query.teamIds,
      from: clickhouseTime(query.fromMicros),
      until: clickhouseTime(query.untilMicros),
    },
    settings: { max_threads: 1 },
  });
  return new Map(rows.map(({ second, digest }) => [second * MICROS_PER_SECOND, digest]));
}

import type { Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { quoteUuid } from './sql.ts';

/** What decides whether a row is the first arrival of its event. */
export interface ArrivalKey {
  teamId: number;
  uuid: string;
  insertedAtMicros: Micros;
}

/** About 80 KB of SQL text: uuids come from ClickHouse or are validated, and as text they need no huge URL. */
const KEYS_PER_LOOKUP = 2_000;

/**
 * Drops every row whose uuid was seen earlier, and the second of two rows with one key. `rows` are in ClickHouse's
 * order. A uuid that the look-up table does not know is no known duplicate and stays.
 */
export async function keepFirstArrivals<Row extends ArrivalKey>(ch: ClickHouse, rows: readonly Row[]): Promise<Row[]> {
  const firstSeen = new Map<string, Micros>();
  for (let start = 0; start < rows.length; start += KEYS_PER_LOOKUP) {
    await lookUp(ch, rows.slice(start, start + KEYS_PER_LOOKUP), firstSeen);
  }
  return rows.filter((row, index) => isFirst(row, firstSeen) && !isTwin(row, rows[index - 1]));
}

async function lookUp(ch: ClickHouse, rows: readonly ArrivalKey[], into: Map<string, Micros>): Promise<void> {
  const teams = [...new Set(rows.map((row) => row.teamId))];
  const found = await ch.rows<{ team_id: number; uuid: string; micros: Micros }>({
    sql: `SELECT team_id, uuid, toUnixTimestamp64Micro(min(first_seen)) AS micros FROM event_first_seen
      WHERE team_id IN {teams:Array(UInt32)} AND uuid IN (${rows.map((row) => quoteUuid(row.uuid)).join(',')})
      GROUP BY team_id, uuid`,
    params: { teams },
    settings: { max_threads: 1, max_query_size: '1000000' },
  });
  for (const row of found) {
    into.set(key(row.team_id, row.uuid), row.micros);
  }
}

function isFirst(row: ArrivalKey, firstSeen: ReadonlyMap<string, Micros>): boolean {
  return row.insertedAtMicros <= (firstSeen.get(key(row.teamId, row.uuid)) ?? row.insertedAtMicros);
}

function isTwin(row: ArrivalKey, before: ArrivalKey | undefined): boolean {
  return before?.uuid === row.uuid && before.insertedAtMicros === row.insertedAtMicros && before.teamId === row.teamId;
}

function key(teamId: number, uuid: string): string {
  return `${String(teamId)}/${uuid}`;
}

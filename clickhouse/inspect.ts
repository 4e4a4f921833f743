import type { ClickHouse } from './client.ts';

/** What the server says of itself; works without our database. */
export interface ClickHouseState {
  version: string;
  disks: { name: string; freeBytes: number; totalBytes: number }[];
}

export async function inspectClickHouse(ch: ClickHouse): Promise<ClickHouseState> {
  return ch.outside(async (outside) => {
    const [first] = await outside.rows<{ version: string }>({ sql: 'SELECT version() AS version' });
    const disks = await outside.rows<ClickHouseState['disks'][number]>({
      sql: 'SELECT name, toFloat64(free_space) AS freeBytes, toFloat64(total_space) AS totalBytes FROM system.disks',
    });
    return { version: first?.version ?? '', disks };
  });
}

/** The clock that stamps events. Needs no database of ours. */
export async function clickHouseClock(ch: ClickHouse): Promise<{ nowMs: number }> {
  const sql = 'SELECT toUnixTimestamp64Milli(now64(3)) AS nowMs';
  const rows = await ch.outside((outside) => outside.rows<{ nowMs: number }>({ sql }));
  return { nowMs: rows[0]?.nowMs ?? NaN };
}

/** A replicated table of our database, as the server that answers sees it. */
export interface ReplicatedTable {
  name: string;
  /** It has lost its keeper. */
  isReadOnly: boolean;
  replicas: number;
  /** Those that are there now. */
  active: number;
}

export async function replicatedTables(ch: ClickHouse): Promise<ReplicatedTable[]> {
  return ch.rows<ReplicatedTable>({
    sql: `SELECT table AS name, is_readonly = 1 AS isReadOnly, total_replicas AS replicas, active_replicas AS active
      FROM system.replicas WHERE database = currentDatabase() ORDER BY name`,
  });
}

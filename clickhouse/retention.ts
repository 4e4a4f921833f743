import type { ClickHouse } from './client.ts';

/** For how many days each of these tables keeps its rows; `sluice setup` sees to it. */
export interface Retention {
  attemptsDays: number;
  logsDays: number;
  rejectedDays: number;
}

/** The column that a table's rows age by. */
const AGED_BY = {
  delivery_attempts: 'attempted_at',
  log_entries: 'logged_at',
  rejected_records: 'rejected_at',
} as const;
type AgingTable = keyof typeof AGED_BY;

/**
 * Gives each table the TTL that is wanted, and answers the names of those that had another one. Rows that are too old
 * already go with the engine's next merges, which may take hours. Idempotent.
 */
export async function applyRetention(ch: ClickHouse, retention: Retention): Promise<string[]> {
  const found = await ttlDays(ch);
  const wanted: Record<AgingTable, number> = {
    delivery_attempts: retention.attemptsDays,
    log_entries: retention.logsDays,
    rejected_records: retention.rejectedDays,
  };
  const changed = (Object.keys(AGED_BY) as AgingTable[]).filter((table) => found.get(table) !== wanted[table]);
  for (const table of changed) {
    await ch.command({
      sql: `ALTER TABLE ${table} MODIFY TTL toDateTime(${AGED_BY[table]}) + INTERVAL ${String(wanted[table])} DAY`,
    });
  }
  return changed;
}

/** Days by table, as the engine has them; a TTL in another form is absent. */
export async function ttlDays(ch: ClickHouse): Promise<Map<string, number>> {
  const rows = await ch.rows<{ name: string; days: number }>({
    sql: `SELECT name, toUInt32OrZero(extract(engine_full, ' TTL toDateTime\\\\(\\\\w+\\\\) \\\\+ toIntervalDay\\\\((\\\\d+)\\\\)')) AS days
      FROM system.tables WHERE database = currentDatabase() AND name IN {names:Array(String)}`,
    params: { names: Object.keys(AGED_BY) },
  });
  return new Map(rows.filter(({ days }) => days > 0).map(({ name, days }) => [name, days]));
}

import { Client } from 'pg';
import type { TestSystem } from '../../support/test-system.ts';

const EVENT_TABLES = ['event_log', 'events', 'event_first_seen', 'delivery_attempts'];
const CONTROL_TABLES = [
  'destinations',
  'exports',
  'export_versions',
  'export_runs',
  'destination_cursors',
  'endpoint_states',
];

/** Rows of each table, those of deleted things too, and Temporal's schedules: what a refused request must not change. */
export async function storedCounts(system: TestSystem): Promise<Record<string, number>> {
  const counts = { ...(await eventCounts(system)), ...(await controlCounts(system)) };
  let schedules = 0;
  for await (const _schedule of system.temporal.client.schedule.list()) {
    schedules += 1;
  }
  return { ...counts, schedules };
}

async function eventCounts({ clickhouse }: TestSystem): Promise<Record<string, number>> {
  const each = EVENT_TABLES.map((table) => `SELECT '${table}' AS name, count() AS rows FROM ${table}`);
  const found = await clickhouse.rows<{ name: string; rows: number }>({ sql: each.join(' UNION ALL ') });
  return Object.fromEntries(found.map(({ name, rows }) => [name, rows]));
}

async function controlCounts({ config }: TestSystem): Promise<Record<string, number>> {
  const each = CONTROL_TABLES.map((table) => `SELECT '${table}' AS name, count(*)::int AS rows FROM ${table}`);
  const client = new Client({ connectionString: config.postgres.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; rows: number }>(each.join(' UNION ALL '));
    return Object.fromEntries(rows.map((row) => [row.name, row.rows]));
  } finally {
    await client.end();
  }
}

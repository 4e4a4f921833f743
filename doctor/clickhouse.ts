import type { ClickHouse } from '../clickhouse/client.ts';
import { clickHouseClock, inspectClickHouse } from '../clickhouse/inspect.ts';
import { eventSchemaState } from '../clickhouse/migrate.ts';
import { clockFinding, readClock } from './clocks.ts';
import { diskFinding } from './disks.ts';
import { ok, type Finding } from './finding.ts';
import { schemaFinding } from './postgres.ts';

/** Rejects when the server does not answer. */
export async function checkClickHouse(clickhouse: ClickHouse, visibilityBoundMs: number): Promise<Finding[]> {
  const { disks, version } = await inspectClickHouse(clickhouse);
  const { clock } = await readClock('ClickHouse', () => clickHouseClock(clickhouse));
  const real = disks.filter(({ totalBytes }) => totalBytes > 0);
  return [
    ok('clickhouse.connection', `ClickHouse ${version} answers`),
    ...real.map((disk) => diskFinding({ ...disk, name: `clickhouse.${disk.name}` })),
    clockFinding(clock, visibilityBoundMs),
  ];
}

export async function checkEventSchema(clickhouse: ClickHouse): Promise<Finding[]> {
  return [schemaFinding('clickhouse.schema', { ...(await eventSchemaState(clickhouse)), unknown: [] })];
}

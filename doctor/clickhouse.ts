import type { ClickHouse } from '../clickhouse/client.ts';
import { assertCluster, assertReplication } from '../clickhouse/cluster.ts';
import { clickHouseClock, inspectClickHouse, replicatedTables, type ReplicatedTable } from '../clickhouse/inspect.ts';
import { eventSchemaState } from '../clickhouse/migrate.ts';
import { clockFinding, readClock } from './clocks.ts';
import { diskFinding } from './disks.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
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

/** Rejects where the tables are not made as the cluster that is configured, or none, would have it. */
export async function checkReplicas(clickhouse: ClickHouse): Promise<Finding[]> {
  await assertCluster(clickhouse);
  await assertReplication(clickhouse);
  return clickhouse.cluster === undefined ? [] : [replicasFinding(await replicatedTables(clickhouse))];
}

export function replicasFinding(tables: readonly ReplicatedTable[]): Finding {
  const check = 'clickhouse.replicas';
  const readOnly = tables.filter(({ isReadOnly }) => isReadOnly);
  if (readOnly.length > 0) {
    const names = readOnly.map(({ name }) => name).join(', ');
    return fail(check, `no writes on the server that answers: ${names}`, 'Bring back ClickHouse Keeper.');
  }
  const replicas = Math.max(0, ...tables.map((table) => table.replicas));
  const incomplete = tables.find(({ active }) => active < replicas);
  if (incomplete !== undefined) {
    const text = `${incomplete.name} has ${String(incomplete.active)} of ${String(replicas)} replicas`;
    return warn(check, text, 'Start the server that is missing, or make the table on it: docs/deploy/servers.md.');
  }
  return ok(check, `${String(tables.length)} tables have ${String(replicas)} replicas each`);
}

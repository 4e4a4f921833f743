import { randomUUID } from 'node:crypto';
import type { OutboundNetwork } from '../../net/outbound-network.ts';
import { type NamedStep, runSteps } from '../check-steps.ts';
import type { CheckStep } from '../contract.ts';
import { type ClickHouseConfig, OWN_PREFIX } from './config.ts';
import { databaseMissing, rowsDiffer } from './errors.ts';
import { countRows, dropStage, movePartitions, renameUnlessTaken } from './stage.ts';
import { assertMovable, findTable, qualified, type TablePlace } from './table.ts';

/** Removing the probes must not follow the caller's signal. */
const CLEAN_UP_TIMEOUT_MS = 10_000;

/** Goes through what an export will do, with small tables of its own that are dropped again. */
export async function checkClickHouse(
  place: TablePlace,
  config: ClickHouseConfig,
  network: OutboundNetwork | undefined,
): Promise<CheckStep[]> {
  const probe = `${OWN_PREFIX}check_${randomUUID()}`;
  const probes = [probe, `${probe}_from`, `${probe}_to`];
  const steps: NamedStep[] = [
    { name: 'address', run: async () => await network?.assertHost('url', new URL(config.url).hostname) },
    { name: 'connection', run: () => place.client.rows({ sql: 'SELECT 1 AS one', signal: place.signal }) },
    { name: 'database', run: () => requireDatabase(place) },
    { name: 'table', run: () => requireMovable(place, config.table) },
    { name: 'create', run: () => createProbes(place, probe) },
    { name: 'insert', run: () => insertRow(place, probe) },
    { name: 'move', run: () => moveRow(place, probe) },
    { name: 'drop', run: () => dropAll(place, probes) },
  ];
  const results = await runSteps(steps, place.signal);
  const created = results.some(({ name, status }) => name === 'create' && status !== 'skipped');
  const dropped = results.some(({ name, status }) => name === 'drop' && status === 'passed');
  if (created && !dropped) {
    await dropAll({ ...place, signal: AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS) }, probes).catch(() => undefined);
  }
  return results;
}

async function requireDatabase({ client, database, signal }: TablePlace): Promise<void> {
  const found = await client.rows({
    sql: 'SELECT name FROM system.databases WHERE name = {database:String}',
    params: { database },
    signal,
  });
  if (found.length === 0) {
    throw databaseMissing();
  }
}

async function requireMovable(place: TablePlace, table: string): Promise<void> {
  const info = await findTable(place, table);
  if (info !== undefined) {
    assertMovable(table, info);
  }
}

async function createProbes(place: TablePlace, probe: string): Promise<void> {
  for (const name of [probe, `${probe}_to`]) {
    const sql = `CREATE TABLE ${qualified(place, name)} (id UInt8) ENGINE = MergeTree ORDER BY id`;
    await place.client.run({ sql, signal: place.signal });
  }
}

async function insertRow(place: TablePlace, probe: string): Promise<void> {
  async function* row(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('1\n'));
  }
  await place.client.insertTsv(qualified(place, probe), ['id'], row(), place.signal);
}

async function moveRow(place: TablePlace, probe: string): Promise<void> {
  await renameUnlessTaken(place, probe, `${probe}_from`);
  await movePartitions(place, `${probe}_from`, `${probe}_to`);
  const rows = await countRows(place, `${probe}_to`);
  if (rows !== 1) {
    throw rowsDiffer(`${probe}_to`, 1, rows);
  }
}

async function dropAll(place: TablePlace, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await dropStage(place, table);
  }
}

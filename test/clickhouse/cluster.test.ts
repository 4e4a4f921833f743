import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createClickHouse, type ClickHouse } from '../../clickhouse/client.ts';
import { insertEvents } from '../../clickhouse/insert-events.ts';
import { eventSchemaState, migrateClickHouse, splitStatements } from '../../clickhouse/migrate.ts';
import { onCluster, unreplicated } from '../../clickhouse/replicated-ddl.ts';
import { checkReplicas } from '../../doctor/clickhouse.ts';
import { CLUSTER, onThisServer, SHARDED, startClusterFront, type ClusterFront } from './cluster-front.ts';
import { capturedEvent } from './events.ts';

jest.setTimeout(180_000);

/** What setup makes on a cluster, as far as an engine can show it that is no server: cluster-front.ts says what is not there. */
const MIGRATIONS = new URL('../../clickhouse/migrations/', import.meta.url);
const FILES = readdirSync(MIGRATIONS).toSorted();
const STATEMENTS = FILES.flatMap((file) =>
  splitStatements(readFileSync(new URL(file, MIGRATIONS), 'utf8')).map((text, index) => ({
    of: `${file} ${String(index + 1)}`,
    text,
  })),
);
const PAGE = readFileSync(new URL('../../docs/deploy/servers.md', import.meta.url), 'utf8');

let front: ClusterFront;
/** Migrated where a cluster would be, on one server, and tables that are really replicated. */
let ch: ClickHouse;
let alone: ClickHouse;
let replicated: ClickHouse;
beforeAll(async () => {
  front = await startClusterFront();
  ch = createClickHouse({ url: front.clusterUrl, database: 'clustered', cluster: CLUSTER });
  alone = createClickHouse({ url: front.url, database: 'alone' });
  replicated = createClickHouse({ url: front.url, database: 'replicated', cluster: CLUSTER });
  expect((await migrateClickHouse(ch)).applied).toEqual(FILES);
  expect((await migrateClickHouse(alone)).applied).toEqual(FILES);
  await makeReplicated();
});
afterAll(async () => {
  // An engine that still has one waits for the server that it is not, for ever.
  await alone.command({ sql: 'DROP DATABASE IF EXISTS joined SYNC' });
  await alone.command({ sql: 'DROP DATABASE IF EXISTS replicated SYNC' });
  await Promise.all([ch, alone, replicated].map((each) => each.close()));
  await front.stop();
});

/** Tables that later migrations change. */
const ALTERED = STATEMENTS.flatMap(({ text }) => /^ALTER TABLE (\w+)/.exec(text)?.[1] ?? []);

/** As setup has sent them, without the changes of tables: those need one that takes writes. */
async function makeReplicated(): Promise<void> {
  for (const text of front.statements.filter((statement) => statement.startsWith('CREATE '))) {
    const isDatabase = text.startsWith('CREATE DATABASE');
    const sql = onThisServer(text).replace('`clustered`', '`replicated`');
    await (isDatabase ? alone.command({ sql }) : replicated.command({ sql }));
  }
}

const tablesOf = (of: ClickHouse): Promise<{ name: string; engine: string; full: string }[]> =>
  of.rows({
    sql: `SELECT name, engine, engine_full AS full FROM system.tables WHERE database = currentDatabase() ORDER BY name`,
  });

describe('migrations on a cluster', () => {
  test('each statement is on all servers', () => {
    const sent = front.statements.map((text) => text.trim());
    expect(sent[0]).toBe(`CREATE DATABASE IF NOT EXISTS \`clustered\` ON CLUSTER '${CLUSTER}'`);
    expect(sent[1]).toContain(`schema_migrations ON CLUSTER '${CLUSTER}'`);
    expect(sent.slice(2)).toEqual(STATEMENTS.map(({ text }) => onCluster(text, CLUSTER)));
  });

  test.each(STATEMENTS)('$of differs in nothing but what replicates it, as the engine reads it', async ({ text }) => {
    const [row] = await alone.rows<{ here: string; there: string }>({
      sql: 'SELECT formatQuery({here:String}) AS here, formatQuery({there:String}) AS there',
      params: { here: text, there: onCluster(text, CLUSTER) },
    });
    expect(row?.there).toContain(` ON CLUSTER `);
    expect(ofOneServer(row?.there ?? '')).toBe(withoutWindow(row?.here ?? ''));
  });

  test('the engine makes replicated tables of them, that of migrations too, with the columns that one server has', async () => {
    const made = await tablesOf(replicated);
    const plain = await tablesOf(alone);
    expect(made.map(({ name, engine }) => [name, engine])).toEqual(
      plain.map(({ name, engine }) => [name, engine.replace(/^(?=\w*MergeTree$)/, 'Replicated')]),
    );
    expect(made.filter(({ engine }) => engine.startsWith('Replicated')).length).toBeGreaterThan(9);
    for (const { name, engine, full } of made.filter((table) => table.engine !== 'MaterializedView')) {
      expect([name, full]).toEqual([name, expect.stringContaining(`'/clickhouse/tables/{shard}/replicated/${name}'`)]);
      const before = plain.find((table) => table.name === name)?.full ?? '';
      const blocks = /non_replicated_deduplication_window = (\d+)/.exec(before)?.[1] ?? '0';
      expect([name, /\breplicated_deduplication_window = (\d+)/.exec(full)?.[1]]).toEqual([name, blocks]);
      expect(engine).toMatch(/^Replicated/);
    }
    const columns = `SELECT table, name, type, default_expression, compression_codec FROM system.columns
      WHERE database = currentDatabase() AND table NOT IN {altered:Array(String)} ORDER BY table, position`;
    const query = { sql: columns, params: { altered: ALTERED } };
    expect(await replicated.rows(query)).toEqual(await alone.rows(query));
  });

  test('checksums are those of the files: setup of the next release goes on, with and without a cluster', async () => {
    const noted = 'SELECT name, checksum FROM schema_migrations ORDER BY name';
    expect(await ch.rows({ sql: noted })).toEqual(await alone.rows({ sql: noted }));
    for (const each of [ch, alone]) {
      expect(await eventSchemaState(each)).toEqual({ pending: [], changed: [] });
    }
  });
});

const MISFITS: [string, { database: string; cluster?: string }][] = [
  ['clickhouse_cluster_unknown', { database: 'replicated', cluster: 'other' }],
  ['clickhouse_cluster_sharded', { database: 'replicated', cluster: SHARDED }],
  ['clickhouse_replication_wrong', { database: 'alone', cluster: CLUSTER }],
  ['clickhouse_replication_wrong', { database: 'replicated' }],
];

describe('a configuration that does not fit is refused before anything is changed', () => {
  test.each(MISFITS)('%s: %j', async (code, config) => {
    const wrong = createClickHouse({ url: front.url, ...config });
    const before = [await tablesOf(replicated), await tablesOf(alone)];
    try {
      const refused = { code, retryable: false, remedy: expect.any(String) };
      await expect(migrateClickHouse(wrong)).rejects.toMatchObject(refused);
      await expect(checkReplicas(wrong)).rejects.toMatchObject(refused);
    } finally {
      await wrong.close();
    }
    expect([await tablesOf(replicated), await tablesOf(alone)]).toEqual(before);
  });
});

test('doctor sees replicas that take no writes, and says nothing of one server', async () => {
  expect(await checkReplicas(replicated)).toMatchObject([{ check: 'clickhouse.replicas', status: 'fail' }]);
  expect((await checkReplicas(replicated))[0]?.message).toContain('event_log');
  expect(await checkReplicas(alone)).toEqual([]);
});

test('a table of one server is made beside a replicated one, for sluice rebuild-first-seen', async () => {
  const engineOf = async (name: string, of = replicated): Promise<string> =>
    (await tablesOf(of)).find((table) => table.name === name)?.full ?? '';
  await replicated.command({
    sql: `CREATE TABLE scratch AS event_first_seen ENGINE = ${unreplicated(await engineOf('event_first_seen'))}`,
  });
  expect(await engineOf('scratch')).toBe(
    (await engineOf('event_first_seen', alone)).replace(/non_replicated_deduplication_window = \d+, /, ''),
  );
  await replicated.command({ sql: 'DROP TABLE scratch SYNC' });
});

describe('what docs/deploy says', () => {
  test('a replica that joins later becomes one by the statements that it names', async () => {
    const sql = /```sql\n(SELECT create_table_query [^`]+);\n```/.exec(PAGE)?.[1] ?? '';
    const rows = await alone.rows<Record<string, string>>({ sql: sql.replace("'sluice'", "'replicated'") });
    const made = rows.flatMap((row) => Object.values(row)).map((text) => text.replace(/;$/, ''));
    expect(made).toHaveLength((await tablesOf(replicated)).length);
    await alone.command({ sql: 'CREATE DATABASE joined' });
    for (const text of made) {
      // Another replica of the same tables, in another database of the one engine there is.
      await alone.command({ sql: text.replaceAll(' replicated.', ' joined.').replace("'{replica}'", "'second'") });
    }
    const found = await alone.rows<{ replicas: number; tables: number }>({
      sql: `SELECT total_replicas AS replicas, count() AS tables FROM system.replicas WHERE database = 'joined' GROUP BY replicas`,
    });
    expect(found).toEqual([{ replicas: 2, tables: made.filter((text) => text.startsWith('CREATE TABLE')).length }]);
  });

  test('partitions of one server move into the same tables of another database, each row once', async () => {
    const events = [capturedEvent({ teamId: 9 }), capturedEvent({ teamId: 9 })];
    await insertEvents(alone, events, { deduplicationToken: randomUUID(), timeoutMs: 30_000 });
    const sql = /```sql\n(SELECT DISTINCT [^`]+);\n```/.exec(PAGE)?.[1] ?? '';
    const there = sql.replaceAll('sluice_cluster', 'clustered').replaceAll("'sluice'", "'alone'");
    const moves = await alone.rows<{ move: string }>({ sql: there.replaceAll('sluice.', 'alone.') });
    expect(moves.length).toBeGreaterThan(2);
    for (const { move } of moves) {
      await alone.command({ sql: move });
    }
    const counts = `SELECT (SELECT count() FROM event_log) AS logged, (SELECT count() FROM events) AS kept,
      (SELECT sum(copies) FROM event_first_seen) AS seen`;
    expect(await ch.rows({ sql: counts })).toEqual([{ logged: 2, kept: 2, seen: 2 }]);
  });
});

/** As the engine writes it, without all that onCluster adds. */
function ofOneServer(formatted: string): string {
  return withoutWindow(
    formatted
      .replace(` ON CLUSTER ${CLUSTER}`, '')
      .replace(
        /ENGINE = Replicated(\w+)\('\/clickhouse\/tables\/\{shard\}\/\{database\}\/\{table\}', '\{replica\}'(?:, )?/,
        'ENGINE = $1(',
      )
      .replace(/(ENGINE = \w+)\(\)/, '$1'),
  );
}

function withoutWindow(formatted: string): string {
  return formatted
    .replaceAll(/\b(?:non_)?replicated_deduplication_window(?:_seconds)? = \d+(?:, )?/g, '')
    .replace(/\nSETTINGS *$/, '')
    .replace(/, *$/, '');
}

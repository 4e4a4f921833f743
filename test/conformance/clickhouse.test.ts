import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { LEDGER_TABLE } from '../../destinations/table/ledger.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { type AuthProxy, PASSWORD, startAuthProxy, USER } from '../emulators/clickhouse-auth/proxy.ts';
import clickhouseUnderTest from './clickhouse-under-test.ts';
import { describeTableDestination } from './table-suite.ts';
import { type CanonicalRow, GOLDEN_COLUMNS } from './table/golden.ts';
import type { TablePlace, UserTable } from './table/place.ts';

jest.setTimeout(90_000);

/** A second engine: the rows come from another one, which the suite starts. */
let server: TestClickHouse;
let proxy: AuthProxy;

beforeAll(async () => {
  server = await startTestClickHouse();
  proxy = await startAuthProxy(server.url);
}, 60_000);
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

const TABLE = 'rows of Sluice`s';
const QUOTED = '`rows of Sluice\\`s`';

const USER_TABLES: Partial<Record<UserTable, string>> = {
  subset: 'txt LowCardinality(String), id Int64, props Nullable(String), own Nullable(Int8)',
  mismatch: 'txt Date, id Int64, props String, own Nullable(Int8)',
};

async function place(): Promise<TablePlace> {
  const database = `target_${randomBytes(6).toString('hex')}`;
  await server.ch.command({ sql: `CREATE DATABASE ${database}` });
  const tables = async (): Promise<{ name: string; engine: string }[]> =>
    server.ch.rows({
      sql: 'SELECT name, engine FROM system.tables WHERE database = {database:String}',
      params: { database },
    });
  return {
    destination: clickhouseUnderTest(),
    config: { url: proxy.url, database, table: TABLE, username: USER, password: PASSWORD, schemaPolicy: 'auto' },
    childInput: {},
    createUserTable: async (kind) => {
      const columns = USER_TABLES[kind] ?? '';
      await server.ch.command({
        sql: `CREATE TABLE ${database}.${QUOTED} (${columns}) ENGINE = MergeTree ORDER BY (id)`,
      });
    },
    rows: async () => {
      const engine = (await tables()).find(({ name }) => name === TABLE)?.engine;
      return engine === undefined ? [] : canonicalRows(database, engine.startsWith('Replacing') ? 'FINAL' : '');
    },
    leftovers: async () =>
      (await tables()).map(({ name }) => name).filter((name) => name !== TABLE && name !== LEDGER_TABLE),
  };
}

async function canonicalRows(database: string, final: string): Promise<CanonicalRow[]> {
  const columns = await server.ch.rows<{ name: string }>({
    sql: 'SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String}',
    params: { database, table: TABLE },
  });
  const list = columns.map(({ name }) => `${canonicalSql(name)} AS ${name}`).join(', ');
  return server.ch.rows<CanonicalRow>({ sql: `SELECT ${list} FROM ${database}.${QUOTED} ${final}` });
}

function canonicalSql(name: string): string {
  const kind = GOLDEN_COLUMNS.find((column) => column.name === name)?.type.kind;
  return kind === 'timestamp'
    ? `toString(toUnixTimestamp64Micro(toDateTime64(${name}, 6, 'UTC')))`
    : `toString(${name})`;
}

describe('clickhouse', () => {
  describeTableDestination({
    kind: 'clickhouse',
    place,
    childModule: new URL('./clickhouse-under-test.ts', import.meta.url),
    everyColumnHasDefault: true,
    wrongConfigs: async () => {
      const { config } = await place();
      const { database } = config as { database: string };
      await server.ch.command({ sql: `CREATE TABLE ${database}.log (id Int64) ENGINE = Log` });
      return [
        {
          name: 'wrong password',
          config: { ...config, password: 'wrong-horse' },
          code: 'clickhouse_target_credentials_refused',
          secret: 'wrong-horse',
        },
        {
          name: 'missing database',
          config: { ...config, database: 'nowhere' },
          code: 'clickhouse_target_database_missing',
          secret: PASSWORD,
        },
        {
          name: 'a table that takes no parts',
          config: { ...config, table: 'log' },
          code: 'clickhouse_target_table_unsupported',
          secret: PASSWORD,
        },
      ];
    },
  });
});

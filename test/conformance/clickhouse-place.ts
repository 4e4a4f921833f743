import { randomBytes } from 'node:crypto';
import type { ClickHouse } from '../../clickhouse/client.ts';
import { LEDGER_TABLE } from '../../destinations/table/ledger.ts';
import clickhouseUnderTest from './clickhouse-under-test.ts';
import { type CanonicalRow, GOLDEN_COLUMNS } from './table/golden.ts';
import type { TablePlace, UserTable } from './table/place.ts';
import type { WrongConfig } from './place.ts';

const TABLE = 'rows of Sluice`s';
const QUOTED = '`rows of Sluice\\`s`';

const USER_TABLES: Partial<Record<UserTable, string>> = {
  subset: 'txt LowCardinality(String), id Int64, props Nullable(String), own Nullable(Int8)',
  mismatch: 'txt Date, id Int64, props String, own Nullable(Int8)',
};

/** How the destination reaches the server that `ch` sees: address, user, password. */
export type ClickHouseAccess = Record<'url' | 'username' | 'password', unknown>;

export interface ClickHousePlace extends TablePlace {
  database: string;
}

/** A database of its own. */
export async function clickhousePlace(ch: ClickHouse, access: ClickHouseAccess): Promise<ClickHousePlace> {
  const database = `target_${randomBytes(6).toString('hex')}`;
  await ch.command({ sql: `CREATE DATABASE ${database}` });
  const tables = async (): Promise<{ name: string; engine: string }[]> =>
    ch.rows({
      sql: 'SELECT name, engine FROM system.tables WHERE database = {database:String}',
      params: { database },
    });
  return {
    database,
    destination: clickhouseUnderTest(),
    config: { ...access, database, table: TABLE, schemaPolicy: 'auto' },
    childInput: {},
    createUserTable: async (kind) => {
      const columns = USER_TABLES[kind] ?? '';
      await ch.command({ sql: `CREATE TABLE ${database}.${QUOTED} (${columns}) ENGINE = MergeTree ORDER BY (id)` });
    },
    rows: async () => {
      const engine = (await tables()).find(({ name }) => name === TABLE)?.engine;
      return engine === undefined ? [] : canonicalRows(ch, database, engine.includes('Replacing') ? 'FINAL' : '');
    },
    leftovers: async () =>
      (await tables()).map(({ name }) => name).filter((name) => name !== TABLE && name !== LEDGER_TABLE),
  };
}

async function canonicalRows(ch: ClickHouse, database: string, final: string): Promise<CanonicalRow[]> {
  const columns = await ch.rows<{ name: string }>({
    sql: 'SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String}',
    params: { database, table: TABLE },
  });
  const list = columns.map(({ name }) => `${canonicalSql(name)} AS ${name}`).join(', ');
  return ch.rows<CanonicalRow>({ sql: `SELECT ${list} FROM ${database}.${QUOTED} ${final}` });
}

function canonicalSql(name: string): string {
  const kind = GOLDEN_COLUMNS.find((column) => column.name === name)?.type.kind;
  return kind === 'timestamp'
    ? `toString(toUnixTimestamp64Micro(toDateTime64(${name}, 6, 'UTC')))`
    : `toString(${name})`;
}

export async function clickhouseWrongConfigs(
  ch: ClickHouse,
  { config, database }: Pick<ClickHousePlace, 'config' | 'database'>,
): Promise<WrongConfig[]> {
  await ch.command({ sql: `CREATE TABLE ${database}.log (id Int64) ENGINE = Log` });
  const secret = config['password'];
  const own = typeof secret === 'string' && secret !== '' ? { secret } : {};
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
      ...own,
    },
    {
      name: 'a table that takes no parts',
      config: { ...config, table: 'log' },
      code: 'clickhouse_target_table_unsupported',
      ...own,
    },
  ];
}

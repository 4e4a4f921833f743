import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { LEDGER_TABLE } from '../../../destinations/table/ledger.ts';
import type { TestDatabase } from '../../support/postgres.ts';
import postgresUnderTest from '../postgres-under-test.ts';
import { type CanonicalRow, GOLDEN_COLUMNS } from '../table/golden.ts';
import type { TablePlace, UserTable } from '../table/place.ts';

export const TABLE = 'Rows of "Sluice"';
export const QUOTED_TABLE = '"Rows of ""Sluice"""';

const USER_TABLES: Record<UserTable, string> = {
  subset: 'txt varchar(2000), id numeric(20), props json, own smallint',
  mismatch: 'txt date, id bigint, props jsonb, own smallint',
  required: 'txt text, id bigint, props jsonb, own smallint, must text NOT NULL',
};

/** A schema of its own in a database, and a connection that goes around the destination. */
export interface PostgresPlace extends TablePlace {
  schema: string;
  /** The table, quoted, with its schema. */
  table: string;
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
}

/** How the destination, and these tests around it, connect. */
export interface ServerTls {
  config: Record<string, unknown>;
  ssl?: pg.PoolConfig['ssl'];
}

export class TestServer {
  readonly #pool: pg.Pool;
  readonly #url: URL;
  readonly #tls: ServerTls;
  readonly #schemas: string[] = [];

  constructor({ url }: Pick<TestDatabase, 'url'>, tls: ServerTls = { config: { tlsMode: 'disable' } }) {
    this.#url = new URL(url);
    this.#tls = tls;
    this.#pool = new pg.Pool({ connectionString: url, max: 4, ...(tls.ssl !== undefined && { ssl: tls.ssl }) });
    this.#pool.on('error', () => undefined);
  }

  async query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row>(sql, values)).rows;
  }

  /** A connection for a transaction that stays open. */
  async client(): Promise<pg.PoolClient> {
    return this.#pool.connect();
  }

  configOf(schema: string): Record<string, unknown> {
    const { hostname, port, username, password, pathname } = this.#url;
    return {
      host: hostname,
      port: Number(port === '' ? 5_432 : port),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: pathname.slice(1),
      schema,
      table: TABLE,
      ...this.#tls.config,
      schemaPolicy: 'auto',
    };
  }

  async place(): Promise<PostgresPlace> {
    const schema = `Place ${randomBytes(6).toString('hex')}`;
    this.#schemas.push(schema);
    await this.query(`CREATE SCHEMA "${schema}"`);
    const table = `"${schema}".${QUOTED_TABLE}`;
    return {
      destination: postgresUnderTest(),
      config: this.configOf(schema),
      childInput: {},
      schema,
      table,
      query: (sql, values) => this.query(sql, values),
      createUserTable: async (kind) => {
        await this.query(`CREATE TABLE ${table} (${USER_TABLES[kind]})`);
      },
      rows: () => this.#rows(schema, table),
      leftovers: async () => {
        const found = await this.query<{ name: string }>(
          `SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind <> 'i'`,
          [`"${schema}"`],
        );
        return found.map(({ name }) => name).filter((name) => name !== TABLE && name !== LEDGER_TABLE);
      },
    };
  }

  /** For servers that outlive the test. */
  async dropPlaces(): Promise<void> {
    for (const schema of this.#schemas) {
      await this.query(`DROP SCHEMA "${schema}" CASCADE`);
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }

  async #rows(schema: string, table: string): Promise<CanonicalRow[]> {
    const columns = await this.query<{ name: string }>(
      'SELECT column_name AS name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2',
      [schema, TABLE],
    );
    const list = columns.map(({ name }) => `${canonicalSql(name)} AS "${name}"`).join(', ');
    return columns.length === 0 ? [] : this.query<CanonicalRow>(`SELECT ${list} FROM ${table}`);
  }
}

function canonicalSql(name: string): string {
  const kind = GOLDEN_COLUMNS.find((column) => column.name === name)?.type.kind;
  return kind === 'timestamp' ? `(extract(epoch FROM "${name}") * 1000000)::numeric(40, 0)::text` : `"${name}"::text`;
}

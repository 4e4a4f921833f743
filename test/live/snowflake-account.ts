import { randomBytes } from 'node:crypto';
import { SNOWFLAKE_USER_TABLES } from '../conformance/snowflake-place.ts';
import snowflakeUnderTest from '../conformance/snowflake-under-test.ts';
import { type CanonicalRow, GOLDEN_COLUMNS } from '../conformance/table/golden.ts';
import type { TablePlace } from '../conformance/table/place.ts';
import { type Client, connect, type LoginOptions } from '../emulators/snowflake-client.ts';
import { textOf } from './accounts.ts';

const TABLE = 'Rows of Sluice';

/** An account at Snowflake, seen through the vendor's SDK. */
export class SnowflakeAccount {
  readonly #config: Record<string, unknown>;
  readonly #client: Client;
  readonly #schemas: string[] = [];

  private constructor(config: Record<string, unknown>, client: Client) {
    this.#config = config;
    this.#client = client;
  }

  static async open(config: Record<string, unknown>): Promise<SnowflakeAccount> {
    const account = textOf(config, 'account');
    const client = await connect(`https://${account}.snowflakecomputing.com`, { account, ...loginOf(config) });
    return new SnowflakeAccount(config, client);
  }

  /** A schema of its own in the account's database. */
  async place(): Promise<TablePlace> {
    const schema = `SLUICE_LIVE_${randomBytes(6).toString('hex').toUpperCase()}`;
    await this.#client.execute(`CREATE SCHEMA ${schema}`);
    this.#schemas.push(schema);
    const table = `${schema}."${TABLE}"`;
    return {
      destination: snowflakeUnderTest({}),
      config: { ...this.#config, schema, table: `"${TABLE}"` },
      childInput: {},
      createUserTable: async (kind) => {
        await this.#client.execute(`CREATE TABLE ${table} (${SNOWFLAKE_USER_TABLES[kind]})`);
      },
      rows: () => this.#rows(schema, table),
      leftovers: () => this.#leftovers(schema),
    };
  }

  async close(): Promise<void> {
    for (const schema of this.#schemas) {
      await this.#client.execute(`DROP SCHEMA ${schema}`);
    }
    await this.#client.close();
  }

  async #names(sql: string): Promise<string[]> {
    return (await this.#client.execute(sql)).map(({ name }) => String(name));
  }

  async #rows(schema: string, table: string): Promise<CanonicalRow[]> {
    if (!(await this.#names(`SHOW TABLES IN SCHEMA ${schema}`)).includes(TABLE)) {
      return [];
    }
    const columns = await this.#names(`DESCRIBE TABLE ${table}`);
    const list = columns.map((name) => `${canonicalSql(name)} AS "${name.toLowerCase()}"`);
    return (await this.#client.execute(`SELECT ${list.join(', ')} FROM ${table}`)) as CanonicalRow[];
  }

  async #leftovers(schema: string): Promise<string[]> {
    const names = await this.#names(`SHOW TABLES IN SCHEMA ${schema}`);
    const ledgers = names.filter((name) => name.startsWith('_SLUICE_LEDGER_'));
    const staged = await Promise.all(ledgers.map((name) => this.#names(`LIST @${schema}.%"${name}"`)));
    return [...names.filter((name) => name !== TABLE && !ledgers.includes(name)), ...staged.flat()];
  }
}

function loginOf(config: Record<string, unknown>): LoginOptions {
  const { role, privateKeyPassphrase } = config;
  const key = {
    authenticator: 'SNOWFLAKE_JWT',
    privateKey: textOf(config, 'privateKey'),
    ...(typeof privateKeyPassphrase === 'string' && { privateKeyPass: privateKeyPassphrase }),
  };
  return {
    username: textOf(config, 'user'),
    ...('privateKey' in config ? key : { password: textOf(config, 'password') }),
    ...(typeof role === 'string' && { role }),
    warehouse: textOf(config, 'warehouse'),
    database: textOf(config, 'database'),
  };
}

function canonicalSql(name: string): string {
  const kind = GOLDEN_COLUMNS.find((column) => column.name === name.toLowerCase())?.type.kind;
  switch (kind) {
    case 'timestamp':
      return `DATE_PART(epoch_microsecond, "${name}")::VARCHAR`;
    case 'json':
    case 'nested':
      return `TO_JSON("${name}")`;
    default:
      return `"${name}"::VARCHAR`;
  }
}

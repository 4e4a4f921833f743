import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  startSnowflakeEmulator,
  type SnowflakeEmulator,
  type SnowflakeEmulatorOptions,
} from '../emulators/snowflake/index.ts';
import type { WrongConfig } from './place.ts';
import snowflakeUnderTest from './snowflake-under-test.ts';
import { type CanonicalRow, GOLDEN_COLUMNS } from './table/golden.ts';
import type { TablePlace, UserTable } from './table/place.ts';

const TABLE = 'Rows of Sluice';
const USER = 'loader';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = { type: 'pkcs8', format: 'pem' } as const;

/** An account with a user who has a key, a password and a warehouse. */
export async function startSnowflake(options: SnowflakeEmulatorOptions = {}): Promise<SnowflakeEmulator> {
  const emulator = await startSnowflakeEmulator({ answerWithinMs: 200, ...options });
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  emulator.account.addUser(USER, { password: 'hunter2-of-the-emulator', publicKeyPem });
  emulator.account.addWarehouse('WH');
  await emulator.query('CREATE DATABASE db');
  return emulator;
}

export const SNOWFLAKE_USER_TABLES: Record<UserTable, string> = {
  subset: 'txt VARCHAR, id NUMBER(38,0), props VARIANT, own VARCHAR',
  mismatch: 'txt DATE, id NUMBER(38,0), props VARIANT, own VARCHAR',
  required: 'txt VARCHAR, id NUMBER(38,0), props VARIANT, must VARCHAR NOT NULL',
};

export interface SnowflakePlace extends TablePlace {
  /** Qualified. */
  schema: string;
  table: string;
}

/** A schema of its own. */
export async function snowflakePlace(emulator: SnowflakeEmulator): Promise<SnowflakePlace> {
  const schema = `S_${randomBytes(6).toString('hex').toUpperCase()}`;
  await emulator.query(`CREATE SCHEMA db.${schema}`);
  const childInput = { accessUrl: emulator.url };
  const table = `DB.${schema}."${TABLE}"`;
  return {
    schema: `DB.${schema}`,
    table,
    destination: snowflakeUnderTest(childInput),
    config: configIn(schema),
    childInput,
    createUserTable: async (kind) => {
      await emulator.query(`CREATE TABLE ${table} (${SNOWFLAKE_USER_TABLES[kind]})`);
    },
    rows: () => canonicalRows(emulator, table),
    leftovers: async () => {
      const names = (await emulator.query(`SHOW TABLES IN SCHEMA DB.${schema}`)).map((row) => row['name'] ?? '');
      const ledgers = names.filter((name) => name.startsWith('_SLUICE_LEDGER_'));
      const staged = await Promise.all(ledgers.map((name) => emulator.query(`LIST @DB.${schema}.%"${name}"`)));
      return [
        ...names.filter((name) => name !== TABLE && !ledgers.includes(name)),
        ...staged.flat().map((row) => row['name'] ?? ''),
      ];
    },
  };
}

function configIn(schema: string): Record<string, unknown> {
  return {
    account: 'test',
    user: USER,
    privateKey: privateKey.export(PEM).toString(),
    warehouse: 'wh',
    database: 'db',
    schema,
    table: `"${TABLE}"`,
  };
}

export async function wrongConfigs(emulator: SnowflakeEmulator): Promise<WrongConfig[]> {
  const { config } = await snowflakePlace(emulator);
  const { privateKey: _key, ...keyless } = config;
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(PEM).toString();
  emulator.account.deny('CREATE TABLE', 'DB.READ_ONLY');
  await emulator.query('CREATE SCHEMA IF NOT EXISTS db.read_only');
  const secret = other.split('\n')[3] ?? '';
  return [
    { name: 'another key', config: { ...config, privateKey: other }, code: 'snowflake_credentials_refused', secret },
    {
      name: 'wrong password',
      config: { ...keyless, password: 'wrong-horse' },
      code: 'snowflake_credentials_refused',
      secret: 'wrong-horse',
    },
    { name: 'role', config: { ...config, role: 'accountadmin' }, code: 'snowflake_role_refused' },
    { name: 'warehouse', config: { ...config, warehouse: 'nowhere' }, code: 'snowflake_warehouse_missing' },
    { name: 'database', config: { ...config, database: 'nowhere' }, code: 'snowflake_database_missing' },
    { name: 'schema', config: { ...config, schema: 'nowhere' }, code: 'snowflake_schema_missing' },
    { name: 'no rights', config: { ...config, schema: 'read_only' }, code: 'snowflake_access_denied' },
  ];
}

async function canonicalRows(emulator: SnowflakeEmulator, table: string): Promise<CanonicalRow[]> {
  const columns = await emulator.query(`DESCRIBE TABLE ${table}`).catch(() => []);
  if (columns.length === 0) {
    return [];
  }
  const list = columns.map(({ name }) => `${canonicalSql(name ?? '')} AS "${(name ?? '').toLowerCase()}"`);
  return await emulator.query(`SELECT ${list.join(', ')} FROM ${table}`);
}

function canonicalSql(name: string): string {
  const kind = GOLDEN_COLUMNS.find((column) => column.name === name.toLowerCase())?.type.kind;
  switch (kind) {
    case 'timestamp':
      return `epoch_us("${name}")::VARCHAR`;
    case 'json':
    case 'nested':
      return `TO_JSON("${name}")`;
    default:
      return `"${name}"::VARCHAR`;
  }
}

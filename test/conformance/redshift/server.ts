import { randomBytes } from 'node:crypto';
import { LEDGER_TABLE } from '../../../destinations/table/ledger.ts';
import { redshiftClient, type RedshiftClient } from '../../emulators/redshift-client.ts';
import { startRedshiftEmulator, type RedshiftEmulator } from '../../emulators/redshift/index.ts';
import { startS3Server, type S3Server } from '../s3-server.ts';
import { type CanonicalRow, GOLDEN_COLUMNS } from '../table/golden.ts';
import type { TablePlace } from '../table/place.ts';
import redshiftUnderTest from '../redshift-under-test.ts';
import { objectsIn } from '../s3-place.ts';
import { quoted, STORED_AS, TABLE, USER_TABLES } from './tables.ts';

/** An emulated Redshift beside a real S3 server, with one key pair for both. */
export interface RedshiftServer {
  emulator: RedshiftEmulator;
  redshift: RedshiftClient;
  s3: S3Server;
  /** A fresh schema and a fresh bucket. */
  place(): Promise<RedshiftPlace>;
  stop(): Promise<void>;
}

export interface RedshiftPlace extends TablePlace {
  schema: string;
  bucket: string;
  /** Quoted, with schema. */
  table: string;
}

export async function startRedshiftServer(): Promise<RedshiftServer> {
  const s3 = await startS3Server();
  const { accessKeyId, secretAccessKey } = s3;
  const emulator = await startRedshiftEmulator({ s3, credentials: { accessKeyId, secretAccessKey } });
  const server = { emulator, s3, redshift: redshiftClient(emulator) };
  return {
    ...server,
    place: () => makePlace(server),
    stop: async () => {
      await emulator.stop();
      await s3.stop();
    },
  };
}

/** Its statements take some milliseconds. */
const EMULATED_POLL_MS = 5;

type Parts = Pick<RedshiftServer, 'emulator' | 'redshift' | 's3'>;

async function makePlace(server: Parts): Promise<RedshiftPlace> {
  const { emulator, redshift, s3 } = server;
  const schema = `target_${randomBytes(6).toString('hex')}`;
  await redshift.must(`CREATE SCHEMA ${schema}`);
  const bucket = await s3.createBucket();
  const table = `${schema}.${quoted(TABLE)}`;
  const options = { endpoint: emulator.endpoint, s3Endpoint: s3.endpoint, firstPollMs: EMULATED_POLL_MS };
  return {
    destination: redshiftUnderTest(options),
    schema,
    bucket,
    table,
    config: { ...configIn(emulator, schema), bucket },
    childInput: options,
    createUserTable: async (kind) => {
      await redshift.must(`CREATE TABLE ${table} (${USER_TABLES[kind]})`);
    },
    rows: () => canonicalRows(emulator, schema),
    leftovers: async () => [
      ...(await tablesIn(emulator, schema)).filter((name) => name !== STORED_AS && !name.startsWith(LEDGER_TABLE)),
      ...(await objectsIn({ client: s3.client(), bucket, folder: '' })),
    ],
  };
}

function configIn(emulator: RedshiftEmulator, schema: string): Record<string, unknown> {
  const { region, clusterIdentifier, database, dbUser, credentials, copyRoleArn } = emulator;
  // The SDK writes into the object that it is given.
  const { accessKeyId, secretAccessKey } = credentials;
  const cluster = { region, clusterIdentifier, database, dbUser, accessKeyId, secretAccessKey };
  return { ...cluster, copyRole: copyRoleArn, schema, table: TABLE, schemaPolicy: 'auto' };
}

async function tablesIn(emulator: RedshiftEmulator, schema: string): Promise<string[]> {
  const { rows } = await emulator.pool.query<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1',
    [schema],
  );
  return rows.map(({ name }) => name);
}

async function canonicalRows(emulator: RedshiftEmulator, schema: string): Promise<CanonicalRow[]> {
  if (!(await tablesIn(emulator, schema)).includes(STORED_AS)) {
    return [];
  }
  const { rows: columns } = await emulator.pool.query<{ name: string }>(
    'SELECT column_name AS name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2',
    [schema, STORED_AS],
  );
  const list = columns.map(({ name }) => `${canonicalSql(name)} AS ${quoted(name)}`).join(', ');
  const { rows } = await emulator.pool.query<CanonicalRow>(`SELECT ${list} FROM ${schema}.${quoted(STORED_AS)}`);
  return rows;
}

function canonicalSql(name: string): string {
  const kind = GOLDEN_COLUMNS.find((column) => column.name === name)?.type.kind;
  const micros = `(extract(epoch FROM ${quoted(name)}) * 1000000)::bigint`;
  return kind === 'timestamp' ? `${micros}::text` : `${quoted(name)}::text`;
}

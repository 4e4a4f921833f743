import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import type { RedshiftConfig } from '../../destinations/redshift/config.ts';
import { LEDGER_TABLE } from '../../destinations/table/ledger.ts';
import { quoted, STORED_AS, TABLE, USER_TABLES } from '../conformance/redshift/tables.ts';
import redshiftUnderTest from '../conformance/redshift-under-test.ts';
import { emptyS3Folder, objectsIn } from '../conformance/s3-place.ts';
import { type CanonicalRow, GOLDEN_COLUMNS } from '../conformance/table/golden.ts';
import type { TablePlace } from '../conformance/table/place.ts';
import { dataApi, type RedshiftClient } from '../emulators/redshift-client.ts';

/** A cluster or workgroup at AWS, seen through the Data API. */
export class RedshiftAccount {
  readonly #config: Record<string, unknown>;
  readonly #redshift: RedshiftClient<object>;
  readonly #bucket: { client: S3Client; bucket: string };
  readonly #made: string[] = [];

  /** `config` without schema and table. */
  constructor(config: Omit<RedshiftConfig, 'table'>) {
    const { region, accessKeyId = '', secretAccessKey = '', bucket = '' } = config;
    const credentials = (): { accessKeyId: string; secretAccessKey: string } => ({ accessKeyId, secretAccessKey });
    this.#config = config;
    this.#redshift = dataApi(new RedshiftDataClient({ region, credentials: credentials() }), placeOf(config));
    this.#bucket = { client: new S3Client({ region, credentials: credentials() }), bucket };
  }

  /** A schema and a folder of the bucket of its own. */
  async place(): Promise<TablePlace> {
    const schema = `sluice_live_${randomBytes(6).toString('hex')}`;
    await this.#redshift.must(`CREATE SCHEMA ${schema}`);
    this.#made.push(schema);
    return {
      destination: redshiftUnderTest({}),
      config: { ...this.#config, schema, table: TABLE, prefix: schema, schemaPolicy: 'auto' },
      childInput: {},
      createUserTable: async (kind) => {
        await this.#redshift.must(`CREATE TABLE ${schema}.${quoted(TABLE)} (${USER_TABLES[kind]})`);
      },
      rows: () => this.#rows(schema),
      leftovers: async () => [
        ...(await this.#tables(schema)).filter((name) => name !== STORED_AS && !name.startsWith(LEDGER_TABLE)),
        ...(await objectsIn(this.#folder(schema))),
      ],
    };
  }

  async close(): Promise<void> {
    for (const schema of this.#made) {
      await this.#redshift.must(`DROP SCHEMA ${schema} CASCADE`);
      await emptyS3Folder(this.#folder(schema));
    }
    this.#redshift.client.destroy();
    this.#bucket.client.destroy();
  }

  #folder(schema: string): Parameters<typeof objectsIn>[0] {
    return { ...this.#bucket, folder: `${schema}/` };
  }

  #tables(schema: string): Promise<string[]> {
    return this.#names('SELECT table_name FROM svv_tables WHERE table_schema = :schema', { schema });
  }

  async #names(sql: string, parameters: Record<string, string>): Promise<string[]> {
    return (await this.#redshift.rows(sql, parameters)).map(([name]) => String(name));
  }

  async #rows(schema: string): Promise<CanonicalRow[]> {
    const columns = await this.#names(
      'SELECT column_name FROM svv_columns WHERE table_schema = :schema AND table_name = :table ORDER BY ordinal_position',
      { schema, table: STORED_AS },
    );
    if (columns.length === 0) {
      return [];
    }
    const found = await this.#redshift.rows(
      `SELECT ${columns.map(canonicalSql).join(', ')} FROM ${schema}.${quoted(TABLE)}`,
    );
    return found.map(
      (row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])) as CanonicalRow,
    );
  }
}

function placeOf({ clusterIdentifier, workgroupName, database, dbUser, secretArn }: Omit<RedshiftConfig, 'table'>): {
  Database: string;
} {
  return {
    Database: database,
    ...(clusterIdentifier !== undefined && { ClusterIdentifier: clusterIdentifier }),
    ...(workgroupName !== undefined && { WorkgroupName: workgroupName }),
    ...(dbUser !== undefined && { DbUser: dbUser }),
    ...(secretArn !== undefined && { SecretArn: secretArn }),
  };
}

function canonicalSql(name: string): string {
  const column = quoted(name);
  switch (GOLDEN_COLUMNS.find((each) => each.name === name)?.type.kind) {
    case 'timestamp':
      return `DATEDIFF(microsecond, '1970-01-01'::timestamp, ${column} AT TIME ZONE 'UTC')::varchar`;
    case 'json':
    case 'nested':
      return `JSON_SERIALIZE(${column})`;
    case 'bool':
      return `CASE WHEN ${column} THEN 'true' WHEN NOT ${column} THEN 'false' END`;
    default:
      return `${column}::varchar`;
  }
}

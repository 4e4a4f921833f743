import { BigQuery, type Dataset } from '@google-cloud/bigquery';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServiceAccountKey } from '../emulators/bigquery/auth.ts';
import { connect } from '../emulators/bigquery/client.ts';
import type { BigQueryServer } from '../emulators/bigquery/start.ts';
import makeDestination from './bigquery-child.ts';
import type { CanonicalRow } from './table/golden.ts';
import type { TablePlace, UserTable } from './table/place.ts';
import type { WrongConfig } from './place.ts';

const TABLE = 'Exported_rows';

interface Field {
  name: string;
  type: string;
  mode?: string;
}

/** The emulator, or an account at Google. */
export interface BigQueryAccess {
  project: string;
  key: ServiceAccountKey;
  /** Undefined: Google's. */
  endpoints: { api: string; token: string; iam: string } | undefined;
  connect(): BigQuery;
}

export function emulatorAccess(server: BigQueryServer): BigQueryAccess {
  const { project, key, apiEndpoint, tokenUrl } = server;
  const endpoints = { api: apiEndpoint, token: tokenUrl, iam: apiEndpoint };
  return { project, key, endpoints, connect: () => connect(server) };
}

/** The account of a key file; its project is used, and datasets that are made there expire after a day. */
export async function liveAccess(keyFile: string): Promise<BigQueryAccess> {
  const key = JSON.parse(await readFile(keyFile, 'utf8')) as ServiceAccountKey;
  const project = key.project_id;
  const client = new BigQuery({ projectId: project, credentials: key });
  return { project, key, endpoints: undefined, connect: () => client };
}

export interface BigQueryPlace extends TablePlace {
  dataset: Dataset;
  bigquery: BigQuery;
}

const DAY_MS = 86_400_000;

/** A dataset of its own, seen through Google's SDK. */
export async function bigQueryPlace(access: BigQueryAccess): Promise<BigQueryPlace> {
  const bigquery = access.connect();
  const datasetId = `sluice_test_${randomBytes(6).toString('hex')}`;
  const [dataset] = await bigquery.createDataset(datasetId, { defaultTableExpirationMs: String(DAY_MS) });
  const childInput = access.endpoints ?? {};
  return {
    bigquery,
    dataset,
    destination: makeDestination(childInput),
    config: configOf(access, datasetId),
    childInput,
    createUserTable: async (kind) => {
      await dataset.createTable(TABLE, { schema: { fields: userFields(kind) } });
    },
    rows: () => canonicalRows(bigquery, dataset),
    leftovers: async () => {
      const [tables] = await dataset.getTables();
      const names = tables.map(({ id }) => id ?? '');
      return names.filter((name) => name !== TABLE && !name.startsWith('_sluice_ledger_'));
    },
  };
}

function configOf({ project, key }: BigQueryAccess, datasetId: string): Record<string, unknown> {
  return { projectId: project, datasetId, tableId: TABLE, serviceAccountKey: JSON.stringify(key) };
}

export function wrongConfigs(access: BigQueryAccess): WrongConfig[] {
  // The right account with a key that Google has never seen.
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const good = configOf(access, 'no_such_dataset');
  return [
    {
      name: 'revoked key',
      config: { ...good, serviceAccountKey: JSON.stringify({ ...access.key, private_key: pem }) },
      code: 'bigquery_credentials_refused',
      secret: pem.split('\n')[3] ?? '',
    },
    { name: 'missing dataset', config: good, code: 'bigquery_dataset_missing' },
    {
      name: 'no right to impersonate',
      config: { ...good, impersonate: 'other@elsewhere.iam.gserviceaccount.com' },
      code: 'bigquery_impersonation_denied',
    },
  ];
}

function userFields(kind: UserTable): Field[] {
  return [
    { name: 'txt', type: kind === 'mismatch' ? 'DATE' : 'STRING' },
    { name: 'id', type: 'INT64' },
    { name: 'props', type: 'JSON' },
    ...(kind === 'required' ? [{ name: 'must', type: 'STRING', mode: 'REQUIRED' }] : []),
    { name: 'own', type: 'STRING' },
  ];
}

async function canonicalRows(bigquery: BigQuery, dataset: Dataset): Promise<CanonicalRow[]> {
  const table = dataset.table(TABLE);
  if (!(await table.exists())[0]) {
    return [];
  }
  const [metadata] = (await table.getMetadata()) as unknown as [{ schema: { fields: Field[] } }];
  const { fields } = metadata.schema;
  const list = fields.map((field) => `${canonicalSql(field)} AS \`${field.name}\``).join(', ');
  const [rows] = await bigquery.query({
    query: `SELECT ${list} FROM \`${dataset.id ?? ''}\`.\`${TABLE}\``,
    maxResults: 100_000,
  });
  const numeric = new Set(fields.filter(({ type }) => type === 'NUMERIC').map(({ name }) => name));
  return (rows as CanonicalRow[]).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, numeric.has(name) ? plain(value) : value])),
  );
}

function canonicalSql({ name, type }: Field): string {
  switch (type) {
    case 'TIMESTAMP':
      return `CAST(UNIX_MICROS(\`${name}\`) AS STRING)`;
    case 'JSON':
      return `TO_JSON_STRING(\`${name}\`)`;
    default:
      return `CAST(\`${name}\` AS STRING)`;
  }
}

/** The emulator writes NUMERIC with all of its nine decimals, BigQuery without trailing zeros. */
function plain(value: string | null): string | null {
  return value?.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') ?? null;
}

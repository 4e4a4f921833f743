import type { BigQuery, Dataset } from '@google-cloud/bigquery';
import { randomBytes } from 'node:crypto';
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

/** A dataset of its own, seen through Google's SDK. */
export async function bigQueryPlace(server: BigQueryServer): Promise<TablePlace & { dataset: Dataset }> {
  const bigquery = connect(server);
  const datasetId = `d_${randomBytes(6).toString('hex')}`;
  const [dataset] = await bigquery.createDataset(datasetId);
  const childInput = { api: server.apiEndpoint, token: server.tokenUrl, iam: server.apiEndpoint };
  return {
    dataset,
    destination: makeDestination(childInput),
    config: configOf(server, datasetId),
    childInput,
    createUserTable: async (kind) => {
      await dataset.createTable(TABLE, { schema: { fields: userFields(kind) } });
    },
    rows: () => canonicalRows(bigquery, dataset),
    leftovers: async () => {
      const [tables] = await dataset.getTables();
      const names = tables.map(({ id }) => id ?? '');
      const uploads = Array.from({ length: server.openUploads() }, () => 'an open upload');
      return [...names.filter((name) => name !== TABLE && !name.startsWith('_sluice_ledger_')), ...uploads];
    },
  };
}

export function configOf(server: BigQueryServer, datasetId: string): Record<string, unknown> {
  return { projectId: server.project, datasetId, tableId: TABLE, serviceAccountKey: JSON.stringify(server.key) };
}

export function wrongConfigs(server: BigQueryServer): WrongConfig[] {
  const unknown = server.authority.createAccount('revoked', server.project, { registered: false });
  const good = configOf(server, 'no_such_dataset');
  const secret = unknown.private_key.split('\n')[3] ?? '';
  return [
    {
      name: 'revoked key',
      config: { ...good, serviceAccountKey: JSON.stringify(unknown) },
      code: 'bigquery_credentials_refused',
      secret,
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

import { readFileSync } from 'node:fs';

/** A setting of a real account, given by a variable of the environment. */
export interface AccountField {
  /** Field of the destination's config. */
  field: string;
  required: boolean;
  as?: 'number' | 'boolean';
  what: string;
}

const required = (field: string, what: string): AccountField => ({ field, required: true, what });
const optional = (field: string, what: string, as?: AccountField['as']): AccountField => ({
  field,
  required: false,
  what,
  ...(as !== undefined && { as }),
});

/** By kind of destination. Each has a file `<kind>.test.ts` in this folder. */
export const LIVE_ACCOUNTS: Record<string, readonly AccountField[]> = {
  postgres: [
    required('host', 'host name of the server'),
    required('user', 'a role that may create schemas in the database'),
    required('password', 'its password'),
    required('database', 'an existing database, UTF8'),
    optional('port', 'default 5432', 'number'),
    optional('tlsMode', 'disable, require, verify-ca or verify-full (default)'),
    optional('tlsCa', 'certificates to trust, PEM'),
  ],
  s3: [
    required('bucket', 'an existing bucket; everything happens below the prefix sluice-live-…/'),
    required('accessKeyId', 'key of a user with the permissions of destinations/s3/README.md'),
    required('secretAccessKey', 'its secret'),
    optional('sessionToken', 'of temporary keys'),
    optional('region', 'default us-east-1'),
    optional('endpoint', 'of a store other than AWS'),
    optional('forcePathStyle', 'true for most self-hosted stores', 'boolean'),
  ],
  clickhouse: [
    required('url', 'HTTP interface, such as https://abc.clickhouse.cloud:8443'),
    required('username', 'a user who may create databases'),
    required('password', 'its password'),
  ],
  redshift: [
    required('region', 'of cluster and bucket'),
    required('database', 'an existing database'),
    required('bucket', 'for staging; keys begin with sluice_live_…/'),
    required('accessKeyId', 'key of a user with the policy of destinations/redshift/README.md, who may create schemas'),
    required('secretAccessKey', 'its secret'),
    optional('clusterIdentifier', 'of a provisioned cluster; this or the next'),
    optional('workgroupName', 'of Redshift Serverless'),
    optional('dbUser', 'of a provisioned cluster'),
    optional('secretArn', 'of a secret with user and password of the database'),
    optional('copyRole', 'role that reads the bucket; default: the default role of the cluster'),
  ],
  snowflake: [
    required('account', 'what stands before .snowflakecomputing.com'),
    required('user', 'a user who may create schemas in the database'),
    required('warehouse', 'an existing warehouse that resumes by itself'),
    required('database', 'an existing database'),
    optional('privateKey', 'PEM; this or the password'),
    optional('privateKeyPassphrase', 'of the key'),
    optional('password', 'of the user, or a programmatic access token'),
    optional('role', "default: the user's own"),
  ],
  bigquery: [required('keyFile', 'path of the JSON key of a service account with roles/bigquery.user')],
  'azure-blob': [
    required('accountName', 'a storage account'),
    required('accountKey', 'one of its keys'),
    required('container', 'an existing container; everything happens below the prefix sluice-live-…/'),
    optional('endpoint', 'of another blob service'),
  ],
  gcs: [
    required('bucket', 'an existing bucket; everything happens below the prefix sluice-live-…/'),
    required('serviceAccountKey', 'JSON key of a service account (best with _FILE)'),
  ],
};

/** SLUICE_LIVE_POSTGRES_TLS_MODE for the field tlsMode of postgres. With _FILE at its end it names a file that holds the value. */
export function variableOf(kind: string, field: string): string {
  return `SLUICE_LIVE_${[kind.replaceAll('-', '_'), field.replaceAll(/[A-Z]/g, '_$&')].join('_').toUpperCase()}`;
}

export type AccountState =
  | { state: 'absent' }
  /** Some variables are set, and these are missing. */
  | { state: 'incomplete'; missing: string[] }
  | { state: 'complete'; config: Record<string, unknown> };

export function readAccount(kind: string, env: NodeJS.ProcessEnv): AccountState {
  const fields = LIVE_ACCOUNTS[kind] ?? [];
  const given = fields.flatMap((field) => {
    const text = valueOf(variableOf(kind, field.field), env);
    return text === undefined ? [] : [[field.field, parsed(field, text)] as const];
  });
  const config = Object.fromEntries(given);
  const missing = fields.filter(({ field, required: needed }) => needed && !(field in config));
  if (given.length === 0) {
    return { state: 'absent' };
  }
  return missing.length === 0
    ? { state: 'complete', config }
    : { state: 'incomplete', missing: missing.map(({ field }) => variableOf(kind, field)) };
}

function valueOf(variable: string, env: NodeJS.ProcessEnv): string | undefined {
  const file = env[`${variable}_FILE`];
  return env[variable] ?? (file === undefined ? undefined : readFileSync(file, 'utf8'));
}

function parsed({ as }: AccountField, text: string): unknown {
  if (as === undefined) {
    return text;
  }
  return as === 'number' ? Number(text) : text === 'true';
}

/** What a live test of `kind` runs with. Throws when the variables are not set: `npm run test:live` does not come here then. */
export function accountOf(kind: string): Record<string, unknown> {
  const account = readAccount(kind, process.env);
  if (account.state !== 'complete') {
    throw new Error(`the account for ${kind} is ${account.state}; see test/live/README.md`);
  }
  return account.config;
}

/** A setting that is text. */
export function textOf(account: Record<string, unknown>, field: string): string {
  const value = account[field];
  return typeof value === 'string' ? value : '';
}

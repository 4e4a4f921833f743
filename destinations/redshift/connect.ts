import type { NamedStep } from '../check-steps.ts';
import { createS3Store } from '../s3/client.ts';
import { s3ConfigSchema, type S3Config } from '../s3/config.ts';
import { type AmbientCredentials, type Credentials, credentialsOf, type RoleOptions } from '../s3/credentials.ts';
import { roleSteps } from '../s3/role-steps.ts';
import type { RedshiftConfig } from './config.ts';
import { DataApi } from './data-api.ts';
import type { StagingBucket } from './scope.ts';
import type { Connections } from './session.ts';

export interface RedshiftOptions {
  /** `never` by default. */
  ambientCredentials?: AmbientCredentials;
  /** Tests call emulators; users cannot name hosts, so nothing has to be guarded. */
  endpoint?: string;
  s3Endpoint?: string;
  stsEndpoint?: string;
  firstPollMs?: number;
}

/** One identity for the Data API and the bucket. Throws s3_ambient_credentials_refused. */
export function connect(config: RedshiftConfig, options: RedshiftOptions): Connections {
  const credentials = credentialsOf(callerOf(config), roleOptions(options));
  const { endpoint, firstPollMs } = options;
  return {
    api: new DataApi(config, {
      credentials,
      ...(endpoint !== undefined && { endpoint }),
      ...(firstPollMs !== undefined && { firstPollMs }),
    }),
    bucket: stagingBucket(config, credentials, options),
  };
}

/** Steps of the connection check before anything is connected. */
export function callerSteps(config: RedshiftConfig, options: RedshiftOptions): NamedStep[] {
  return roleSteps(callerOf(config), roleOptions(options));
}

function roleOptions({ ambientCredentials = 'never', stsEndpoint }: RedshiftOptions): RoleOptions {
  return { network: undefined, ambientCredentials, stsEndpoint };
}

/** What S3's code for credentials takes; of a bucket it needs a name only. */
function callerOf({
  region,
  accessKeyId,
  secretAccessKey,
  sessionToken,
  roleArn,
  externalId,
  bucket = 'none',
}: RedshiftConfig): S3Config {
  return s3ConfigSchema.parse({ bucket, region, accessKeyId, secretAccessKey, sessionToken, roleArn, externalId });
}

function stagingBucket(
  config: RedshiftConfig,
  credentials: Credentials,
  { s3Endpoint }: RedshiftOptions,
): StagingBucket | undefined {
  if (config.bucket === undefined) {
    return undefined;
  }
  const endpoint = s3Endpoint === undefined ? {} : { endpoint: s3Endpoint, forcePathStyle: true };
  const store = createS3Store({ ...callerOf(config), ...endpoint }, { credentials, network: undefined });
  return { name: config.bucket, store };
}

import { randomUUID } from 'node:crypto';
import { AssumeRoleCommand, type Credentials as Issued, STSClient } from '@aws-sdk/client-sts';
import type { S3Config } from './config.ts';
import { ambientRefused, roleError } from './role-errors.ts';
import { clientNetwork, type S3Network } from './network.ts';

/** As the SDK takes them: a value, or a function that it calls again before they expire. */
export type Credentials = StaticCredentials | (() => Promise<TemporaryCredentials>) | undefined;

interface StaticCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

type TemporaryCredentials = StaticCredentials & { expiration: Date };

/**
 * Whether a config without keys may use the identity of the process (its environment, its instance or pod).
 * `never`: no. `assume_role`: only to assume a role, whose owner decides with trust policy and external id.
 * `direct`: for everything; whoever may create destinations then has what that identity has.
 */
export type AmbientCredentials = 'never' | 'assume_role' | 'direct';

export interface RoleOptions extends S3Network {
  ambientCredentials: AmbientCredentials;
  /** Of an emulator. */
  stsEndpoint: string | undefined;
}

/** Longest for a role that is assumed by another role; AWS refuses more. */
const SESSION_SECONDS = 3_600;

/** Undefined: the SDK looks for the process's own. Throws s3_ambient_credentials_refused. */
export function credentialsOf(config: S3Config, options: RoleOptions): Credentials {
  const keys = keysOf(config);
  const { ambientCredentials } = options;
  const isAllowed =
    ambientCredentials === 'direct' || (ambientCredentials === 'assume_role' && config.roleArn !== undefined);
  if (keys === undefined && !isAllowed) {
    throw ambientRefused();
  }
  return config.roleArn === undefined ? keys : () => assumeRole(config, options, config.externalId);
}

function keysOf({ accessKeyId, secretAccessKey, sessionToken }: S3Config): StaticCredentials | undefined {
  return accessKeyId === undefined || secretAccessKey === undefined
    ? undefined
    : { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

function temporaryKeys(issued: Issued | undefined): TemporaryCredentials {
  return {
    accessKeyId: issued?.AccessKeyId ?? '',
    secretAccessKey: issued?.SecretAccessKey ?? '',
    sessionToken: issued?.SessionToken ?? '',
    expiration: issued?.Expiration ?? new Date(),
  };
}

async function assumeRole(
  config: S3Config,
  options: RoleOptions,
  externalId: string | undefined,
): Promise<TemporaryCredentials> {
  const keys = keysOf(config);
  const sts = new STSClient({
    region: config.region,
    ...(options.stsEndpoint !== undefined && { endpoint: options.stsEndpoint }),
    ...(keys !== undefined && { credentials: keys }),
    requestHandler: clientNetwork(options),
  });
  try {
    const { Credentials: issued } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: config.roleArn,
        RoleSessionName: `sluice-${randomUUID()}`,
        DurationSeconds: SESSION_SECONDS,
        ...(externalId !== undefined && { ExternalId: externalId }),
      }),
    );
    return temporaryKeys(issued);
  } catch (error) {
    throw roleError(error, config);
  } finally {
    sts.destroy();
  }
}

/** Throws when the role cannot be assumed. */
export async function requireRole(config: S3Config, options: RoleOptions): Promise<void> {
  await assumeRole(config, options, config.externalId);
}

/**
 * Whether the role can be assumed without its external id. Then anybody whose role we assume could name this one and
 * get at its bucket: the confused deputy.
 */
export async function isRoleOpen(config: S3Config, options: RoleOptions): Promise<boolean> {
  return await assumeRole(config, options, undefined).then(
    () => true,
    (error: unknown) => {
      if ((error as { code?: unknown }).code === 's3_role_refused') {
        return false;
      }
      throw error;
    },
  );
}

import { S3Client } from '@aws-sdk/client-s3';
import { nodeError, SqlError } from '../errors.ts';
import type { CredentialStore } from '../service/credentials.ts';
import type { CopyAccess } from './parse-copy.ts';

/** The store that the cluster reads from, with keys that are good there. */
export interface ClusterS3 {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface CopySource {
  s3: ClusterS3 | undefined;
  /** ARNs of the roles attached to the cluster; `default` is the first. */
  roles: readonly string[];
  credentials: CredentialStore;
}

/**
 * A client with the rights of a COPY. A role, and temporary keys that the emulated STS has issued, read with the
 * cluster's own keys, because the S3 server knows neither; permanent keys are put to the test by the server itself.
 */
export function s3ClientFor(access: CopyAccess, source: CopySource): S3Client {
  const { s3 } = source;
  if (s3 === undefined) {
    throw new SqlError('the emulator was started without an S3 server');
  }
  const credentials = ownKeys(access, source) ?? s3;
  return new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
    maxAttempts: 2,
  });
}

function ownKeys(access: CopyAccess, { roles, credentials }: CopySource): ClusterS3 | undefined {
  if (access.kind === 'role') {
    if (access.arn !== 'default' && !roles.includes(access.arn)) {
      throw nodeError(
        'Not authorized to get credentials of role',
        30000,
        `Not authorized to get credentials of role ${access.arn}`,
      );
    }
    return undefined;
  }
  const issued = credentials.find(access.accessKeyId);
  if (issued?.sessionToken === undefined) {
    return { endpoint: '', accessKeyId: access.accessKeyId, secretAccessKey: access.secretAccessKey };
  }
  const isGood =
    issued.sessionToken === access.sessionToken &&
    issued.secretAccessKey === access.secretAccessKey &&
    (issued.expiresAtMs ?? 0) > Date.now();
  if (!isGood) {
    throw s3Error({ name: 'InvalidToken', message: 'The provided token is malformed or otherwise invalid.' }, 403);
  }
  return undefined;
}

/** An answer of S3 in the words of a COPY. */
export function s3Error(error: unknown, status?: number): SqlError {
  const { name, message, $metadata } = error as {
    name: string;
    message: string;
    $metadata?: { httpStatusCode?: number };
  };
  const code = status ?? $metadata?.httpStatusCode ?? 0;
  const text = `S3ServiceException:${message},Status ${code},Error ${name}`;
  return nodeError(text, 8001, text);
}

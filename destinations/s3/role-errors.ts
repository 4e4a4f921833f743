import { SluiceError } from '../../core/errors.ts';
import type { S3Config } from './config.ts';
import { s3Error } from './errors.ts';
import { readFailure } from './failure.ts';

/** Maps what STS answered; a refusal to assume the role is told from wrong keys and from outages. */
export function roleError(error: unknown, config: S3Config): SluiceError {
  const { name } = readFailure(error);
  if (name === 'AccessDenied') {
    return new SluiceError({
      code: 's3_role_refused',
      message: `could not assume ${config.roleArn ?? 'the role'}: it does not trust the caller with this externalId`,
      retryable: false,
      fault: 'customer',
      remedy: "Name the caller as principal, and externalId as condition sts:ExternalId, in the role's trust policy.",
    });
  }
  // STS's name for a key id that it does not know.
  const known =
    name === 'InvalidClientTokenId' ? Object.assign(new Error(name), { name: 'InvalidAccessKeyId' }) : error;
  return s3Error(known, 'assume the role', config);
}

export function roleOpen(): SluiceError {
  return new SluiceError({
    code: 's3_role_open',
    message: 'the role can be assumed without its externalId, so that others could have it assumed for them',
    retryable: false,
    fault: 'customer',
    remedy: "Add the condition sts:ExternalId with this destination's externalId to the role's trust policy.",
  });
}

export function ambientRefused(): SluiceError {
  return new SluiceError({
    code: 's3_ambient_credentials_refused',
    message: 'accessKeyId: this installation does not lend its own AWS identity for this',
    retryable: false,
    fault: 'customer',
    remedy: 'Enter accessKeyId and secretAccessKey, or ask the operator.',
  });
}

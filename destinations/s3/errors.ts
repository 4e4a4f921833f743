import { isSluiceError, type SluiceError } from '../../core/errors.ts';
import { ADDRESS_REFUSED } from '../../net/error-codes.ts';
import { ADDRESS_NOT_ALLOWED, type Fault, faultError, NETWORK_CODES } from '../object-store/fault.ts';
import type { S3Config } from './config.ts';
import { readFailure, type S3Failure } from './failure.ts';
import { ACCESS_DENIED, BY_NAME, BY_STATUS, KMS_ACCESS_DENIED, UNAVAILABLE, UNREACHABLE } from './faults.ts';

function faultOf(failure: S3Failure): Fault {
  const byName = BY_NAME[failure.name];
  if (byName !== undefined) {
    // S3 says AccessDenied for both; the text names the action.
    return byName === ACCESS_DENIED && /\bkms:/.test(failure.message) ? KMS_ACCESS_DENIED : byName;
  }
  if (failure.networkCode === ADDRESS_REFUSED) {
    return ADDRESS_NOT_ALLOWED;
  }
  if (failure.httpStatus !== undefined) {
    return BY_STATUS[failure.httpStatus] ?? UNAVAILABLE;
  }
  return NETWORK_CODES.test(failure.networkCode ?? '') ? UNREACHABLE : UNAVAILABLE;
}

/** Maps whatever the SDK threw while doing `action` ("write a file"). */
export function s3Error(error: unknown, action: string, config: S3Config): SluiceError {
  if (isSluiceError(error)) {
    // The role could not be assumed while a request was signed.
    return error;
  }
  const failure = readFailure(error);
  const { name, networkCode, httpStatus, region, message: text } = failure;
  return faultError(faultOf(failure), {
    action,
    facts: [name, networkCode, httpStatus === undefined ? '' : `HTTP ${String(httpStatus)}`],
    text,
    names: {
      actualRegion: region === undefined ? '' : `: ${region}`,
      bucket: config.bucket,
      region: config.region,
      endpoint: config.endpoint ?? `the S3 of ${config.region}`,
    },
    secrets: [config.accessKeyId, config.secretAccessKey, config.sessionToken],
  });
}

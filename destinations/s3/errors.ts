import { isSluiceError, SluiceError } from '../../core/errors.ts';
import { ADDRESS_REFUSED } from '../../net/error-codes.ts';
import type { S3Config } from './config.ts';
import { readFailure, type S3Failure } from './failure.ts';
import {
  ACCESS_DENIED,
  ADDRESS_NOT_ALLOWED,
  BY_NAME,
  BY_STATUS,
  type Fault,
  KMS_ACCESS_DENIED,
  NETWORK_CODES,
  UNAVAILABLE,
  UNREACHABLE,
} from './faults.ts';

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

function fillIn(text: string, config: S3Config, failure: S3Failure): string {
  return text
    .replaceAll('{actualRegion}', failure.region === undefined ? '' : `: ${failure.region}`)
    .replaceAll('{bucket}', config.bucket)
    .replaceAll('{region}', config.region)
    .replaceAll('{endpoint}', config.endpoint ?? `the S3 of ${config.region}`);
}

/**
 * Stores put the key id, the string to sign and more into their texts. Of a refusal nothing is quoted; of the rest the
 * text without the two credentials. The SDK's error is not kept as cause: it holds the request.
 */
function quoted(failure: S3Failure, fault: Fault, config: S3Config): string {
  const facts = [
    failure.name,
    failure.networkCode,
    failure.httpStatus === undefined ? '' : `HTTP ${String(failure.httpStatus)}`,
  ];
  const known = facts.filter((fact) => fact !== undefined && fact !== '').join(', ');
  if (fault.fault === 'customer') {
    return known;
  }
  return `${known}: ${withoutSecrets(failure.message, config).slice(0, 300)}`;
}

function withoutSecrets(text: string, { accessKeyId, secretAccessKey, sessionToken }: S3Config): string {
  return [accessKeyId, secretAccessKey, sessionToken]
    .filter((secret) => secret !== undefined)
    .reduce((cleaned, secret) => cleaned.replaceAll(secret, '***'), text);
}

/** Maps whatever the SDK threw while doing `action` ("write a file"). */
export function s3Error(error: unknown, action: string, config: S3Config): SluiceError {
  if (isSluiceError(error)) {
    // The role could not be assumed while a request was signed.
    return error;
  }
  const failure = readFailure(error);
  return failed(faultOf(failure), action, failure, config);
}

function failed(fault: Fault, action: string, failure: S3Failure, config: S3Config): SluiceError {
  return new SluiceError({
    code: fault.code,
    message: `could not ${action}: ${fillIn(fault.message, config, failure)} (${quoted(failure, fault, config)})`,
    retryable: fault.retryable,
    fault: fault.fault,
    remedy: fillIn(fault.remedy, config, failure),
  });
}

import { type FaultParty, SluiceError } from '../../core/errors.ts';
import type { S3Config } from './config.ts';

interface Fault {
  code: string;
  retryable: boolean;
  fault: FaultParty;
  /** `{bucket}`, `{region}` and `{endpoint}` are filled in. */
  message: string;
  remedy: string;
}

const CREDENTIALS_REFUSED: Fault = {
  code: 's3_credentials_refused',
  retryable: false,
  fault: 'customer',
  message: 'the store refuses accessKeyId or secretAccessKey',
  remedy: 'Enter a valid pair of keys; make a new pair if the secret was lost.',
};
const ACCESS_DENIED: Fault = {
  code: 's3_access_denied',
  retryable: false,
  fault: 'customer',
  message: 'the keys may not do this in bucket {bucket}',
  remedy: "Grant the actions of the README's policy on the bucket and below the prefix.",
};
const BUCKET_MISSING: Fault = {
  code: 's3_bucket_missing',
  retryable: false,
  fault: 'customer',
  message: 'there is no bucket {bucket}',
  remedy: 'Create the bucket or correct its name, the region or the endpoint.',
};
const REGION_WRONG: Fault = {
  code: 's3_region_wrong',
  retryable: false,
  fault: 'customer',
  message: 'bucket {bucket} is not in region {region}',
  remedy: "Enter the bucket's region.",
};
const CONDITIONS_UNSUPPORTED: Fault = {
  code: 's3_conditional_writes_unsupported',
  retryable: false,
  fault: 'customer',
  message: 'the store does not support conditional writes (If-None-Match)',
  remedy: 'Use a store that does, or a newer version of it.',
};
const CLOCK_SKEWED: Fault = {
  code: 's3_clock_skewed',
  retryable: true,
  fault: 'platform',
  message: "this machine's clock differs too much from the store's",
  remedy: 'Synchronise the clock of the worker.',
};
const THROTTLED: Fault = {
  code: 's3_throttled',
  retryable: true,
  fault: 'destination',
  message: 'the store asks to slow down',
  remedy: 'Nothing to do: it is tried again.',
};
const UNREACHABLE: Fault = {
  code: 's3_unreachable',
  retryable: true,
  fault: 'destination',
  message: 'no connection to {endpoint}',
  remedy: 'Check that the endpoint is right and reachable; it is tried again.',
};
/** Default: unknown failures are retried, losing time is better than losing events. */
const UNAVAILABLE: Fault = {
  code: 's3_unavailable',
  retryable: true,
  fault: 'destination',
  message: 'the store failed',
  remedy: 'Nothing to do: it is tried again.',
};

/** By the vendor's error code; the permanent ones are an allow-list. */
const BY_NAME: Readonly<Record<string, Fault>> = {
  NoSuchBucket: BUCKET_MISSING,
  InvalidBucketName: BUCKET_MISSING,
  AccessDenied: ACCESS_DENIED,
  AllAccessDisabled: ACCESS_DENIED,
  Forbidden: ACCESS_DENIED,
  AccountProblem: CREDENTIALS_REFUSED,
  InvalidAccessKeyId: CREDENTIALS_REFUSED,
  SignatureDoesNotMatch: CREDENTIALS_REFUSED,
  InvalidToken: CREDENTIALS_REFUSED,
  // versitygw's answer to an unknown key id, with status 404.
  XAdminUserNotFound: CREDENTIALS_REFUSED,
  ExpiredToken: CREDENTIALS_REFUSED,
  PermanentRedirect: REGION_WRONG,
  AuthorizationHeaderMalformed: REGION_WRONG,
  IllegalLocationConstraintException: REGION_WRONG,
  NotImplemented: CONDITIONS_UNSUPPORTED,
  RequestTimeTooSkewed: CLOCK_SKEWED,
  SlowDown: THROTTLED,
  TooManyRequests: THROTTLED,
  TooManyRequestsException: THROTTLED,
  Throttling: THROTTLED,
  ThrottlingException: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  RequestTimeout: UNAVAILABLE,
  TimeoutError: UNREACHABLE,
  NetworkingError: UNREACHABLE,
};

/** HEAD answers have no body and so no code: the status must do. */
const BY_STATUS: Readonly<Record<number, Fault>> = {
  301: REGION_WRONG,
  403: ACCESS_DENIED,
  429: THROTTLED,
  501: CONDITIONS_UNSUPPORTED,
  503: THROTTLED,
};

const NETWORK_CODES =
  /^(E(CONN|NOTFOUND|AI_AGAIN|PIPE|HOST|NET|TIMEDOUT)|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL)/;

/** The parts of an SDK error that are read; everything else may hold headers. */
export interface S3Failure {
  name: string;
  message: string;
  /** Node's, for connection errors. */
  networkCode: string | undefined;
  httpStatus: number | undefined;
}

function textOf(...candidates: readonly unknown[]): string {
  return candidates.find((candidate) => typeof candidate === 'string') ?? '';
}

export function readFailure(error: unknown): S3Failure {
  const fields = (error ?? {}) as Partial<Record<'name' | 'Code' | 'message' | 'code', unknown>> & {
    $metadata?: { httpStatusCode?: unknown };
  };
  const status = fields.$metadata?.httpStatusCode;
  return {
    name: textOf(fields.Code, fields.name),
    message: textOf(fields.message),
    // The SDK wraps errors of another realm (a test runner, a worker thread) and then only their text is left.
    networkCode: textOf(fields.code) || /\bE[A-Z_]{4,}\b/.exec(textOf(fields.message))?.[0],
    httpStatus: typeof status === 'number' ? status : undefined,
  };
}

function faultOf(failure: S3Failure): Fault {
  const byName = BY_NAME[failure.name];
  if (byName !== undefined) {
    return byName;
  }
  if (failure.httpStatus !== undefined) {
    return BY_STATUS[failure.httpStatus] ?? UNAVAILABLE;
  }
  return NETWORK_CODES.test(failure.networkCode ?? '') ? UNREACHABLE : UNAVAILABLE;
}

function fillIn(text: string, config: S3Config): string {
  return text
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
  const text = failure.message.replaceAll(config.secretAccessKey, '***').replaceAll(config.accessKeyId, '***');
  return `${known}: ${text.slice(0, 300)}`;
}

/** Maps whatever the SDK threw while doing `action` ("write a file"). */
export function s3Error(error: unknown, action: string, config: S3Config): SluiceError {
  const failure = readFailure(error);
  const fault = faultOf(failure);
  return new SluiceError({
    code: fault.code,
    message: `could not ${action}: ${fillIn(fault.message, config)} (${quoted(failure, fault, config)})`,
    retryable: fault.retryable,
    fault: fault.fault,
    remedy: fault.remedy,
  });
}

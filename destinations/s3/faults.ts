import type { Fault } from '../object-store/fault.ts';

const CREDENTIALS_REFUSED: Fault = {
  code: 's3_credentials_refused',
  retryable: false,
  fault: 'customer',
  message: 'the store refuses accessKeyId or secretAccessKey',
  remedy: 'Enter a valid pair of keys; make a new pair if the secret was lost.',
};
export const ACCESS_DENIED: Fault = {
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
  remedy: "Enter the bucket's region{actualRegion}.",
};
export const KMS_ACCESS_DENIED: Fault = {
  code: 's3_kms_access_denied',
  retryable: false,
  fault: 'customer',
  message: 'the keys may write to bucket {bucket} but may not use the KMS key',
  remedy: 'Grant kms:GenerateDataKey and kms:Decrypt on the key of kmsKeyId, or of the bucket, in its key policy too.',
};
const KMS_KEY_UNUSABLE: Fault = {
  code: 's3_kms_key_unusable',
  retryable: false,
  fault: 'customer',
  message: 'KMS does not let this key encrypt',
  remedy: 'Check that the key of kmsKeyId, or of the bucket, exists in the same region, is enabled and symmetric.',
};
const STORAGE_CLASS_INVALID: Fault = {
  code: 's3_storage_class_invalid',
  retryable: false,
  fault: 'customer',
  message: 'the store does not know this storageClass',
  remedy: 'Leave storageClass empty, or choose one that the store has.',
};
const STORAGE_FULL: Fault = {
  code: 's3_storage_full',
  retryable: true,
  fault: 'destination',
  message: 'the store has no room, or the quota of bucket {bucket} is used up',
  remedy: 'Make room or raise the quota; it is tried again.',
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
export const UNREACHABLE: Fault = {
  code: 's3_unreachable',
  retryable: true,
  fault: 'destination',
  message: 'no connection to {endpoint}',
  remedy: 'Check that the endpoint is right and reachable; it is tried again.',
};
/** Default: unknown failures are retried, losing time is better than losing events. */
export const UNAVAILABLE: Fault = {
  code: 's3_unavailable',
  retryable: true,
  fault: 'destination',
  message: 'the store failed',
  remedy: 'Nothing to do: it is tried again.',
};

/** By the vendor's error code; the permanent ones are an allow-list. */
export const BY_NAME: Readonly<Record<string, Fault>> = {
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
  InvalidStorageClass: STORAGE_CLASS_INVALID,
  'KMS.NotFoundException': KMS_KEY_UNUSABLE,
  'KMS.DisabledException': KMS_KEY_UNUSABLE,
  'KMS.InvalidKeyUsageException': KMS_KEY_UNUSABLE,
  'KMS.KMSInvalidStateException': KMS_KEY_UNUSABLE,
  'KMS.AccessDeniedException': KMS_ACCESS_DENIED,
  QuotaExceeded: STORAGE_FULL,
  InsufficientStorage: STORAGE_FULL,
  XMinioStorageFull: STORAGE_FULL,
  XMinioAdminBucketQuotaExceeded: STORAGE_FULL,
  RequestTimeTooSkewed: CLOCK_SKEWED,
  SlowDown: THROTTLED,
  TooManyRequests: THROTTLED,
  TooManyRequestsException: THROTTLED,
  Throttling: THROTTLED,
  ThrottlingException: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  RequestTimeout: UNAVAILABLE,
  InternalError: UNAVAILABLE,
  TimeoutError: UNREACHABLE,
  NetworkingError: UNREACHABLE,
};

/** HEAD answers have no body and so no code: the status must do. */
export const BY_STATUS: Readonly<Record<number, Fault>> = {
  301: REGION_WRONG,
  403: ACCESS_DENIED,
  429: THROTTLED,
  501: CONDITIONS_UNSUPPORTED,
  503: THROTTLED,
  507: STORAGE_FULL,
};

import type { Fault } from '../object-store/fault.ts';

export const CREDENTIALS_REFUSED: Fault = {
  code: 'gcs_credentials_refused',
  retryable: false,
  fault: 'customer',
  message: 'Google refuses the service account or its key',
  remedy: 'Create a new key for the service account and enter its JSON file (serviceAccountKey).',
};
export const IMPERSONATION_DENIED: Fault = {
  code: 'gcs_impersonation_denied',
  retryable: false,
  fault: 'customer',
  message: 'the service account may not act as the account in impersonate, or that account does not exist',
  remedy: 'Grant Service Account Token Creator on it, or correct impersonate.',
};
const ACCESS_DENIED: Fault = {
  code: 'gcs_access_denied',
  retryable: false,
  fault: 'customer',
  message: 'the service account may not do this in bucket {bucket}{permission}',
  remedy: 'Grant it Storage Object User (roles/storage.objectUser) on the bucket.',
};
export const BUCKET_MISSING: Fault = {
  code: 'gcs_bucket_missing',
  retryable: false,
  fault: 'customer',
  message: 'there is no bucket {bucket}',
  remedy: 'Create the bucket or correct its name or the endpoint.',
};
const PROJECT_UNUSABLE: Fault = {
  code: 'gcs_project_unusable',
  retryable: false,
  fault: 'customer',
  message: 'the project of bucket {bucket} does not offer Cloud Storage: its interface or its billing is off',
  remedy: "Enable billing and the Cloud Storage API for the bucket's project.",
};
const RETAINED: Fault = {
  code: 'gcs_object_retained',
  retryable: false,
  fault: 'customer',
  message: 'a retention policy or hold of bucket {bucket} forbids to change or delete a file',
  remedy: 'Use a bucket without a retention policy: a repeated interval replaces its files.',
};
export const KMS_KEY_REFUSED: Fault = {
  code: 'gcs_kms_key_refused',
  retryable: false,
  fault: 'customer',
  message: 'the KMS key cannot be used',
  remedy:
    "Check that the key of kmsKeyName, or of the bucket, exists in the bucket's location and is enabled, and grant the project's Cloud Storage service agent Cloud KMS CryptoKey Encrypter/Decrypter on it.",
};
const THROTTLED: Fault = {
  code: 'gcs_throttled',
  retryable: true,
  fault: 'destination',
  message: 'Google asks to slow down',
  remedy: 'Nothing to do: it is tried again.',
};
export const CONTENT_DIFFERS: Fault = {
  code: 'gcs_content_differs',
  retryable: true,
  fault: 'destination',
  message: 'what was stored is not what was sent; it was removed',
  remedy: 'Nothing to do: it is tried again.',
};
export const UNREACHABLE: Fault = {
  code: 'gcs_unreachable',
  retryable: true,
  fault: 'destination',
  message: 'no connection to {endpoint}',
  remedy: 'Check the endpoint; it is tried again.',
};
/** Default: unknown failures are retried, losing time is better than losing events. */
export const UNAVAILABLE: Fault = {
  code: 'gcs_unavailable',
  retryable: true,
  fault: 'destination',
  message: 'Google failed',
  remedy: 'Nothing to do: it is tried again.',
};

/** By the reason of an answer; the permanent ones are an allow-list. */
export const BY_REASON: Readonly<Record<string, Fault>> = {
  invalid_grant: CREDENTIALS_REFUSED,
  invalid_client: CREDENTIALS_REFUSED,
  unauthorized_client: CREDENTIALS_REFUSED,
  authError: CREDENTIALS_REFUSED,
  required: CREDENTIALS_REFUSED,
  forbidden: ACCESS_DENIED,
  accessDenied: ACCESS_DENIED,
  insufficientPermissions: ACCESS_DENIED,
  vpcServiceControls: ACCESS_DENIED,
  accessNotConfigured: PROJECT_UNUSABLE,
  SERVICE_DISABLED: PROJECT_UNUSABLE,
  accountDisabled: PROJECT_UNUSABLE,
  UserProjectAccountProblem: PROJECT_UNUSABLE,
  notFound: BUCKET_MISSING,
  retentionPolicyNotMet: RETAINED,
  objectUnderActiveHold: RETAINED,
  rateLimitExceeded: THROTTLED,
  userRateLimitExceeded: THROTTLED,
  quotaExceeded: THROTTLED,
  backendError: UNAVAILABLE,
  internalError: UNAVAILABLE,
};

/** For answers without a reason that is known. */
export const BY_STATUS: Readonly<Record<number, Fault>> = {
  401: CREDENTIALS_REFUSED,
  403: ACCESS_DENIED,
  404: BUCKET_MISSING,
  429: THROTTLED,
};

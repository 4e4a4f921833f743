import type { Fault } from '../object-store/fault.ts';

const CREDENTIALS_REFUSED: Fault = {
  code: 'azure_blob_credentials_refused',
  retryable: false,
  fault: 'customer',
  message: 'the account refuses accountKey or sasToken',
  remedy: 'Enter a current key of the account, or a shared access signature that is valid now.',
};
const KEYS_DISABLED: Fault = {
  code: 'azure_blob_keys_disabled',
  retryable: false,
  fault: 'customer',
  message: 'account {account} does not allow access by its keys',
  remedy: 'Enter a user delegation SAS in sasToken, or allow shared keys in the account.',
};
export const ACCESS_DENIED: Fault = {
  code: 'azure_blob_access_denied',
  retryable: false,
  fault: 'customer',
  message: 'this is not allowed in container {container}',
  remedy:
    "Give the shared access signature the README's permissions; check that the account's firewall lets this installation in.",
};
const ACCOUNT_DISABLED: Fault = {
  code: 'azure_blob_account_disabled',
  retryable: false,
  fault: 'customer',
  message: 'account {account} is disabled',
  remedy: 'Enable the account or its subscription.',
};
const CONTAINER_MISSING: Fault = {
  code: 'azure_blob_container_missing',
  retryable: false,
  fault: 'customer',
  message: 'there is no container {container} in account {account}',
  remedy: 'Create the container, or correct accountName, container or endpoint.',
};
const TIER_UNSUPPORTED: Fault = {
  code: 'azure_blob_tier_unsupported',
  retryable: false,
  fault: 'customer',
  message: 'account {account} has no such accessTier',
  remedy: 'Leave accessTier empty, or use a general-purpose v2 account.',
};
const IMMUTABLE: Fault = {
  code: 'azure_blob_immutable',
  retryable: false,
  fault: 'customer',
  message: 'a policy or legal hold of container {container} forbids to change or delete a file',
  remedy: 'Use a container without an immutability policy: a repeated interval replaces its files.',
};
const LEASED: Fault = {
  code: 'azure_blob_leased',
  retryable: true,
  fault: 'destination',
  message: 'somebody holds a lease on a file',
  remedy: 'End the lease; it is tried again.',
};
const CLOCK_SKEWED: Fault = {
  code: 'azure_blob_clock_skewed',
  retryable: true,
  fault: 'platform',
  message: "this machine's clock differs too much from Azure's",
  remedy: 'Synchronise the clock of the worker.',
};
export const CLOCK_TEXT = /request date header too old/i;
const THROTTLED: Fault = {
  code: 'azure_blob_throttled',
  retryable: true,
  fault: 'destination',
  message: 'the account asks to slow down',
  remedy: 'Nothing to do: it is tried again.',
};
export const UNREACHABLE: Fault = {
  code: 'azure_blob_unreachable',
  retryable: true,
  fault: 'destination',
  message: 'no connection to {endpoint}',
  remedy: 'Check accountName and endpoint; it is tried again.',
};
/** Default: unknown failures are retried, losing time is better than losing events. */
export const UNAVAILABLE: Fault = {
  code: 'azure_blob_unavailable',
  retryable: true,
  fault: 'destination',
  message: 'the store failed',
  remedy: 'Nothing to do: it is tried again.',
};
export { CLOCK_SKEWED };

/** By Azure's error code; the permanent ones are an allow-list. */
export const BY_CODE: Readonly<Record<string, Fault>> = {
  AuthenticationFailed: CREDENTIALS_REFUSED,
  InvalidAuthenticationInfo: CREDENTIALS_REFUSED,
  NoAuthenticationInformation: CREDENTIALS_REFUSED,
  KeyBasedAuthenticationNotPermitted: KEYS_DISABLED,
  // Azure: the firewall of the account, or a signature of too narrow a kind. Azurite: also a wrong key.
  AuthorizationFailure: ACCESS_DENIED,
  AuthorizationPermissionMismatch: ACCESS_DENIED,
  AuthorizationProtocolMismatch: ACCESS_DENIED,
  AuthorizationResourceTypeMismatch: ACCESS_DENIED,
  AuthorizationServiceMismatch: ACCESS_DENIED,
  AuthorizationSourceIPMismatch: ACCESS_DENIED,
  InsufficientAccountPermissions: ACCESS_DENIED,
  AccountIsDisabled: ACCOUNT_DISABLED,
  ContainerNotFound: CONTAINER_MISSING,
  ContainerDisabled: CONTAINER_MISSING,
  ContainerBeingDeleted: CONTAINER_MISSING,
  ResourceNotFound: CONTAINER_MISSING,
  InvalidResourceName: CONTAINER_MISSING,
  BlobAccessTierNotSupportedForAccountType: TIER_UNSUPPORTED,
  AccessTierNotSupportedForBlobType: TIER_UNSUPPORTED,
  BlobImmutableDueToPolicy: IMMUTABLE,
  BlobImmutableDueToLegalHold: IMMUTABLE,
  LeaseIdMissing: LEASED,
  ServerBusy: THROTTLED,
  TooManyRequests: THROTTLED,
  OperationTimedOut: UNAVAILABLE,
  InternalError: UNAVAILABLE,
};

/** For answers without a code. */
export const BY_STATUS: Readonly<Record<number, Fault>> = {
  401: CREDENTIALS_REFUSED,
  403: ACCESS_DENIED,
  429: THROTTLED,
  503: THROTTLED,
};

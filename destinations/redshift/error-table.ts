import type { FaultParty } from '../../core/errors.ts';

export interface Fault {
  code: string;
  retryable: boolean;
  fault: FaultParty;
  message: string;
  remedy: string;
}

function permanent(code: string, message: string, remedy: string, fault: FaultParty = 'customer'): Fault {
  return { code, message, remedy, retryable: false, fault };
}

function passing(code: string, message: string, remedy = 'Nothing to do: it is tried again.'): Fault {
  return { code, message, remedy, retryable: true, fault: 'destination' };
}

const CREDENTIALS_REFUSED = permanent(
  'redshift_credentials_refused',
  'AWS refuses accessKeyId or secretAccessKey',
  'Enter a valid pair of keys; make a new pair if the secret was lost.',
);
const ACCESS_DENIED = permanent(
  'redshift_access_denied',
  'the IAM user or the database user may not do this',
  "Grant the permissions that the destination's README lists.",
);
const ENDPOINT_MISSING = permanent(
  'redshift_endpoint_missing',
  'there is no such cluster or workgroup in this region',
  'Correct clusterIdentifier or workgroupName, and the region.',
);
const LOGIN_REFUSED = permanent(
  'redshift_login_refused',
  'the database refuses the user or the secret',
  'Correct dbUser or secretArn.',
);
const DATABASE_MISSING = permanent(
  'redshift_database_missing',
  'there is no such database',
  'Create the database or correct its name.',
);
const SCHEMA_MISSING = permanent(
  'redshift_schema_missing',
  'there is no such schema',
  'Create the schema or correct its name.',
);
const COPY_ROLE_REFUSED = permanent(
  'redshift_copy_role_refused',
  'Redshift may not use the role of copyRole',
  'Attach the role to the cluster or namespace, let redshift.amazonaws.com assume it, or correct copyRole.',
);
const COPY_ACCESS_DENIED = permanent(
  'redshift_copy_access_denied',
  'the role of copyRole may not read the staged files',
  'Give the role s3:GetObject below the prefix and s3:ListBucket on the bucket, and kms:Decrypt if the bucket is encrypted with a key.',
);
const BUCKET_ELSEWHERE = permanent(
  'redshift_bucket_elsewhere',
  'the bucket is in another region than Redshift',
  'Use a bucket in the region of the cluster or workgroup.',
);
const LAYOUT_REFUSED = permanent(
  'redshift_layout_refused',
  'Redshift does not take the rows as they are written',
  'Report it: this is a fault of Sluice.',
  'platform',
);
const VALUE_REFUSED = permanent(
  'redshift_value_refused',
  'Redshift refuses a value',
  'Widen the column or let it be NULL, filter the record out, or export to another table.',
);
/** Tried again: the next try plans anew with the table as it is then. */
const TABLE_CHANGED = passing('redshift_table_changed', 'a table was dropped or changed meanwhile');
const ALREADY_THERE = passing('redshift_table_exists', 'somebody else created it at the same moment');
const CONFLICT = passing('redshift_conflict', 'another transaction was in the way');
const THROTTLED = passing(
  'redshift_throttled',
  'the Data API takes no more statements right now',
  'Nothing to do: it is tried again. Let fewer programs use the Data API of this account if it lasts.',
);
const DISK_FULL = passing(
  'redshift_disk_full',
  'the cluster has no room left',
  'Free or add storage; it is tried again.',
);
const STATEMENT_STOPPED = passing(
  'redshift_statement_stopped',
  'the statement was cancelled or took too long',
  'Raise statementTimeoutMs, or the limits of the queue that the user is in; it is tried again.',
);
const STAGE_UNREADABLE = passing('redshift_stage_unreadable', 'Redshift could not read a staged file');
const UNREACHABLE = passing(
  'redshift_unreachable',
  'no connection to the Data API',
  'Check the region and the network; it is tried again.',
);
/** Default: unknown failures are retried, losing time is better than losing events. */
export const UNAVAILABLE = passing('redshift_unavailable', 'Redshift failed');

/** By the name of the service's error; the permanent ones are an allow-list. */
export const FAULTS_BY_NAME: Readonly<Record<string, Fault>> = {
  UnrecognizedClientException: CREDENTIALS_REFUSED,
  InvalidSignatureException: CREDENTIALS_REFUSED,
  InvalidClientTokenId: CREDENTIALS_REFUSED,
  MissingAuthenticationTokenException: CREDENTIALS_REFUSED,
  IncompleteSignatureException: CREDENTIALS_REFUSED,
  OptInRequired: CREDENTIALS_REFUSED,
  AccessDeniedException: ACCESS_DENIED,
  ThrottlingException: THROTTLED,
  TooManyRequestsException: THROTTLED,
  ActiveStatementsExceededException: THROTTLED,
  TimeoutError: UNREACHABLE,
  NetworkingError: UNREACHABLE,
};

/** By what the service or the database says; the first that matches. */
export const FAULTS_BY_TEXT: readonly { text: RegExp; fault: Fault }[] = [
  { text: /endpoint doesn't exist|(cluster|workgroup)\b.*\b(not found|does not exist)/i, fault: ENDPOINT_MISSING },
  { text: /authentication failed|user ".*" does not exist|find the specified secret/i, fault: LOGIN_REFUSED },
  { text: /database ".*" does not exist/, fault: DATABASE_MISSING },
  { text: /schema ".*" does not exist/i, fault: SCHEMA_MISSING },
  { text: /permission denied|must be owner/i, fault: ACCESS_DENIED },
  { text: /not authorized to (get credentials of|assume)( IAM)? role/i, fault: COPY_ROLE_REFUSED },
  { text: /S3ServiceException.*(AccessDenied|Status 403)/s, fault: COPY_ACCESS_DENIED },
  { text: /S3ServiceException.*(PermanentRedirect|Status 301)/s, fault: BUCKET_ELSEWHERE },
  { text: /incompatible Parquet schema|Unmatched number of columns|query string larger than/, fault: LAYOUT_REFUSED },
  { text: /S3ServiceException|Spectrum Scan Error/, fault: STAGE_UNREADABLE },
  {
    text: /too long|longer than the length|exceeds the max size|JSON parsing error|NULL value|out of range|overflow|cannot be cast/i,
    fault: VALUE_REFUSED,
  },
  { text: /already exists/, fault: ALREADY_THERE },
  { text: /(relation|column) ".*" (of relation .* )?does not exist|column .* does not exist/, fault: TABLE_CHANGED },
  { text: /\b1023\b|serializable|conflict with concurrent|deadlock/i, fault: CONFLICT },
  { text: /disk full/i, fault: DISK_FULL },
  { text: /cancelled|canceled|aborted|timeout|timed out/i, fault: STATEMENT_STOPPED },
];

export const NETWORK_CODES = /^(E(CONN|NOTFOUND|AI_AGAIN|PIPE|HOST|NET|TIMEDOUT)|CERT_|SELF_SIGNED|UNABLE_TO|ERR_TLS)/;
export const NETWORK_TEXT = /socket hang up|\bE(CONN|NOTFOUND|AI_AGAIN|PIPE|HOST|NET|TIMEDOUT)/;
export { CREDENTIALS_REFUSED, LAYOUT_REFUSED, STATEMENT_STOPPED, UNREACHABLE, VALUE_REFUSED };

import type { FaultParty } from '../../core/errors.ts';
import { ADDRESS_REFUSED } from '../../net/error-codes.ts';

export interface Fault {
  code: string;
  retryable: boolean;
  fault: FaultParty;
  message: string;
  remedy: string;
}

function permanent(code: string, message: string, remedy: string): Fault {
  return { code, message, remedy, retryable: false, fault: 'customer' };
}

function passing(code: string, message: string, remedy = 'Nothing to do: it is tried again.'): Fault {
  return { code, message, remedy, retryable: true, fault: 'destination' };
}

const CREDENTIALS_REFUSED = permanent(
  'postgres_credentials_refused',
  'the server refuses the user or the password',
  'Correct user and password.',
);
const LOGIN_REFUSED = permanent(
  'postgres_login_refused',
  'the server does not let this role log in from here, or not like this',
  "Look at the server's pg_hba.conf or access list: role, database, address, and whether it wants TLS or a client certificate.",
);
const DATABASE_MISSING = permanent(
  'postgres_database_missing',
  'there is no such database',
  'Create the database or correct its name.',
);
const SCHEMA_MISSING = permanent(
  'postgres_schema_missing',
  'there is no such schema',
  'Create the schema or correct its name.',
);
const ACCESS_DENIED = permanent(
  'postgres_access_denied',
  'the role lacks a permission',
  "Grant the permissions that the destination's README lists.",
);
const NOT_A_TABLE = permanent(
  'postgres_not_a_table',
  'the name belongs to something that is no table',
  'Name another table.',
);
const TYPE_MISMATCH = permanent(
  'postgres_type_mismatch',
  'a column has a type that does not take the value',
  'Change the type of the column, or export to another table.',
);
const VALUE_REFUSED = permanent(
  'postgres_value_refused',
  'the server refuses a value',
  'Look at the named line and column of the chunk; widen the type of the column or drop its check, or filter the record out.',
);
const CONSTRAINT_VIOLATED = permanent(
  'postgres_constraint_violated',
  'a row breaks a constraint of the table',
  'Drop or relax the constraint, use merge mode if it is a unique key, or export to another table.',
);
const MERGE_KEY_MISSING = permanent(
  'destination_merge_key_missing',
  'the table has no unique index on the key',
  'Create a primary key or a unique index on the key, or export in append mode.',
);
const RAISED = passing(
  'postgres_trigger_failed',
  'a trigger or function of the table failed',
  'Correct the trigger; it is tried again.',
);
/** Tried again: the next try plans anew with the table as it is then, and creates it if the policy says so. */
const TABLE_CHANGED = passing('postgres_table_changed', 'the table was dropped or changed meanwhile');
const DISK_FULL = passing(
  'postgres_disk_full',
  'the server has no room left',
  'Free or add disk space; it is tried again.',
);
const OUT_OF_MEMORY = passing('postgres_out_of_memory', 'the server has no memory left');
const TOO_MANY_CONNECTIONS = passing(
  'postgres_too_many_connections',
  'the server takes no more connections',
  'Raise max_connections or the limit of the role; it is tried again.',
);
const LIMIT_REACHED = passing(
  'postgres_limit_reached',
  'a limit of the server is reached',
  'Raise the named limit; it is tried again.',
);
const LOCKED = passing(
  'postgres_locked',
  'somebody else holds a lock for too long',
  'Look for long transactions on the table; it is tried again.',
);
const CONFLICT = passing('postgres_conflict', 'another transaction was in the way');
const STATEMENT_STOPPED = passing(
  'postgres_statement_stopped',
  'the statement was cancelled or took too long',
  'Raise statementTimeoutMs if it lasts; it is tried again.',
);
const READ_ONLY = passing(
  'postgres_read_only',
  'the server takes no writes',
  'Name the primary, not a replica; a primary that is full or fails over takes writes again later. It is tried again.',
);
const UNAVAILABLE = passing('postgres_unavailable', 'the server is starting, stopping or failing');
export const UNREACHABLE = passing(
  'postgres_unreachable',
  'no connection to host and port',
  'Check host, port and firewall; it is tried again.',
);
const TLS_UNSUPPORTED = permanent(
  'postgres_tls_unsupported',
  'the server does not offer TLS',
  'Switch TLS on at the server, or choose tlsMode disable on a private network.',
);
const CERTIFICATE_REFUSED = permanent(
  'postgres_certificate_refused',
  "the server's certificate is not trusted, has expired or names another host",
  "Put the provider's certificates into tlsCa; use the host name that the certificate names; or choose verify-ca or require.",
);
const TLS_CONFIG_INVALID = permanent(
  'postgres_tls_config_invalid',
  'tlsCa, tlsClientCertificate or tlsClientKey cannot be read',
  'Enter complete PEM texts; the key must have no passphrase and belong to the certificate.',
);
const ADDRESS_NOT_ALLOWED = permanent(
  'address_not_allowed',
  'host: this host may not be called from here',
  'Use a public host, or ask the operator to allow its network (SLUICE_ALLOWED_CIDRS).',
);
export const LOST = passing(
  'postgres_connection_lost',
  'the connection broke or fell silent',
  'Nothing to do: it is tried again, and a commit whose answer was lost is found in the ledger.',
);
/** Default: unknown failures are retried, losing time is better than losing events. */
export const UNKNOWN: Fault = UNAVAILABLE;

/** By SQLSTATE; the permanent ones are an allow-list. */
export const FAULTS_BY_CODE: Readonly<Record<string, Fault>> = {
  '28P01': CREDENTIALS_REFUSED,
  '28000': LOGIN_REFUSED,
  '3D000': DATABASE_MISSING,
  '3F000': SCHEMA_MISSING,
  '42501': ACCESS_DENIED,
  '42P01': TABLE_CHANGED,
  '42703': TABLE_CHANGED,
  '42P07': NOT_A_TABLE,
  '42809': NOT_A_TABLE,
  '42804': TYPE_MISMATCH,
  '42846': TYPE_MISMATCH,
  '42883': TYPE_MISMATCH,
  '428C9': TYPE_MISMATCH,
  '42P10': MERGE_KEY_MISSING,
  '44000': CONSTRAINT_VIOLATED,
  '53100': DISK_FULL,
  '53200': OUT_OF_MEMORY,
  '53300': TOO_MANY_CONNECTIONS,
  '54000': VALUE_REFUSED,
  '54001': VALUE_REFUSED,
  '55P03': LOCKED,
  '40001': CONFLICT,
  '40P01': CONFLICT,
  '55006': LOCKED,
  '57014': STATEMENT_STOPPED,
  '25006': READ_ONLY,
  '25P02': UNKNOWN,
  '25P03': LOST,
  '25P04': STATEMENT_STOPPED,
  '57P01': LOST,
  '57P04': DATABASE_MISSING,
  '57P05': LOST,
};

/** By the first two characters. */
export const FAULTS_BY_CLASS: Readonly<Record<string, Fault>> = {
  '08': LOST,
  '22': VALUE_REFUSED,
  '23': CONSTRAINT_VIOLATED,
  '28': LOGIN_REFUSED,
  '40': CONFLICT,
  '53': LIMIT_REACHED,
  '54': LIMIT_REACHED,
  '57': UNAVAILABLE,
  P0: RAISED,
};

/** SQLSTATEs whose texts may quote rows. */
export const DATA_FAULTS = /^(?:22|23|44|54|P0|XX|F0|38|39)/;

/** Failures without a SQLSTATE: the network's by code, the driver's by their text. First match wins. */
export const NETWORK_FAULTS: readonly { codes?: RegExp; text?: RegExp; fault: Fault }[] = [
  { codes: new RegExp(`^${ADDRESS_REFUSED}$`), fault: ADDRESS_NOT_ALLOWED },
  {
    codes: /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/,
    fault: CERTIFICATE_REFUSED,
  },
  { codes: /^ERR_OSSL|^ERR_CRYPTO/, fault: TLS_CONFIG_INVALID },
  { text: /does not support SSL/, fault: TLS_UNSUPPORTED },
  { text: /^SASL|client password must be|password must be a string/, fault: CREDENTIALS_REFUSED },
  { codes: /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENODATA)$/, fault: UNREACHABLE },
  { text: /timeout expired|timeout exceeded when trying to connect/, fault: UNREACHABLE },
  {
    text: /Connection terminated|connection error|Client has encountered|not queryable|Client was closed/,
    fault: LOST,
  },
];

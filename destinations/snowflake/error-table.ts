import type { FaultParty } from '../../core/errors.ts';

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

function passing(code: string, message: string, remedy: string, fault: FaultParty = 'destination'): Fault {
  return { code, message, remedy, retryable: true, fault };
}

const NOTHING = 'Nothing to do: it is tried again.';

const CREDENTIALS_REFUSED = permanent(
  'snowflake_credentials_refused',
  'Snowflake refuses the user, or its password or key',
  'Correct user and password, or register the public key of privateKey with the user.',
);
const LOGIN_FORBIDDEN = permanent(
  'snowflake_login_forbidden',
  'Snowflake lets this user not in from here',
  "Allow the worker's address in the network policy, unlock the user, or use a user of type SERVICE, which needs no second factor.",
);
export const ACCOUNT_MISSING = permanent(
  'snowflake_account_missing',
  'there is no such account',
  'Correct account: it is what stands before .snowflakecomputing.com.',
);
const ROLE_REFUSED = permanent(
  'snowflake_role_refused',
  'the role does not exist, or the user does not have it',
  'Grant the role to the user, or correct role.',
);
const ACCESS_DENIED = permanent(
  'snowflake_access_denied',
  'the role may not do this',
  "Grant what the destination's README lists.",
);
export const WAREHOUSE_MISSING = permanent(
  'snowflake_warehouse_missing',
  'there is no such warehouse, or the role may not use it',
  'Grant USAGE on the warehouse to the role, or correct warehouse.',
);
export const DATABASE_MISSING = permanent(
  'snowflake_database_missing',
  'there is no such database, or the role may not use it',
  'Create the database, grant USAGE on it to the role, or correct database.',
);
export const SCHEMA_MISSING = permanent(
  'snowflake_schema_missing',
  'there is no such schema, or the role may not use it',
  'Create the schema, grant USAGE on it to the role, or correct schema.',
);
export const VALUE_REFUSED = permanent(
  'snowflake_value_refused',
  'Snowflake refuses a value',
  'Widen the column or let it be NULL, filter the record out, or export to another table.',
);
const WAREHOUSE_UNAVAILABLE = passing(
  'snowflake_warehouse_unavailable',
  'the warehouse does not run and does not resume by itself',
  'Resume the warehouse, and set AUTO_RESUME = TRUE.',
  'customer',
);
const QUOTA_EXCEEDED = passing(
  'snowflake_quota_exceeded',
  'a resource monitor has stopped the warehouse',
  'It is tried again. If it lasts: raise the quota of the resource monitor, or use another warehouse.',
  'customer',
);
/** Tried again: the next try looks at the table anew. */
const TABLE_CHANGED = passing('snowflake_table_changed', 'a table was dropped or changed meanwhile', NOTHING);
const ALREADY_THERE = passing('snowflake_table_exists', 'somebody else created it at the same moment', NOTHING);
const CONFLICT = passing('snowflake_conflict', 'another transaction was in the way for too long', NOTHING);
const STATEMENT_STOPPED = passing(
  'snowflake_statement_stopped',
  'the statement was cancelled or took too long',
  'Use a larger warehouse or raise statementTimeoutMs; it is tried again.',
);
const FILE_UNREADABLE = passing('snowflake_file_unreadable', 'a staged file could not be read', NOTHING);
const SESSION_LOST = passing('snowflake_session_lost', 'the session has ended', NOTHING);
export const UNREACHABLE = passing(
  'snowflake_unreachable',
  'no connection to Snowflake',
  "Check account, and the worker's way to the internet; it is tried again.",
);
/** A chunk is a file there while the SDK sends it. */
export const WORKER_DISK_FULL = passing(
  'snowflake_worker_disk_full',
  "the worker's disk is full",
  "Make room in the worker's folder for temporary files (TMPDIR); it is tried again.",
  'platform',
);
/** Default: what is not known to be permanent is tried again. */
export const UNAVAILABLE = passing('snowflake_unavailable', 'Snowflake failed', NOTHING);

/** By Snowflake's code. The permanent ones are an allow-list. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  '390100': CREDENTIALS_REFUSED,
  '390144': CREDENTIALS_REFUSED,
  '394300': CREDENTIALS_REFUSED,
  '394400': CREDENTIALS_REFUSED,
  '390101': LOGIN_FORBIDDEN,
  '390102': LOGIN_FORBIDDEN,
  '390127': LOGIN_FORBIDDEN,
  '390197': LOGIN_FORBIDDEN,
  '390420': LOGIN_FORBIDDEN,
  '390422': LOGIN_FORBIDDEN,
  '390186': ROLE_REFUSED,
  '390189': ROLE_REFUSED,
  '003013': ROLE_REFUSED,
  '003001': ACCESS_DENIED,
  '000606': WAREHOUSE_UNAVAILABLE,
  '090073': QUOTA_EXCEEDED,
  '002003': TABLE_CHANGED,
  '000904': TABLE_CHANGED,
  '002002': ALREADY_THERE,
  '001430': ALREADY_THERE,
  '000625': CONFLICT,
  '000629': CONFLICT,
  '000604': STATEMENT_STOPPED,
  '000630': STATEMENT_STOPPED,
  '091016': FILE_UNREADABLE,
  '390111': SESSION_LOST,
  '390112': SESSION_LOST,
  '390114': SESSION_LOST,
  '407001': SESSION_LOST,
  '407002': SESSION_LOST,
  '401001': UNREACHABLE,
  '401006': UNREACHABLE,
  '100035': VALUE_REFUSED,
  '100037': VALUE_REFUSED,
  '100038': VALUE_REFUSED,
  '100039': VALUE_REFUSED,
  '100040': VALUE_REFUSED,
  '100046': VALUE_REFUSED,
  '100069': VALUE_REFUSED,
  '100071': VALUE_REFUSED,
  '100072': VALUE_REFUSED,
  '100078': VALUE_REFUSED,
  '100082': VALUE_REFUSED,
};

/** Their text names the thing or the permission that is missing, and never a value or a secret. */
export const TELLING = new Set([ACCESS_DENIED, TABLE_CHANGED, ROLE_REFUSED]);

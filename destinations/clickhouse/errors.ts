import { errorCode, type FaultParty, isSluiceError, SluiceError } from '../../core/errors.ts';

interface Fault {
  code: string;
  retryable: boolean;
  fault: FaultParty;
  message: string;
  remedy: string;
}

const CREDENTIALS_REFUSED: Fault = {
  code: 'clickhouse_target_credentials_refused',
  retryable: false,
  fault: 'customer',
  message: 'the server refuses username or password, or this address',
  remedy: "Enter a valid username and password; let the user's host list allow the worker.",
};
const PRIVILEGE_MISSING: Fault = {
  code: 'clickhouse_target_privilege_missing',
  retryable: false,
  fault: 'customer',
  message: 'the user may not do this',
  remedy: "Grant what the destination's README lists; the user's profile must not be readonly.",
};
const DATABASE_MISSING: Fault = {
  code: 'clickhouse_target_database_missing',
  retryable: false,
  fault: 'customer',
  message: 'there is no such database',
  remedy: 'Create the database, or correct the field database.',
};
const TABLE_CHANGED: Fault = {
  code: 'clickhouse_target_table_changed',
  retryable: false,
  fault: 'customer',
  message: 'the table was dropped or altered while the interval was being loaded',
  remedy: 'Run the interval again; do not alter the table while a run is under way.',
};
const CONSTRAINT_VIOLATED: Fault = {
  code: 'clickhouse_target_constraint_violated',
  retryable: false,
  fault: 'customer',
  message: 'a row breaks a CONSTRAINT of the table',
  remedy: 'Drop the constraint, or filter such rows out of the export.',
};
const OVERLOADED: Fault = {
  code: 'clickhouse_target_overloaded',
  retryable: true,
  fault: 'destination',
  message: 'the server is at a limit of its own',
  remedy: 'Nothing to do: it is tried again. If it stays, raise the limit or export larger intervals.',
};
const DISK_FULL: Fault = {
  code: 'clickhouse_target_disk_full',
  retryable: true,
  fault: 'destination',
  message: 'the server has no space left',
  remedy: 'Free space on the server; it is tried again.',
};
/** Default: unknown failures are retried, losing time is better than losing events. */
const UNAVAILABLE: Fault = {
  code: 'clickhouse_target_unavailable',
  retryable: true,
  fault: 'destination',
  message: 'the server failed',
  remedy: 'Nothing to do: it is tried again.',
};
const UNREACHABLE: Fault = {
  code: 'clickhouse_target_unreachable',
  retryable: true,
  fault: 'destination',
  message: 'no connection to the server',
  remedy: 'Check that the url is right and the server reachable; it is tried again.',
};
const TLS_FAILED: Fault = {
  code: 'clickhouse_target_tls_failed',
  retryable: false,
  fault: 'customer',
  message: 'the TLS connection is not trusted, or the port speaks no TLS',
  remedy: 'Use a certificate of a public authority, and the HTTPS port (8443) with https://.',
};
const ADDRESS_REFUSED: Fault = {
  code: 'address_not_allowed',
  retryable: false,
  fault: 'customer',
  message: 'url: this host may not be called from here',
  remedy: 'Use a public host, or ask the operator to allow its network (SLUICE_ALLOWED_CIDRS).',
};

/** By ClickHouse's error number. Permanent ones are an allow-list. */
const BY_NUMBER: ReadonlyMap<number, Fault> = new Map([
  ...[192, 193, 194, 195, 516].map((number) => [number, CREDENTIALS_REFUSED] as const),
  // READONLY, ACCESS_DENIED, QUERY_IS_PROHIBITED, SETTING_CONSTRAINT_VIOLATION
  ...[164, 392, 452, 497].map((number) => [number, PRIVILEGE_MISSING] as const),
  [81, DATABASE_MISSING],
  // BAD_ARGUMENTS is the answer to parts of another sorting or partition key.
  ...[10, 16, 36, 122].map((number) => [number, TABLE_CHANGED] as const),
  [469, CONSTRAINT_VIOLATED],
  // TIMEOUT_EXCEEDED, TOO_SLOW, QUOTA_EXCEEDED, TOO_MANY_SIMULTANEOUS_QUERIES, MEMORY_LIMIT_EXCEEDED, TOO_MANY_PARTS
  ...[159, 160, 201, 202, 241, 252, 290].map((number) => [number, OVERLOADED] as const),
  [243, DISK_FULL],
]);

/** A write that ends half-way has one of several numbers, and says so. */
const ENDED_FOR_SPACE = /\berrno: 28\b|No space left on device/;

const BY_STATUS: ReadonlyMap<number, Fault> = new Map([
  [401, CREDENTIALS_REFUSED],
  [403, CREDENTIALS_REFUSED],
  [429, OVERLOADED],
  [503, OVERLOADED],
]);

/** UNKNOWN_TABLE, TABLE_IS_DROPPED */
export const TABLE_GONE: readonly number[] = [60, 218];
export const TABLE_EXISTS = 57;

/** A SluiceError that still knows ClickHouse's number, for the few places that decide by it. */
export class ServerRefusal extends SluiceError {
  readonly serverCode: number | undefined;

  constructor(fault: Fault, serverCode: number | undefined) {
    const detail = serverCode === undefined ? '' : ` (ClickHouse error ${String(serverCode)})`;
    super({ ...fault, message: `${fault.message}${detail}` });
    this.serverCode = serverCode;
  }
}

export function serverCodeOf(error: unknown): number | undefined {
  return isSluiceError(error) ? (error as Partial<ServerRefusal>).serverCode : undefined;
}

/**
 * An answer that is no success. Only the number is told: the server's text repeats the statement, and for values that it
 * cannot read also the data.
 */
export function refusalOf(answer: { status: number; exceptionCode: string | undefined; text: string }): SluiceError {
  const number = Number(answer.exceptionCode ?? /^Code: (\d+)\./m.exec(answer.text)?.[1] ?? NaN);
  if (Number.isNaN(number)) {
    const fault = BY_STATUS.get(answer.status) ?? UNAVAILABLE;
    return new SluiceError({ ...fault, message: `${fault.message} (HTTP status ${String(answer.status)})` });
  }
  const unlisted = ENDED_FOR_SPACE.test(answer.text) ? DISK_FULL : UNAVAILABLE;
  return new ServerRefusal(BY_NUMBER.get(number) ?? unlisted, number);
}

const TLS_CODE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO)/;

/** A connection that failed. */
export function connectionError(error: unknown): SluiceError {
  if (isSluiceError(error)) {
    return error;
  }
  const code = errorCode(error) ?? '';
  if (code === 'SLUICE_ADDRESS_REFUSED') {
    return new SluiceError(ADDRESS_REFUSED);
  }
  const fault = TLS_CODE.test(code) ? TLS_FAILED : UNREACHABLE;
  return new SluiceError({ ...fault, message: `${fault.message}${code === '' ? '' : ` (${code})`}` });
}

export function tableUnsupported(table: string, detail: string): SluiceError {
  return new SluiceError({
    code: 'clickhouse_target_table_unsupported',
    message: `table ${table}: ${detail}`,
    retryable: false,
    fault: 'customer',
    remedy: "Export to another table; the destination's README says which tables it can fill exactly once.",
  });
}

/** Another attempt is at the same step. */
export function stageContended(detail: string): SluiceError {
  return new SluiceError({
    code: 'clickhouse_target_stage_contended',
    message: `another attempt works on the interval: ${detail}`,
    retryable: true,
    fault: 'platform',
    remedy: 'Nothing to do: it is tried again.',
  });
}

/** The server stored another number of rows than it was sent. */
export function rowsDiffer(table: string, sent: number, stored: number): SluiceError {
  return new SluiceError({
    code: 'clickhouse_target_rows_differ',
    message: `${table} holds ${String(stored)} rows instead of ${String(sent)}`,
    retryable: true,
    fault: 'destination',
    remedy: 'Nothing to do: the stage is filled again.',
  });
}

export function databaseMissing(): SluiceError {
  return new SluiceError(DATABASE_MISSING);
}

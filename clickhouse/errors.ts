import { errorMessage, isSluiceError, SluiceError } from '../core/errors.ts';
import { PAGE_TOO_LARGE } from '../core/page-bytes.ts';

/**
 * ClickHouse error numbers that no retry of the same statement cures: syntax, unknown names, types. What the server
 * refuses our user (rights, password, readonly) is none of them: an operator gives it back, and until then runs and
 * retries wait, instead of ending for good by a fault of ours.
 */
const PERMANENT_CODES = new Set(['36', '43', '44', '46', '47', '53', '60', '62', '81', '115', '456']);
/** UNKNOWN_USER, REQUIRED_PASSWORD, AUTHENTICATION_FAILED; READONLY and ACCESS_DENIED. */
const ACCESS_CODES = new Set(['192', '194', '516', '164', '497']);
/** TOO_MANY_ROWS_OR_BYTES: of a statement with `max_result_bytes`. */
const TOO_LARGE = '396';
/** TOO_MANY_ROWS, TIMEOUT_EXCEEDED, TOO_SLOW, TOO_MANY_BYTES: of what a statement reads. */
const TOO_LONG = new Set(['158', '159', '160', '307']);
/** Code of a statement that reads more than it may, in time, rows or bytes: read less at once. */
export const READ_TOO_LONG = 'clickhouse_read_too_long';
/** NOT_ENOUGH_SPACE: what is to be written does not fit. A write that ends half-way has other numbers, and says so. */
const NO_SPACE = '243';
const ENDED_FOR_SPACE = /\berrno: (?:28|122)\b|No space left on device|Disk quota exceeded/;
/**
 * TABLE_IS_READ_ONLY of a replica that has lost its keeper, NOT_INITIALIZED of one that has not found it since its start,
 * NO_ZOOKEEPER and KEEPER_EXCEPTION of a write that it does not answer; TABLE_IS_PERMANENTLY_READ_ONLY of settings.
 */
const READ_ONLY_CODES = new Set(['242', '667', '225', '999', '774']);

/** TOO_MANY_PARTS: what a disk that is nearly full answers first, since it has no room left for merges; so does one that is slow. */
const TOO_MANY_PARTS = '252';
/**
 * What was written cannot be read: CHECKSUM_DOESNT_MATCH, NO_FILE_IN_DATA_PART, UNEXPECTED_FILE_IN_DATA_PART,
 * BAD_SIZE_OF_FILE_IN_DATA_PART, CORRUPTED_DATA, CANNOT_DECOMPRESS, UNKNOWN_CODEC. Merges on a full disk have made such parts.
 */
const DAMAGED_CODES = new Set(['40', '226', '227', '228', '246', '271', '432']);

const ACCESS_DENIED = {
  code: 'clickhouse_access_denied',
  remedy:
    'Check CLICKHOUSE_USERNAME and CLICKHOUSE_PASSWORD, the grants of that user, and that its profile is not readonly.',
};
const DISK_FULL = {
  code: 'clickhouse_disk_full',
  remedy: "Make room on ClickHouse's disk, or enlarge it; what waits goes on by itself.",
};
const READ_ONLY = {
  code: 'clickhouse_read_only',
  remedy:
    'Bring back ClickHouse Keeper, which the replica has lost, or take `table_readonly` from the table; what waits goes on by itself.',
};
const MANY_PARTS = {
  code: 'clickhouse_too_many_parts',
  remedy:
    'Look whether its disk has room for merges (`system.disks`, `system.merges`), and make fewer, larger inserts; what waits goes on by itself.',
};
const DAMAGED = {
  code: 'clickhouse_data_damaged',
  remedy:
    'If it stays: `CHECK TABLE` names the part; a replica fetches it anew once it is detached, otherwise restore it from a backup.',
};
/** An error text may quote data; what goes into logs is bounded. */
const MAX_MESSAGE_CHARS = 500;

/** Anything thrown by the driver, as a SluiceError of the platform: the event store is ours, never the customer's. */
export function toClickHouseFault(error: unknown): SluiceError {
  if (isSluiceError(error)) {
    return error;
  }
  const number = serverCode(error);
  const whole = errorMessage(error);
  const text = whole.slice(0, MAX_MESSAGE_CHARS);
  if (number === undefined) {
    return unavailable(text, error);
  }
  return new SluiceError({
    ...refusalOf(number, whole),
    message: `ClickHouse error ${number}: ${text}`,
    retryable: !PERMANENT_CODES.has(number),
    fault: 'platform',
    // No cause: the server's text repeats the whole statement, which may be megabytes, wherever the error is logged.
  });
}

function refusalOf(number: string, text: string): { code: string; remedy?: string } {
  if (number === TOO_LARGE) {
    return { code: PAGE_TOO_LARGE };
  }
  if (TOO_LONG.has(number)) {
    return { code: READ_TOO_LONG };
  }
  if (ACCESS_CODES.has(number)) {
    return ACCESS_DENIED;
  }
  if (READ_ONLY_CODES.has(number)) {
    return READ_ONLY;
  }
  if (number === TOO_MANY_PARTS) {
    return MANY_PARTS;
  }
  if (DAMAGED_CODES.has(number)) {
    return DAMAGED;
  }
  const full = number === NO_SPACE || (!PERMANENT_CODES.has(number) && ENDED_FOR_SPACE.test(text));
  return full ? DISK_FULL : { code: 'clickhouse_error' };
}

function unavailable(text: string, cause: unknown): SluiceError {
  return new SluiceError({
    code: 'clickhouse_unavailable',
    message: `ClickHouse could not be reached: ${text}`,
    retryable: true,
    fault: 'platform',
    remedy: 'Check that CLICKHOUSE_URL is right and that the server is up.',
    cause,
  });
}

/** The driver's ClickHouseError carries the server's number in `code`, as digits; Node's socket errors do not. */
function serverCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^\d+$/.test(code) ? code : undefined;
}

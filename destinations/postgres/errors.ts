import { errorCode, errorMessage, type FaultParty, SluiceError } from '../../core/errors.ts';
import {
  DATA_FAULTS,
  FAULTS_BY_CODE,
  FAULTS_BY_CLASS,
  type Fault,
  LOST,
  NETWORK_FAULTS,
  UNKNOWN,
  UNREACHABLE,
} from './error-table.ts';

/** The fields of a server's error that are read. Not its detail, hint or context as a whole: these hold values of rows. */
interface ServerError {
  message: string;
  code: string | undefined;
  table: string | undefined;
  column: string | undefined;
  constraint: string | undefined;
  /** `line 3, column properties`, out of the context of a COPY. */
  place: string | undefined;
}

const MAX_TEXT = 300;

function field(error: unknown, name: string): string | undefined {
  const value = (error as Record<string, unknown> | null)?.[name];
  return typeof value === 'string' && value !== '' ? printable(value) : undefined;
}

/** One line, without NUL, which PostgreSQL could not store when it is written into a run. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, MAX_TEXT);
}

function readError(error: unknown): ServerError {
  const place = /COPY [^\n]*, (line \d+(?:, column [^\s:"]+)?)/.exec(String((error as { where?: unknown }).where));
  return {
    message: printable(errorMessage(error)),
    code: errorCode(error),
    table: field(error, 'table'),
    column: field(error, 'column'),
    constraint: field(error, 'constraint'),
    place: place?.[1],
  };
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);
}

function faultOf({ code, message }: ServerError): Fault {
  if (code !== undefined && isSqlState(code)) {
    return FAULTS_BY_CODE[code] ?? FAULTS_BY_CLASS[code.slice(0, 2)] ?? UNKNOWN;
  }
  const known = NETWORK_FAULTS.find(
    ({ codes, text }) => codes?.test(code ?? '') === true || text?.test(message) === true,
  );
  return known?.fault ?? (code === undefined ? UNKNOWN : LOST);
}

/** True when no server has answered at all: what it refuses, it has read. */
export function isUnanswered(error: unknown): boolean {
  const read = readError(error);
  const answered = read.code !== undefined && isSqlState(read.code);
  return !answered && [UNREACHABLE, LOST].includes(faultOf(read));
}

/** What the server says of data and of the customer's own triggers may quote rows; of everything else it names things. */
function quoted(error: ServerError, secret: string | undefined): string {
  const { code, message, table, column, constraint, place } = error;
  if (code !== undefined && isSqlState(code) && DATA_FAULTS.test(code)) {
    const names = { table, column, constraint };
    const known = Object.entries(names).flatMap(([kind, name]) => (name === undefined ? [] : [`${kind} ${name}`]));
    return [code, place, ...known].filter((part) => part !== undefined).join(', ');
  }
  const text = secret === undefined || secret === '' ? message : message.replaceAll(secret, '***');
  return code === undefined ? text : `${code}: ${text}`;
}

/**
 * Maps whatever the driver threw while doing `action` ("commit the interval"). The driver's error is not kept as cause:
 * it holds rows. `secret` is taken out of the text.
 */
export function postgresError(error: unknown, action: string, secret?: string): SluiceError {
  const read = readError(error);
  const { code, message, retryable, fault, remedy } = faultOf(read);
  return new SluiceError({
    code,
    message: `could not ${action}: ${message} (${quoted(read, secret)})`,
    retryable,
    fault,
    remedy,
  });
}

function stageError(code: string, message: string, remedy: string, fault: FaultParty): SluiceError {
  return new SluiceError({ code, message, remedy, retryable: false, fault });
}

/** Stages are unlogged: a crash of the server, a failover or somebody's DROP empties them, and only a new load helps. */
export function stageLost(detail: string): SluiceError {
  return stageError(
    'postgres_stage_lost',
    `what was staged is not there any more: ${detail}`,
    'Run the interval again: it is loaded anew. The server has crashed or failed over, or somebody has dropped the table.',
    'destination',
  );
}

/** A trigger, rule or policy kept rows out without an error: the interval would be incomplete without anyone knowing. */
export function rowsRefused(table: string, written: number, staged: number): SluiceError {
  return stageError(
    'postgres_rows_refused',
    `table ${table} took ${String(written)} of ${String(staged)} rows`,
    'Remove the trigger, rule or policy that keeps rows out, or export to another table.',
    'customer',
  );
}

export function encodingUnsupported(encoding: string): SluiceError {
  return stageError(
    'postgres_encoding_unsupported',
    `the database's encoding is ${printable(encoding)}, which cannot hold every text`,
    'Use a database with the encoding UTF8.',
    'customer',
  );
}

export function schemaMissing(schema: string): SluiceError {
  return stageError(
    'postgres_schema_missing',
    `there is no schema ${schema}`,
    'Create the schema or correct its name.',
    'customer',
  );
}

export function privilegeMissing(privilege: string, on: string): SluiceError {
  return stageError(
    'postgres_access_denied',
    `the role may not ${privilege} ${on}`,
    "Grant the permissions that the destination's README lists.",
    'customer',
  );
}

/** COPY counts other rows than the source: nothing was stored. */
export function countDiffers(copied: number, sent: number): SluiceError {
  return new SluiceError({
    code: 'postgres_count_differs',
    message: `the server copied ${String(copied)} rows of ${String(sent)}`,
    retryable: true,
    fault: 'platform',
    remedy: 'Nothing to do: it is tried again. Report it if it stays.',
  });
}

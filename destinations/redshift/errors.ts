import { errorCode, errorMessage, isSluiceError, SluiceError } from '../../core/errors.ts';
import {
  FAULTS_BY_NAME,
  FAULTS_BY_TEXT,
  LAYOUT_REFUSED,
  NETWORK_CODES,
  NETWORK_TEXT,
  STATEMENT_STOPPED,
  UNAVAILABLE,
  UNREACHABLE,
  VALUE_REFUSED,
  type Fault,
} from './error-table.ts';

const MAX_TEXT = 300;

/** Maps what the SDK threw while doing `action` ("load the interval"). Its error is not kept as cause: it holds the request. */
export function apiError(error: unknown, action: string): SluiceError {
  if (isSluiceError(error)) {
    // The role could not be assumed while the request was signed.
    return error;
  }
  const name = (error as { name?: unknown } | null)?.name;
  const text = errorMessage(error);
  const known = typeof name === 'string' ? FAULTS_BY_NAME[name] : undefined;
  return made(known ?? faultOfText(text) ?? networkFault(error, text) ?? UNAVAILABLE, action, text);
}

/** Maps the error of a statement that ended as FAILED or ABORTED. */
export function statementError(status: string, text: string, action: string): SluiceError {
  const fault = status === 'ABORTED' ? STATEMENT_STOPPED : (faultOfText(text) ?? UNAVAILABLE);
  return made(fault, action, text);
}

export function statementTimedOut(action: string): SluiceError {
  return made(STATEMENT_STOPPED, action, 'statementTimeoutMs is over');
}

/** Staged files, or what was copied from them, are not what the receipts say; only a new load helps. */
export function stageLost(detail: string): SluiceError {
  return new SluiceError({
    code: 'redshift_stage_lost',
    message: `what was staged is not there any more, or not as it was planned: ${detail}`,
    retryable: false,
    fault: 'destination',
    remedy: 'Run the interval again: it is loaded anew. Somebody has changed the table or the staged files.',
  });
}

/** The encoding sets such rows aside; one that comes nevertheless cannot be cut. */
export function rowTooLong(maxBytes: number): SluiceError {
  return made(LAYOUT_REFUSED, 'write the rows', `a row has more than ${String(maxBytes)} bytes`);
}

function faultOfText(text: string): Fault | undefined {
  return FAULTS_BY_TEXT.find((known) => known.text.test(text))?.fault;
}

function networkFault(error: unknown, text: string): Fault | undefined {
  return NETWORK_CODES.test(errorCode(error) ?? '') || NETWORK_TEXT.test(text) ? UNREACHABLE : undefined;
}

function made({ code, message, retryable, fault, remedy }: Fault, action: string, text: string): SluiceError {
  const quoted = quotable(code, text);
  return new SluiceError({
    code,
    message: `could not ${action}: ${message}${quoted === '' ? '' : ` (${quoted})`}`,
    retryable,
    fault,
    remedy,
  });
}

/**
 * One line. What the service says of credentials repeats parts of the request, and what the database says of a value
 * may quote the row: of the former nothing is quoted, of the latter only the column.
 */
function quotable(code: string, text: string): string {
  if (code === VALUE_REFUSED.code) {
    return /\bcolumn [\w".]+/i.exec(text)?.[0] ?? '';
  }
  if (FAULTS_BY_NAME['InvalidSignatureException']?.code === code) {
    return '';
  }
  const context = /context:\s*(.*)/.exec(text)?.[1] ?? '';
  const first = text.split(/\n\s*Detail:/)[0] ?? '';
  return `${first} ${context}`
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_TEXT);
}

export function commitConflict(): SluiceError {
  return new SluiceError({
    code: 'redshift_conflict',
    message: 'other commits of the interval went through again and again',
    retryable: true,
    fault: 'destination',
    remedy: 'Nothing to do: it is tried again.',
  });
}

export function privilegeMissing(privilege: string, on: string): SluiceError {
  return new SluiceError({
    code: 'redshift_access_denied',
    message: `the database user may not ${privilege} ${on}`,
    retryable: false,
    fault: 'customer',
    remedy: "Grant the permissions that the destination's README lists.",
  });
}

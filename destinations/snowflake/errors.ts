import { errorCode, errorMessage, SluiceError } from '../../core/errors.ts';
import { ACCOUNT_MISSING, FAULTS, TELLING, UNAVAILABLE, WORKER_DISK_FULL, type Fault } from './error-table.ts';

const MAX_TEXT = 300;

interface SdkError {
  code?: string | number;
  response?: { statusCode?: number; status?: number };
}

/** Snowflake's code of what the SDK threw, six digits. */
function vendorCode(error: unknown): string {
  const code = (error as SdkError | null)?.code;
  return code === undefined ? '' : String(code).padStart(6, '0');
}

/** What USE and others answer for a name that is not there, or that the role may not see. */
export function saysMissing(error: unknown): boolean {
  return ['002003', '002043'].includes(vendorCode(error));
}

/** Maps what the SDK threw while doing `action`. Its error is not kept as cause: it holds requests and answers. */
export function sdkError(error: unknown, action: string): SluiceError {
  const code = vendorCode(error);
  const fault = FAULTS[code] ?? UNAVAILABLE;
  const text = TELLING.has(fault) ? oneLine(errorMessage(error)) : '';
  return made(fault, action, [code, text].filter((part) => part !== '').join(': '));
}

/** As `sdkError`, for the login, where any host that is not the account's answers 403 or 404. */
export function loginError(error: unknown): SluiceError {
  const { response } = error as SdkError;
  const status = response?.statusCode ?? response?.status;
  return status === 403 || status === 404
    ? made(ACCOUNT_MISSING, 'log in', `HTTP status ${String(status)}`)
    : sdkError(error, 'log in');
}

/** What USE was refused for; the vendor has one code for all of them. */
export function contextError(fault: Fault, name: string): SluiceError {
  return made(fault, `use ${name}`, '');
}

/** A failure at a file of the worker's own; what is not for want of room stays as it is. */
export function localFileError(error: unknown): unknown {
  const code = errorCode(error) ?? '';
  return code === 'ENOSPC' || code === 'EDQUOT' ? made(WORKER_DISK_FULL, 'write the chunk', code) : error;
}

function made({ code, message, retryable, fault, remedy }: Fault, action: string, detail: string): SluiceError {
  const told = detail === '' ? '' : ` (${detail})`;
  return new SluiceError({ code, message: `could not ${action}: ${message}${told}`, retryable, fault, remedy });
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_TEXT);
}

function passing(code: string, message: string): SluiceError {
  return new SluiceError({
    code,
    message,
    retryable: true,
    fault: 'destination',
    remedy: 'Nothing to do: it is tried again.',
  });
}

/** The SDK reports some failed uploads as a row without a status. */
export function uploadFailed(file: string, status: string | null | undefined): SluiceError {
  return passing('snowflake_upload_failed', `${file} was not uploaded (status ${status ?? 'unknown'})`);
}

/** Snowflake loaded another number of rows than were staged. */
export function rowsDiffer(staged: number, loaded: number): SluiceError {
  return passing('snowflake_rows_differ', `${String(loaded)} rows were loaded instead of ${String(staged)}`);
}

/** The transaction was not this attempt's any more when it ended: Snowflake ends one that is silent for minutes. */
export function transactionLost(): SluiceError {
  return passing('snowflake_transaction_lost', 'Snowflake has rolled the transaction back');
}

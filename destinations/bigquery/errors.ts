import { errorCode, type FaultParty, isSluiceError, SluiceError } from '../../core/errors.ts';
import { type ErrorProto, protoOf } from '../google/error-proto.ts';

export type { ErrorProto } from '../google/error-proto.ts';

interface Fault {
  code: string;
  retryable: boolean;
  fault: FaultParty;
  message: string;
  remedy: string;
}

const CREDENTIALS_REFUSED: Fault = {
  code: 'bigquery_credentials_refused',
  retryable: false,
  fault: 'customer',
  message: 'Google refuses the service account or its key',
  remedy: 'Create a new key for the service account and enter its JSON file (serviceAccountKey).',
};
/** Google gave the token itself: the next attempt gets another one, or hears that the key is not good any more. */
const TOKEN_REFUSED: Fault = {
  code: 'bigquery_token_refused',
  retryable: true,
  fault: 'destination',
  message: 'Google refuses a token that it gave',
  remedy: 'Nothing to do: it is tried again with a new one.',
};
const IMPERSONATION_DENIED: Fault = {
  code: 'bigquery_impersonation_denied',
  retryable: false,
  fault: 'customer',
  message: 'the service account may not act as the account in impersonate, or that account does not exist',
  remedy: 'Grant Service Account Token Creator on it, or correct impersonate.',
};
const ACCESS_DENIED: Fault = {
  code: 'bigquery_access_denied',
  retryable: false,
  fault: 'customer',
  message: 'the service account lacks a permission',
  remedy: "Grant the roles that the destination's README lists.",
};
const PROJECT_UNUSABLE: Fault = {
  code: 'bigquery_project_unusable',
  retryable: false,
  fault: 'customer',
  message: 'the project does not offer BigQuery: its interface or its billing is off',
  remedy: 'Enable the BigQuery API and billing for the project in projectId.',
};
const DATASET_MISSING: Fault = {
  code: 'bigquery_dataset_missing',
  retryable: false,
  fault: 'customer',
  message: 'there is no such dataset, or the service account may not see it',
  remedy: 'Create the dataset, or correct projectId and datasetId.',
};
const TABLE_GONE: Fault = {
  code: 'bigquery_table_gone',
  retryable: true,
  fault: 'destination',
  message: 'a table that was there has disappeared',
  remedy: 'Nothing to do: it is tried again, and the table is created anew.',
};
const QUOTA_EXCEEDED: Fault = {
  code: 'bigquery_quota_exceeded',
  retryable: true,
  fault: 'customer',
  message: 'a quota of the project or of the table is used up',
  remedy: 'It is tried again. If it lasts: export less often, or raise the quota.',
};
const THROTTLED: Fault = {
  code: 'bigquery_throttled',
  retryable: true,
  fault: 'destination',
  message: 'BigQuery asks to slow down',
  remedy: 'Nothing to do: it is tried again.',
};
const CONFLICT: Fault = {
  code: 'bigquery_transaction_conflict',
  retryable: true,
  fault: 'destination',
  message: 'somebody else was changing the same table',
  remedy: 'Nothing to do: it is tried again.',
};
const STATEMENT_REFUSED: Fault = {
  code: 'bigquery_statement_refused',
  retryable: true,
  fault: 'destination',
  message: 'BigQuery refused a statement or a file',
  remedy: 'It is tried again. If it lasts: look the job up in the project; the table may have been changed meanwhile.',
};
const CANCELLED: Fault = {
  code: 'bigquery_job_cancelled',
  retryable: true,
  fault: 'destination',
  message: 'the job was cancelled in the project',
  remedy: 'Nothing to do: it is tried again.',
};
const UNREACHABLE: Fault = {
  code: 'bigquery_unreachable',
  retryable: true,
  fault: 'destination',
  message: 'BigQuery could not be reached',
  remedy: "Nothing to do, unless it lasts: then check the worker's way to the internet.",
};
/** Default: what is not known to be permanent is tried again. */
const UNAVAILABLE: Fault = {
  code: 'bigquery_unavailable',
  retryable: true,
  fault: 'destination',
  message: 'BigQuery failed',
  remedy: 'Nothing to do: it is tried again.',
};

/** By the reason of an answer or of a job. Permanent ones are an allow-list. */
const BY_REASON: Readonly<Record<string, Fault>> = {
  invalid_grant: CREDENTIALS_REFUSED,
  invalid_client: CREDENTIALS_REFUSED,
  unauthorized_client: CREDENTIALS_REFUSED,
  authError: TOKEN_REFUSED,
  accessDenied: ACCESS_DENIED,
  insufficientPermissions: ACCESS_DENIED,
  forbidden: ACCESS_DENIED,
  accessNotConfigured: PROJECT_UNUSABLE,
  SERVICE_DISABLED: PROJECT_UNUSABLE,
  billingNotEnabled: PROJECT_UNUSABLE,
  notFound: TABLE_GONE,
  quotaExceeded: QUOTA_EXCEEDED,
  dailyLimitExceeded: QUOTA_EXCEEDED,
  rateLimitExceeded: THROTTLED,
  userRateLimitExceeded: THROTTLED,
  jobRateLimitExceeded: THROTTLED,
  stopped: CANCELLED,
  invalid: STATEMENT_REFUSED,
  invalidQuery: STATEMENT_REFUSED,
};

/** These name the permission or the thing that is missing, and never a value. */
const TELLING = new Set(['accessDenied', 'insufficientPermissions', 'notFound']);
const CONFLICT_TEXT = /due to concurrent update|Could not serialize access/;

/**
 * What a job's error or an answer's error means. The server's text is passed on for a few reasons only: others repeat
 * statements and values.
 */
export function refusalOf({ reason, message }: ErrorProto, action: string): SluiceError {
  const fault = CONFLICT_TEXT.test(message) ? CONFLICT : (BY_REASON[reason] ?? UNAVAILABLE);
  const detail = TELLING.has(reason) ? message : reason;
  return new SluiceError({ ...fault, message: `could not ${action}: ${fault.message} (${detail})` });
}

interface HttpFailure {
  status?: number;
  response?: { status?: number; data?: unknown };
}

/** Maps what a request threw. A SluiceError passes through. */
export function requestError(error: unknown, action: string): SluiceError {
  if (isSluiceError(error)) {
    return error;
  }
  const { response } = error as HttpFailure;
  if (response === undefined) {
    const code = errorCode(error);
    const keyProblem = code?.startsWith('ERR_OSSL') === true;
    const fault = keyProblem ? CREDENTIALS_REFUSED : UNREACHABLE;
    return new SluiceError({ ...fault, message: `could not ${action}: ${fault.message} (${code ?? 'no answer'})` });
  }
  return refusalOf(protoOf(response), action);
}

export function isConflict(error: unknown): boolean {
  return isSluiceError(error) && error.code === CONFLICT.code;
}

export function statusOf(error: unknown): number | undefined {
  const { status, response } = error as HttpFailure;
  return status ?? response?.status;
}

export function datasetMissing(dataset: string): SluiceError {
  return new SluiceError({ ...DATASET_MISSING, message: `dataset ${dataset}: ${DATASET_MISSING.message}` });
}

export function impersonationDenied(email: string): SluiceError {
  return new SluiceError({ ...IMPERSONATION_DENIED, message: `impersonate ${email}: ${IMPERSONATION_DENIED.message}` });
}

export function tableUnsupported(table: string, detail: string): SluiceError {
  return new SluiceError({
    code: 'bigquery_table_unsupported',
    message: `table ${table}: ${detail}`,
    retryable: false,
    fault: 'customer',
    remedy: "Export to another table; the destination's README says which tables it can fill.",
  });
}

/** A job that was taken cannot be found. */
export function jobLost(jobId: string): SluiceError {
  return new SluiceError({ ...UNAVAILABLE, message: `job ${jobId} was taken and cannot be found` });
}

export function partitionColumnInvalid(column: string): SluiceError {
  return new SluiceError({
    code: 'bigquery_partition_column_invalid',
    message: `partitionBy: the export has no date or timestamp column ${column}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Name such a column, or leave partitionBy out.',
  });
}

/** BigQuery loaded another number of rows than it was sent. */
export function rowsDiffer(stage: string, sent: number, loaded: number): SluiceError {
  return new SluiceError({
    code: 'bigquery_rows_differ',
    message: `${stage} got ${String(loaded)} rows instead of ${String(sent)}`,
    retryable: true,
    fault: 'destination',
    remedy: 'Nothing to do: the stage is loaded again.',
  });
}

export function tooManyChunks(count: number, limit: number): SluiceError {
  return new SluiceError({
    code: 'bigquery_too_many_chunks',
    message: `the interval has ${String(count)} chunks; one statement holds ${String(limit)}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Use a shorter interval or larger files (max_file_mb).',
  });
}

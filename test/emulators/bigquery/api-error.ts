/** BigQuery's reasons with the HTTP status that its error table gives them. */
const STATUS_OF_REASON: Record<string, number> = {
  invalid: 400,
  invalidQuery: 400,
  resourceInUse: 400,
  resourcesExceeded: 400,
  stopped: 400,
  authError: 401,
  accessDenied: 403,
  insufficientPermissions: 403,
  quotaExceeded: 403,
  rateLimitExceeded: 403,
  notFound: 404,
  duplicate: 409,
  internalError: 500,
  notImplemented: 501,
  backendError: 503,
};

/** An error as the REST API answers it. */
export class ApiError extends Error {
  readonly reason: string;
  readonly status: number;

  constructor(reason: string, message: string, status: number = STATUS_OF_REASON[reason] ?? 500) {
    super(message);
    this.reason = reason;
    this.status = status;
  }

  body(): object {
    const { reason, message, status } = this;
    return { error: { code: status, message, errors: [{ message, domain: 'global', reason }], status: reason } };
  }
}

/** For what BigQuery can do and this emulator cannot: it must not look like BigQuery's own answer. */
export function notEmulated(what: string): ApiError {
  return new ApiError('notImplemented', `bigquery emulator: ${what}`);
}

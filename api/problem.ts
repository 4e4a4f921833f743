import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, type ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isSluiceError, SluiceError, type SluiceErrorInit } from '../core/errors.ts';
import { databaseUnavailable } from '../store/errors.ts';

/** The body of every error answer (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().describe('The code as a URI.'),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe('Stable; see docs/error-codes.md.'),
    detail: z.string(),
    remedy: z.string().optional().describe('What to do about it.'),
    field: z.string().optional().describe('The field of the request that is at fault.'),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('Every field at fault.'),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problemSchema>;

type ProblemContent = Omit<Problem, 'type' | 'title' | 'request_id'>;
type FieldProblem = NonNullable<Problem['errors']>[number];

const TITLES: Readonly<Record<number, string>> = {
  400: 'Malformed request',
  401: 'Not authenticated',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition failed',
  413: 'Request too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  422: 'Invalid request',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Temporarily unavailable',
};

/** Codes whose status does not follow from who is at fault. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  unauthenticated: 401,
  login_failed: 401,
  forbidden_role: 403,
  forbidden_scope: 403,
  team_not_yours: 403,
  team_required: 400,
  csrf_token_invalid: 403,
  delivery_loop: 403,
  origin_not_allowed: 403,
  oidc_user_unknown: 403,
  oidc_not_configured: 404,
  member_not_found: 404,
  invitation_not_found: 404,
  password_reset_not_found: 404,
  password_reset_refused: 409,
  password_reset_unavailable: 409,
  password_wrong: 403,
  api_key_not_found: 404,
  last_owner: 409,
  idempotency_in_progress: 409,
  version_changed: 412,
  rate_limited: 429,
  destination_not_found: 404,
  export_not_found: 404,
  run_not_found: 404,
  backfill_not_found: 404,
  reconciliation_not_found: 404,
  erasure_not_found: 404,
  replay_not_found: 404,
  message_not_found: 404,
  hook_not_found: 404,
  message_backlog_full: 429,
  on_demand_export_not_found: 404,
  download_link_invalid: 403,
  download_expired: 410,
  event_not_found: 404,
  webhook_not_found: 404,
  notification_channel_not_found: 404,
  route_not_found: 404,
  edit_conflict: 409,
  backfill_status_conflict: 409,
  destination_in_use: 409,
  webhook_not_restorable: 409,
  webhook_suspended: 409,
  interval_exported: 409,
  interval_running: 409,
  run_finished: 409,
  query_check_busy: 429,
  simulation_busy: 429,
  preview_busy: 429,
  hook_handshake_busy: 429,
};

/** When to come back, where the error does not say it: what is away now is looked for again after this. */
const PASSES_AFTER_MS: Readonly<Record<number, number>> = { 503: 5_000 };

const NO_SUCH_FIELD = 'there is no such field';

type FieldError = SluiceError & { field?: string; errors?: FieldProblem[] };

/** An error of the request that names its field. */
export function fieldError(
  field: string,
  init: Omit<SluiceErrorInit, 'retryable' | 'fault'>,
  errors?: FieldProblem[],
): SluiceError {
  const error: FieldError = new SluiceError({ ...init, retryable: false, fault: 'customer' });
  return Object.assign(error, { field, ...(errors ? { errors } : {}) });
}

/** Several fields at fault at once; `problems` is not empty. */
export function validationError(problems: readonly FieldProblem[]): SluiceError {
  const message = problems.map((problem) => `${problem.field}: ${problem.message}`).join('; ');
  const remedy = 'Correct the named fields and send the request again.';
  return fieldError(problems[0]?.field ?? '', { code: 'validation_failed', message, remedy }, [...problems]);
}

/** Runs a rule for a field: a SluiceError that it throws is answered with the field's name. */
export async function forField<Result>(field: string, rule: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await rule();
  } catch (error) {
    throw isSluiceError(error) ? Object.assign(error, { field }) : error;
  }
}

export function problemOfIssues(
  issues: readonly z.core.$ZodIssue[],
  nameOf: (path: readonly PropertyKey[]) => string,
): FieldProblem[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ field: nameOf([...issue.path, key]), message: NO_SUCH_FIELD }))
      : [{ field: nameOf(issue.path), message: issue.message }],
  );
}

/** Answers an error; the reason of an unexpected one goes to the log only. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: FastifyBaseLogger = request.log,
): FastifyReply {
  const content = contentOf(error);
  if (content.status >= 500) {
    log.error({ err: error, code: content.code, requestId: request.id }, 'request failed');
  }
  const problem: Problem = {
    type: `urn:sluice:error:${content.code}`,
    title: TITLES[content.status] ?? 'Request failed',
    ...content,
    request_id: request.id,
  };
  const retryAfterMs = (isSluiceError(error) ? error.retryAfterMs : undefined) ?? PASSES_AFTER_MS[content.status];
  if (retryAfterMs !== undefined) {
    void reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
  }
  return reply.code(content.status).type('application/problem+json').send(JSON.stringify(problem));
}

function contentOf(error: unknown): ProblemContent {
  if (isSluiceError(error)) {
    return contentOfSluiceError(error);
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const context = error.validationContext === 'params' ? ['path'] : [];
    return contentOfSluiceError(validationError(error.validation.flatMap((entry) => problemsOfEntry(entry, context))));
  }
  const unavailable = databaseUnavailable(error);
  return unavailable ? contentOfSluiceError(unavailable) : contentOfHttpError(error);
}

/** The type provider flattens zod's issue to a path joined by slashes, its code and its other members. */
function problemsOfEntry(entry: ZodFastifySchemaValidationError, context: readonly string[]): FieldProblem[] {
  const path = [...context, ...entry.instancePath.split('/').filter(Boolean)];
  const keys = entry.params['keys'];
  if (entry.keyword === 'unrecognized_keys' && Array.isArray(keys)) {
    return keys.map((key) => ({ field: [...path, String(key)].join('.'), message: NO_SUCH_FIELD }));
  }
  return [{ field: path.join('.') || 'body', message: entry.message ?? 'is invalid' }];
}

function contentOfSluiceError(error: FieldError): ProblemContent {
  const { code, message, remedy, field, errors } = error;
  return {
    status: statusOf(error),
    code,
    detail: message,
    ...(remedy === undefined ? {} : { remedy }),
    ...(field === undefined ? {} : { field }),
    ...(errors === undefined ? {} : { errors }),
  };
}

/** The body of a refusal with this code, for what is written about answers. */
export function problemOfCode(
  code: string,
  { detail, remedy, requestId }: { detail: string; remedy: string; requestId: string },
): Problem {
  const status = STATUS_OF_CODE[code] ?? STATUS_OF_OTHERS[code] ?? 422;
  const title = TITLES[status] ?? 'Request failed';
  return { type: `urn:sluice:error:${code}`, title, status, code, detail, remedy, request_id: requestId };
}

/** What is no error of ours, or follows from who is at fault. */
const STATUS_OF_OTHERS: Readonly<Record<string, number>> = {
  request_malformed: 400,
  request_too_large: 413,
  not_ready: 503,
  database_unavailable: 503,
  control_plane_unavailable: 503,
  internal_error: 500,
};

/** A missing thing that a field of the body names is a fault of the body, not of the address. */
function statusOf(error: FieldError): number {
  const known = error.field === undefined ? STATUS_OF_CODE[error.code] : undefined;
  if (known !== undefined) {
    return known;
  }
  if (error.fault === 'customer' && !error.retryable) {
    return 422;
  }
  return error.retryable ? 503 : 500;
}

/** What Fastify itself refuses: bad JSON, a body too large, a wrong media type. */
function contentOfHttpError(error: unknown): ProblemContent {
  const { statusCode, message } = error as Partial<FastifyError>;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const code = statusCode === 413 ? 'request_too_large' : 'request_malformed';
    return { status: statusCode, code, detail: message ?? 'the request is malformed', remedy: remedyOf(statusCode) };
  }
  const detail = 'something went wrong on our side';
  return { status: 500, code: 'internal_error', detail, remedy: 'Try again; if it stays, report the request_id.' };
}

function remedyOf(status: number): string {
  return status === 413 ? 'Send at most 1 MB.' : 'Send a JSON object with content-type application/json.';
}

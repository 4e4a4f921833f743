/** A request that is refused as a whole: nothing of it is stored. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly status: 400 | 401 | 403 | 413 | 415 | 503;
  /** Stable, `snake_case`. */
  readonly code: string;
  /** Path of the offending value in the body, such as `batch[3].uuid`. */
  readonly field: string | undefined;
  readonly remedy: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(init: {
    status: CaptureError['status'];
    code: string;
    message: string;
    field?: string;
    remedy?: string;
    retryAfterSeconds?: number;
    cause?: unknown;
  }) {
    super(init.message, { cause: init.cause });
    this.status = init.status;
    this.code = init.code;
    this.field = init.field;
    this.remedy = init.remedy;
    this.retryAfterSeconds = init.retryAfterSeconds;
  }
}

export function isCaptureError(error: unknown): error is CaptureError {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'CaptureError';
}

export function badRequest(code: string, message: string, field?: string): CaptureError {
  return new CaptureError({ status: 400, code, message, ...(field !== undefined && { field }) });
}

/** A webhook whose endpoint is capture: each event would make another one, for ever. */
export function loop(): CaptureError {
  return new CaptureError({
    status: 403,
    code: 'capture_loop',
    message: 'an event that a webhook of Sluice delivers cannot be captured again',
    remedy: 'Send events to another project with an export to the HTTP destination.',
  });
}

/** SDKs answer 413 by sending smaller batches, which lets the other events through. */
export function tooLarge(code: string, message: string, field?: string): CaptureError {
  return new CaptureError({ status: 413, code, message, ...(field !== undefined && { field }) });
}

export function unauthorized(code: string, message: string): CaptureError {
  return new CaptureError({
    status: 401,
    code,
    message,
    remedy: 'Send the capture token of your team (not an API key) as `api_key`.',
  });
}

export function overloaded(code: string, message: string, cause?: unknown): CaptureError {
  return new CaptureError({
    status: 503,
    code,
    message,
    cause,
    retryAfterSeconds: 5,
    remedy: 'Nothing was acknowledged: send the same events, with the same uuids, again.',
  });
}

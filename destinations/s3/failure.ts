/** The parts of an SDK error that are read; everything else may hold headers. */
export interface S3Failure {
  name: string;
  message: string;
  /** Node's, for connection errors. */
  networkCode: string | undefined;
  httpStatus: number | undefined;
  /** Where the bucket is, if the store says so. */
  region: string | undefined;
}

const REGION = /^[a-z0-9-]{2,32}$/;

/** S3 tells it in the body (AuthorizationHeaderMalformed) or in a header (a redirect, HEAD). */
function regionOf(fields: { Region?: unknown; $response?: { headers?: Record<string, unknown> } }): string | undefined {
  const told = textOf(fields.Region, fields.$response?.headers?.['x-amz-bucket-region']);
  return REGION.test(told) ? told : undefined;
}

function textOf(...candidates: readonly unknown[]): string {
  return candidates.find((candidate) => typeof candidate === 'string') ?? '';
}

export function readFailure(error: unknown): S3Failure {
  const fields = (error ?? {}) as Partial<Record<'name' | 'Code' | 'message' | 'code' | 'Region', unknown>> & {
    $metadata?: { httpStatusCode?: unknown };
    $response?: { headers?: Record<string, unknown> };
  };
  const status = fields.$metadata?.httpStatusCode;
  return {
    name: textOf(fields.Code, fields.name),
    message: textOf(fields.message),
    // The SDK wraps errors of another realm (a test runner, a worker thread) and then only their text is left.
    networkCode: textOf(fields.code) || /\bE[A-Z_]{4,}\b/.exec(textOf(fields.message))?.[0],
    httpStatus: typeof status === 'number' ? status : undefined,
    region: regionOf(fields),
  };
}

export function isRefusal(error: unknown): boolean {
  const { name, httpStatus } = readFailure(error);
  return httpStatus === 412 || name === 'PreconditionFailed' || name === 'ConditionalRequestConflict';
}

export function isNoSuchUpload(error: unknown): boolean {
  return readFailure(error).name === 'NoSuchUpload';
}

/** By name: a status of 404 is also a missing bucket, and with some stores an unknown key id. */
export function isNotFound(error: unknown): boolean {
  const { name } = readFailure(error);
  return name === 'NoSuchKey' || name === 'NotFound';
}

/** The parts of an SDK error that are read; everything else may hold headers. */
export interface AzureFailure {
  /** Azure's error code, `ContainerNotFound`; empty when the answer had none. */
  code: string;
  message: string;
  /** Node's, for connection errors. */
  networkCode: string | undefined;
  httpStatus: number | undefined;
}

function textOf(...candidates: readonly unknown[]): string {
  return (
    (candidates.find((candidate) => typeof candidate === 'string' && candidate !== '') as string | undefined) ?? ''
  );
}

export function readFailure(error: unknown): AzureFailure {
  const { name, code, message, statusCode, details } = (error ?? {}) as Partial<Record<string, unknown>>;
  const { errorCode } = (details ?? {}) as { errorCode?: unknown };
  const httpStatus = typeof statusCode === 'number' ? statusCode : undefined;
  const text = textOf(message);
  return {
    code: httpStatus === undefined ? '' : textOf(errorCode, code),
    message: text,
    // The SDK wraps some errors, and then only their text is left. An abort that is not the caller's is a time-out.
    networkCode:
      httpStatus === undefined
        ? name === 'AbortError'
          ? 'ETIMEDOUT'
          : /\b(E[A-Z_]{4,})\b/.exec(`${textOf(code)} ${text}`)?.[0]
        : undefined,
    httpStatus,
  };
}

const REFUSALS = new Set(['BlobAlreadyExists', 'ConditionNotMet', 'TargetConditionNotMet']);

/** A condition that did not hold. By code: 409 and 412 are also leases, snapshots and policies. */
export function isRefusal(error: unknown): boolean {
  return REFUSALS.has(readFailure(error).code);
}

/** A block is not there any more, because another writer has committed the blob. */
export function isBlockGone(error: unknown): boolean {
  return readFailure(error).code === 'InvalidBlockList';
}

/** Azure names it in a header of HEAD too; emulators do not. */
export function isNotFound(error: unknown): boolean {
  const { code, httpStatus } = readFailure(error);
  return code === 'BlobNotFound' || (httpStatus === 404 && code === '');
}

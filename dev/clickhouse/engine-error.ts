import { errorMessage } from '../../core/errors.ts';

/** An error in ClickHouse's own terms. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly engineCode: number;

  constructor(engineCode: number, message: string, type?: string) {
    super(type === undefined ? message : `Code: ${engineCode}. DB::Exception: ${message}. (${type})`);
    this.engineCode = engineCode;
  }
}

/** Anything thrown while a query ran; what is not the engine's becomes `STD_EXCEPTION`, as the server does. */
export function toEngineError(error: unknown): EngineError {
  if (typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'EngineError') {
    return error as EngineError;
  }
  const message = errorMessage(error);
  const code = /^Code: (\d+)\./.exec(message)?.[1];
  return code === undefined ? new EngineError(1001, message, 'STD_EXCEPTION') : new EngineError(Number(code), message);
}

const NOT_FOUND = new Set([46, 47, 60, 81, 82, 115, 137, 189, 291]);
const BAD_REQUEST = new Set([
  6, 16, 20, 26, 27, 32, 36, 38, 39, 40, 41, 42, 43, 44, 53, 57, 59, 62, 69, 72, 73, 79, 80, 113, 117, 130, 179, 215,
  386, 395, 403, 441, 456, 457, 636,
]);

/** The status that ClickHouse's HTTP interface answers for an error code (its HTTPHandler's table, the common part). */
export function httpStatusOf(engineCode: number): number {
  if (NOT_FOUND.has(engineCode)) {
    return 404;
  }
  if (BAD_REQUEST.has(engineCode)) {
    return 400;
  }
  const others: Record<number, number> = { 48: 501, 159: 408, 164: 403, 497: 403, 516: 403, 202: 503 };
  return others[engineCode] ?? 500;
}

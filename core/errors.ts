/** Who has to act on a failure: the customer (a setting), the destination (it is down), or us (our own platform). */
export type FaultParty = 'customer' | 'destination' | 'platform';

export interface SluiceErrorInit {
  /** Stable, `snake_case`, prefixed by area (`s3_bucket_missing`); listed in docs/error-codes.md. */
  code: string;
  /** Says what is wrong and names the field. Never contains a secret. */
  message: string;
  /** Retry decision, carried as data. Unknown failures are retryable: losing time is better than losing events. */
  retryable: boolean;
  fault: FaultParty;
  /** What the reader can do about it, one sentence. */
  remedy?: string;
  /** Earliest sensible next try, when the other side named one. */
  retryAfterMs?: number;
  /** Of an interval at its destination: the generation that was met there and is not the run's. */
  metGeneration?: number;
  cause?: unknown;
}

/** The one error class of the domain. `activities/failures.ts` maps it to Temporal, `api/problem.ts` to HTTP. */
export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly code: string;
  readonly retryable: boolean;
  readonly fault: FaultParty;
  readonly remedy: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly metGeneration: number | undefined;

  constructor(init: SluiceErrorInit) {
    super(init.message, { cause: init.cause });
    this.code = init.code;
    this.retryable = init.retryable;
    this.fault = init.fault;
    this.remedy = init.remedy;
    this.retryAfterMs = init.retryAfterMs;
    this.metGeneration = init.metGeneration;
  }
}

/** True by name, not by `instanceof`: errors cross realms (test runners, worker threads) and keep their name only. */
export function isSluiceError(error: unknown): error is SluiceError {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'SluiceError';
}

/** The `code` of a Node, driver or Sluice error, or undefined. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) {
    return undefined;
  }
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}

/** The message of anything thrown. */
export function errorMessage(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    return String(error.message);
  }
  return String(error);
}

/** Wraps anything thrown that is not yet a SluiceError; the default is a retryable platform fault. */
export function toSluiceError(error: unknown, fallback: { code: string; fault?: FaultParty }): SluiceError {
  if (isSluiceError(error)) {
    return error;
  }
  return new SluiceError({
    code: fallback.code,
    message: errorMessage(error),
    retryable: true,
    fault: fallback.fault ?? 'platform',
    cause: error,
  });
}

/** Makes a switch over a union exhaustive at compile time. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${String(value)}`);
}

/** Chunks were read before it was known that some of their rows repeat others. */
export const CHUNKS_OUTDATED = 'chunks_outdated';

/** Codes that say that what was staged cannot be committed: the run loads it again by itself, under a new plan. */
export function isStageLostCode(code: string): boolean {
  return code.endsWith('_stage_lost') || code === CHUNKS_OUTDATED;
}

const FOREIGN_GENERATION: ReadonlySet<string> = new Set(['run_superseded', 'destination_generation_taken']);

/**
 * Codes that say that the destination holds another run's generation, as new as this one's or newer. A run that still has
 * its lease is the newest that our database knows of: what it met is of a time that the database has lost (it was
 * restored from a backup), and it goes on with a generation above that.
 */
export function isForeignGenerationCode(code: string): boolean {
  return FOREIGN_GENERATION.has(code);
}

/** The run plans its interval again, under another generation. */
export function isPlannedAgainCode(code: string): boolean {
  return isStageLostCode(code) || isForeignGenerationCode(code);
}

import { errorMessage } from '../core/errors.ts';

export interface WaitOptions {
  /** Names what is awaited in the error. */
  what: string;
  timeoutMs: number;
  intervalMs?: number;
  /** Ends the wait early with this error (the server being awaited has died). */
  failed?: () => Error | undefined;
}

/** Asks until `probe` answers without throwing. */
export async function waitUntil(probe: () => Promise<void>, options: WaitOptions): Promise<void> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const failure = options.failed?.();
    if (failure !== undefined) {
      throw failure;
    }
    try {
      await probe();
      return;
    } catch (error: unknown) {
      if (performance.now() > deadline) {
        throw new Error(`${options.what} was not ready after ${options.timeoutMs} ms: ${errorMessage(error)}`, {
          cause: error,
        });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, options.intervalMs ?? 50));
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { SluiceError } from '../core/errors.ts';
import { databaseUnavailable } from './errors.ts';

const RETRY_MS = 2_000;

export interface DatabasePatience {
  /** Ends the waiting: it rejects with the signal's reason. */
  signal: AbortSignal;
  /** Told when the database is found away, with the reason, and when it answers again. */
  changed?(reason: SluiceError | undefined): void;
}

/** Repeats the work while the database does not answer; rejects with whatever else it fails with. */
export async function untilDatabaseAnswers<Result>(
  work: () => Promise<Result>,
  { signal, changed }: DatabasePatience,
): Promise<Result> {
  let isAway = false;
  const tell = (reason: SluiceError | undefined): void => {
    if (isAway !== (reason !== undefined)) {
      isAway = reason !== undefined;
      changed?.(reason);
    }
  };
  for (;;) {
    try {
      const result = await work();
      tell(undefined);
      return result;
    } catch (error) {
      const reason = databaseUnavailable(error);
      if (reason === undefined) {
        throw error;
      }
      tell(reason);
    }
    await sleep(RETRY_MS, undefined, { signal });
  }
}

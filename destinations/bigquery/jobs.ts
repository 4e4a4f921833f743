import { setTimeout as sleep } from 'node:timers/promises';
import type { BigQueryApi, Job } from './api.ts';
import { assertSucceeded } from './api.ts';
import { jobLost } from './errors.ts';

const [FIRST_POLL_MS, LAST_POLL_MS] = [50, 2_000];
/** Cancelling must not follow the signal that asked for it. */
const CANCEL_TIMEOUT_MS = 3_000;

/**
 * Waits for the end of a job. An abort cancels the job and throws the signal's reason; whether the job still came to an
 * end is found out by whoever looks it up by its id.
 */
export async function jobEnd(api: BigQueryApi, jobId: string, signal: AbortSignal): Promise<Job> {
  try {
    for (let delayMs = FIRST_POLL_MS; ; delayMs = Math.min(delayMs * 1.5, LAST_POLL_MS)) {
      const job = await api.job(jobId, signal);
      if (job === undefined) {
        throw jobLost(jobId);
      }
      if (job.state === 'DONE') {
        return job;
      }
      await sleep(delayMs, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) {
      await api.cancelJob(jobId, AbortSignal.timeout(CANCEL_TIMEOUT_MS)).catch(() => undefined);
      throw signal.reason;
    }
    throw error;
  }
}

export interface Numbered<T> {
  /** Ids are `<base>-<n>`. */
  base: string;
  /** Starts the job with this id. False: the id was taken meanwhile. */
  start(jobId: string, n: number): Promise<boolean>;
  /** The result of a job that succeeded; undefined when what it made is not there any more. */
  adopt(job: Job, n: number): Promise<T | undefined>;
  action: string;
}

/**
 * Runs a job exactly once among all attempts, dead ones included. BigQuery takes an id once and for ever, even when the
 * job fails, so ids are numbered: one that succeeded is adopted, one that runs is awaited, after one that failed comes
 * the next number. Throws the error of a job that this call has started.
 */
export async function runNumbered<T>(api: BigQueryApi, work: Numbered<T>, signal: AbortSignal): Promise<T> {
  for (let n = 0; ; n += 1) {
    const jobId = `${work.base}-${String(n)}`;
    const known = await api.job(jobId, signal);
    const mine = known === undefined && (await startOnce(api, work, { jobId, n }, signal));
    const job = known?.state === 'DONE' ? known : await jobEnd(api, jobId, signal);
    if (mine) {
      assertSucceeded(job, work.action);
    }
    const result = job.errorResult === undefined ? await work.adopt(job, n) : undefined;
    if (result !== undefined) {
      return result;
    }
  }
}

/** An answer that got lost leaves open whether the job was taken; its id tells. */
async function startOnce(
  api: BigQueryApi,
  work: Pick<Numbered<unknown>, 'start'>,
  { jobId, n }: { jobId: string; n: number },
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await work.start(jobId, n);
  } catch (error) {
    signal.throwIfAborted();
    if ((await api.job(jobId, signal)) === undefined) {
      throw error;
    }
    return true;
  }
}

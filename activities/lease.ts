import { Context } from '@temporalio/activity';
import { SluiceError } from '../core/errors.ts';
import { renewLease } from '../store/ledger.ts';
import type { ActivityDeps } from './deps.ts';
import type { RunRef } from './types.ts';

/** Three missed renewals end a lease. */
const RENEWALS_PER_LEASE = 4;
const BEAT_EVERY_MS = 2_000;

/**
 * Runs work on rows under the run's lease: heartbeats while it works, and aborts the signal when the activity is
 * cancelled, the worker stops, or another run has taken the interval.
 */
export async function underLease<T>(
  deps: ActivityDeps,
  run: RunRef,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const { leaseMs } = deps.settings;
  const lost = new AbortController();
  const renew = async (): Promise<void> => {
    const key = { exportId: run.exportId, intervalEnd: new Date(run.intervalEnd), epoch: run.epoch };
    if (!(await renewLease(deps.db, { ...key, ttlMs: leaseMs }))) {
      lost.abort(leaseLost(run));
    }
  };
  await renew();
  lost.signal.throwIfAborted();
  const beat = setInterval(() => {
    context.heartbeat();
  }, BEAT_EVERY_MS);
  const renewal = setInterval(() => {
    // A failed renewal is tried again; the ledger's own fence decides in the end.
    renew().catch((error: unknown) => {
      deps.logger.warn({ err: error, runId: run.runId }, 'lease renewal failed');
    });
  }, leaseMs / RENEWALS_PER_LEASE);
  try {
    return await work(AbortSignal.any([context.cancellationSignal, lost.signal]));
  } catch (error) {
    lost.signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(beat);
    clearInterval(renewal);
  }
}

function leaseLost(run: RunRef): SluiceError {
  return new SluiceError({
    code: 'run_lease_lost',
    message: `another run has taken the interval that ends at ${run.intervalEnd}`,
    retryable: false,
    fault: 'platform',
    remedy: 'Nothing to do: the other run exports the interval. Look at the export’s runs.',
  });
}

import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { isPlannedAgainCode, type SluiceError } from '../core/errors.ts';
import type { ActivityDeps } from './deps.ts';
import { sluiceErrorOf } from './failures.ts';
import { runLog } from './run-log.ts';
import { stepSpan } from './step-span.ts';
import type { RunRef } from './types.ts';

/** As users read it. */
export type StepName = 'Planning' | 'Loading' | 'Committing' | 'Verifying';

/** Says in the run's log that an attempt of a step begins again, and why one has failed. */
export async function runStep<T extends { rows: number; bytes: number }>(
  deps: ActivityDeps,
  step: { name: StepName; run: RunRef },
  work: () => Promise<T>,
): Promise<T> {
  const { attempt } = Context.current().info;
  const log = runLog(deps, step.run);
  if (attempt > 1) {
    log.info(`${step.name} begins again, attempt ${String(attempt)}`, { attempt });
  }
  try {
    return await stepSpan(deps, step, work);
  } catch (error) {
    logFailure(log, step.name, attempt, error);
    throw error;
  }
}

function logFailure(log: ReturnType<typeof runLog>, name: StepName, attempt: number, thrown: unknown): void {
  if (Context.current().cancellationSignal.aborted || thrown instanceof CancelledFailure) {
    log.warn(`${name} was stopped, attempt ${String(attempt)}`, { attempt });
    return;
  }
  if (thrown instanceof ApplicationFailure) {
    return;
  }
  const error = sluiceErrorOf(thrown);
  const fields = { attempt, code: error.code, remedy: error.remedy };
  if (isTriedAgain(error)) {
    log.warn(`${name} failed, attempt ${String(attempt)}, and is tried again: ${error.message}`, fields);
  } else {
    log.error(`${name} failed: ${error.message}`, fields);
  }
}

function isTriedAgain({ retryable, code }: SluiceError): boolean {
  return retryable || isPlannedAgainCode(code);
}

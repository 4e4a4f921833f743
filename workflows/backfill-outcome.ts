import { isCancellation } from '@temporalio/workflow';
import { ApplicationFailure, ChildWorkflowFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import type { SettleIntervalInput } from '../activities/types.ts';
import type { BatchExportResult } from './messages.ts';

type Settled = Omit<SettleIntervalInput, 'backfillId' | 'intervalEnd'>;

/** How the interval of a run has ended, from what the run answered or threw. */
export function settledAs(ended: unknown): Settled {
  return isResult(ended) ? fromResult(ended) : fromFailure(ended);
}

function isResult(ended: unknown): ended is BatchExportResult {
  return typeof ended === 'object' && ended !== null && 'status' in ended && 'rows' in ended;
}

function fromResult({ status, rows, bytes, runId, errorCode, errorMessage }: BatchExportResult): Settled {
  return {
    status: status === 'failed_retryable' || status === 'over_quota' ? 'failed' : status,
    ...{ rows, bytes },
    ...(runId === undefined ? {} : { runId }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
  };
}

function fromFailure(error: unknown): Settled {
  const none = { rows: 0, bytes: 0 };
  if (isCancellation(error)) {
    return { ...none, status: 'cancelled' };
  }
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  return { ...none, status: 'failed', errorCode: codeOf(cause), errorMessage: messageOf(cause) };
}

function codeOf(cause: unknown): string {
  if (cause instanceof TerminatedFailure) {
    return 'run_terminated';
  }
  if (cause instanceof TimeoutFailure) {
    return 'run_timed_out';
  }
  return (cause instanceof ApplicationFailure ? innermost(cause).type : undefined) ?? 'unexpected_error';
}

/** The failure of a run holds the one of its activity, which holds what was thrown. */
function innermost(failure: ApplicationFailure): ApplicationFailure {
  return failure.cause instanceof ApplicationFailure ? innermost(failure.cause) : failure;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
}

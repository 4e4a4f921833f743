import {
  CancellationScope,
  isCancellation,
  patched,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  ActivityFailure,
  ApplicationFailure,
  defineSearchAttributeKey,
  SearchAttributeType,
  TimeoutFailure,
} from '@temporalio/common';
import type {
  FailureDetails,
  FinishRunInput,
  RunRef,
  StartGenerationInput,
  StartRunInput,
  VerifyResult,
} from '../activities/types.ts';
import { isForeignGenerationCode, isStageLostCode } from '../core/errors.ts';
import type { RunQueue } from '../core/ids.ts';
import { intervalMs, lastFinishedInterval, type IntervalBounds } from '../core/intervals.ts';
import { failedStatus } from '../core/quotas.ts';
import { bookkeeping, loading } from './activity-options.ts';
import type { BatchExportInput, BatchExportResult } from './messages.ts';
import { exportCard } from './cards.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** A run whose interval keeps changing is committed as it is after so many plans; later reconciliation finds the rest. */
const MAX_GENERATIONS_PER_RUN = 3;
/** Set by Temporal on runs that a Schedule starts: the nominal time, never jittered. */
const SCHEDULED_START = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);
/** Before it, intervals were computed here, on the UTC grid. */
const RESOLVED_BY_ACTIVITY = '2026-11-21-resolve-interval';
/** Before it, a run that met another one's generation had failed. */
const ABOVE_FOREIGN_GENERATION = '2026-11-22-above-foreign-generation';
/** Before it, a run that was cancelled while it started was left open. */
const START_TO_ITS_END = '2026-11-23-start-to-its-end';
const MIN_BUDGET_MS = 60 * 60_000;
const MAX_BUDGET_MS = 3 * 24 * 60 * 60_000;

/** Exports one interval: all of its rows, each once, or nothing that a reader could see. */
export async function batchExport(input: BatchExportInput): Promise<BatchExportResult> {
  const bounds = await boundsOf(input);
  const card = exportCard(input, bounds);
  setCurrentDetails(card.starting());
  const books = bookkeeping(queueOf(input));
  const request: StartRunInput = {
    exportId: input.exportId,
    teamId: input.teamId,
    intervalStart: bounds.start.toISOString(),
    intervalEnd: bounds.end.toISOString(),
    trigger: input.trigger,
    force: input.force ?? false,
    ...(input.replacesKept === undefined ? {} : { replacesKept: input.replacesKept }),
    ...(input.configVersion === undefined ? {} : { configVersion: input.configVersion }),
    ...(input.repairId === undefined ? {} : { repairId: input.repairId }),
  };
  const started = await toItsEnd(() => books.startRun(request));
  if (started.status === 'skipped') {
    setCurrentDetails(card.skipped(started.reason));
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.outcome, value: 'skipped' }]);
    return { runId: undefined, status: 'skipped', rows: 0, bytes: 0, files: 0 };
  }
  const outcome = await runToOutcome(started.run, input, card);
  await CancellationScope.nonCancellable(() => books.finishRun(outcome.finish));
  const { status, rows, bytes, files, errorCode, errorMessage } = outcome.finish;
  setCurrentDetails(card.finished(outcome.finish));
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.outcome, value: status },
    { key: SEARCH_ATTRIBUTES.rows, value: rows },
  ]);
  if (outcome.rethrow !== undefined) {
    throw outcome.rethrow;
  }
  return {
    runId: started.run.runId,
    status,
    rows,
    bytes,
    files,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
  };
}

/**
 * Not cut short by a cancellation: what has begun in the meantime is known, and closed. Asked of the history only when there is one, so
 * that during a deploy the release before can go on with all other runs.
 */
async function toItsEnd<T>(start: () => Promise<T>): Promise<T> {
  const run = CancellationScope.current();
  if (run.consideredCancelled) {
    return patched(START_TO_ITS_END) ? CancellationScope.nonCancellable(start) : start();
  }
  return CancellationScope.nonCancellable(async () => {
    const starting = new CancellationScope();
    let isOver = false;
    run.cancelRequested.catch(() => {
      if (!isOver && !patched(START_TO_ITS_END)) {
        starting.cancel();
      }
    });
    return starting.run(start).finally(() => (isOver = true));
  });
}

interface Outcome {
  finish: FinishRunInput;
  /** Set when the workflow itself should end cancelled or failed: our fault or the user's wish, never a misconfiguration. */
  rethrow?: Error;
}

async function runToOutcome(
  first: RunRef,
  input: BatchExportInput,
  card: ReturnType<typeof exportCard>,
): Promise<Outcome> {
  let run = first;
  try {
    for (let round = 1; ; round += 1) {
      let again: PlannedAgain = {};
      const verified = await exportOnce(run, input, card).catch((error: unknown) => {
        again = round === MAX_GENERATIONS_PER_RUN ? raise(error) : (plannedAgain(error) ?? raise(error));
      });
      if (verified && (verified.complete || round === MAX_GENERATIONS_PER_RUN)) {
        const { rows, bytes, files, hash } = verified;
        return { finish: { run, status: 'completed', rows, bytes, files, hash } };
      }
      run = await bookkeeping(queueOf(input)).startGeneration({ ...run, ...again });
    }
  } catch (error) {
    return failedOutcome(run, error);
  }
}

type PlannedAgain = Pick<StartGenerationInput, 'above'>;

/**
 * What was staged is gone before it was committed, or the destination holds what another run has brought: only another
 * plan, under a new generation, can load the interval. Undefined: neither.
 */
function plannedAgain(error: unknown): PlannedAgain | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const code = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
  if (isStageLostCode(code)) {
    return {};
  }
  const above = isForeignGenerationCode(code) ? detailsOf(cause)?.metGeneration : undefined;
  return above !== undefined && patched(ABOVE_FOREIGN_GENERATION) ? { above } : undefined;
}

function raise(error: unknown): never {
  throw error;
}

/** Plans, loads, makes visible and counts one generation of the interval. */
async function exportOnce(
  run: RunRef,
  input: BatchExportInput,
  card: ReturnType<typeof exportCard>,
): Promise<VerifyResult> {
  const steps = loading(budgetMs(input), queueOf(input));
  setCurrentDetails(card.planning());
  const plan = await steps.planInterval(run);
  setCurrentDetails(card.loading(plan));
  const loaded = await steps.loadChunks(run);
  setCurrentDetails(card.committing(loaded));
  const committed = await steps.commitRun(run);
  // There is nothing to compare: it is known that the source lacks rows of it.
  return committed.kept === true
    ? { ...committed, sourceRows: plan.rows, hash: '', complete: true }
    : steps.verifyRun(run);
}

function queueOf({ queue }: BatchExportInput): RunQueue {
  return queue ?? 'exports';
}

function budgetMs(input: BatchExportInput): number {
  return Math.min(Math.max(MIN_BUDGET_MS, 6 * intervalMs(input.interval)), MAX_BUDGET_MS);
}

/** A customer's mistake, or a quota, ends the run with a remedy; everything else also fails the workflow. */
function failedOutcome(run: RunRef, thrown: unknown): Outcome {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const base = { run, rows: 0, bytes: 0, files: 0 };
  if (isCancellation(error)) {
    return { finish: { ...base, status: 'cancelled' }, rethrow: error };
  }
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && cause.nonRetryable) {
    return permanentOutcome(base, cause, error);
  }
  const timedOut = cause instanceof TimeoutFailure;
  const message = lastMessage(cause) ?? error.message;
  const errorCode = timedOut ? 'run_out_of_time' : 'unknown';
  const finish: FinishRunInput = { ...base, status: 'failed_retryable', errorCode, errorMessage: message };
  return { finish: { ...finish, ...faultOf(cause, error) }, rethrow: error };
}

function permanentOutcome(
  base: Pick<FinishRunInput, 'run' | 'rows' | 'bytes' | 'files'>,
  cause: ApplicationFailure,
  error: Error,
): Outcome {
  const details = detailsOf(cause);
  const finish: FinishRunInput = {
    ...base,
    status: failedStatus(cause.type ?? undefined),
    errorCode: cause.type ?? 'unknown',
    errorMessage: cause.message,
    ...(details?.remedy === undefined ? {} : { remedy: details.remedy }),
    ...faultOf(cause, error),
  };
  return details?.fault === 'platform' ? { finish, rethrow: error } : { finish };
}

/** What `activities/failures.ts` attaches. */
function detailsOf(failure: unknown): Partial<FailureDetails> | undefined {
  return failure instanceof ApplicationFailure
    ? (failure.details?.[0] as Partial<FailureDetails> | undefined)
    : undefined;
}

/** Who has to act on it, and where it happened. What nobody has named is ours. */
function faultOf(cause: unknown, error: Error): Pick<FinishRunInput, 'errorFault' | 'errorStep'> {
  return {
    errorFault: detailsOf(cause)?.fault ?? 'platform',
    ...(error instanceof ActivityFailure ? { errorStep: error.activityType } : {}),
  };
}

function lastMessage(failure: unknown): string | undefined {
  if (failure instanceof TimeoutFailure && failure.cause !== undefined) {
    return failure.cause.message;
  }
  return failure instanceof Error ? failure.message : undefined;
}

/** Of a run that a Schedule starts, the control plane says which interval is due: only it knows the schedule's edits. */
async function boundsOf(input: BatchExportInput): Promise<IntervalBounds> {
  if (input.intervalStart !== undefined && input.intervalEnd !== undefined) {
    return { start: new Date(input.intervalStart), end: new Date(input.intervalEnd) };
  }
  const info = workflowInfo();
  const nominal = info.typedSearchAttributes.get(SCHEDULED_START) ?? info.startTime;
  if (!patched(RESOLVED_BY_ACTIVITY)) {
    return lastFinishedInterval(input.interval, nominal);
  }
  const request = { exportId: input.exportId, nominal: nominal.toISOString() };
  const { intervalStart, intervalEnd } = await bookkeeping(queueOf(input)).resolveInterval(request);
  return { start: new Date(intervalStart), end: new Date(intervalEnd) };
}

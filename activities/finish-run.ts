import { commitLedger, releaseLease } from '../store/ledger.ts';
import type { RunMeasure } from '../observability/metrics.ts';
import { failedStatus } from '../core/quotas.ts';
import { destinationKindOf } from '../store/deployment.ts';
import { giveRowsBack, hasWaited } from '../store/quotas.ts';
import { getRun, updateRun, type RunRecord } from '../store/runs.ts';
import type { RunStatus } from '../store/tables.ts';
import type { ActivityDeps } from './deps.ts';
import { noticeOfRun } from './export-notices.ts';
import { pauseIfHopeless } from './pause-export.ts';
import { runLog } from './run-log.ts';
import { recordCompleteness } from './reconcile/record-completeness.ts';
import { noticeOfRows } from './row-anomalies.ts';
import { loadRunContext, withSession } from './run-context.ts';
import type { FinishRunInput, RunRef } from './types.ts';

/** Closes a run: ledger, status, user-visible log, metrics. Idempotent. */
export async function finishRun(deps: ActivityDeps, told: FinishRunInput): Promise<void> {
  // A workflow of an older release knows of no quotas.
  const input = told.status === 'failed' ? { ...told, status: failedStatus(told.errorCode) } : told;
  const committed = input.status === 'completed' && (await commit(deps, input));
  const final = input.status === 'completed' && !committed ? fenced(input) : input;
  if (!committed) {
    await discardRun(deps, input.run);
    await releaseLease(deps.db, leaseKey(input.run));
  }
  await closeRun(deps, final);
  await noticeOfRun(deps, final);
  await noticeOfRows(deps, final);
  await pauseIfHopeless(deps, final);
}

/** Any way in which a run can end. */
export type RunEnding = Omit<FinishRunInput, 'status'> & { status: RunStatus };

/** Gives a run its final status, on record and in the user's log. */
export async function closeRun(deps: ActivityDeps, final: RunEnding): Promise<void> {
  const record = await getRun(deps.db, { id: final.run.runId });
  await updateRun(deps.db, final.run.runId, {
    status: final.status,
    rows: final.rows,
    bytes: final.bytes,
    files: final.files,
    errorCode: final.errorCode ?? null,
    errorMessage: final.errorMessage ?? null,
    remedy: final.remedy ?? null,
    errorFault: final.errorFault ?? null,
    errorStep: final.errorStep ?? null,
  });
  if (final.status !== 'completed') {
    await giveRowsBack(deps.db, final.run.runId);
  }
  deps.metrics.exportFinished(await measureOf(deps, final, record));
  await appendUserLog(deps, final, record?.recordsFailed ?? 0);
}

async function measureOf(deps: ActivityDeps, ended: RunEnding, record: RunRecord | undefined): Promise<RunMeasure> {
  const { status, rows, bytes, run } = ended;
  const kind = await destinationKindOf(deps.db, run.exportId);
  const measure = { kind: kind ?? 'unknown', status, rows, bytes };
  if (record === undefined) {
    return measure;
  }
  const { trigger, startedAt, intervalStart, intervalEnd } = record;
  const intervalMs = intervalEnd.getTime() - intervalStart.getTime();
  const scheduled = { intervalMs, lagMs: Date.now() - intervalEnd.getTime() };
  const owed = trigger === 'schedule' || (trigger === 'gap_fill' && !(await hasWaited(deps.db, record)));
  return { ...measure, durationMs: Date.now() - startedAt.getTime(), ...(owed && { scheduled }) };
}

export function leaseKey(run: RunRef): { exportId: string; intervalEnd: Date; epoch: number } {
  return { exportId: run.exportId, intervalEnd: new Date(run.intervalEnd), epoch: run.epoch };
}

async function commit(deps: ActivityDeps, input: FinishRunInput): Promise<boolean> {
  const { run, rows, bytes, hash } = input;
  const committed = await commitLedger(deps.db, {
    ...leaseKey(run),
    runId: run.runId,
    generation: run.generation,
    rows,
    bytes,
    hash: hash ?? '',
  });
  if (committed) {
    await recordCompleteness(deps, run);
  }
  return committed;
}

function fenced(input: FinishRunInput): FinishRunInput {
  return {
    ...input,
    status: 'failed_retryable',
    errorCode: 'run_lease_lost',
    errorFault: 'platform',
    errorMessage: 'another run has taken the interval while this one was finishing',
  };
}

/** Removes what will never be committed. A destination that cannot be reached now keeps it; the next run cleans up. */
export async function discardRun(deps: ActivityDeps, run: RunRef): Promise<void> {
  try {
    const context = await loadRunContext(deps, run);
    await withSession(deps, context, AbortSignal.timeout(20_000), (session) => session.discard());
  } catch (error) {
    deps.logger.warn({ err: error, runId: run.runId }, 'left-over files of a failed run could not be removed');
  }
}

/** Stored at once: the last line is what a user looks for when a run has ended. */
async function appendUserLog(deps: ActivityDeps, input: RunEnding, recordsFailed: number): Promise<void> {
  const { run, status, errorCode, remedy } = input;
  const level = status !== 'completed' ? 'error' : recordsFailed > 0 ? 'warn' : 'info';
  const fields = { errorCode, remedy, generation: run.generation, recordsFailed };
  runLog(deps, run)[level](userMessage(input, recordsFailed), fields);
  await deps.logWriter.flush();
}

function userMessage({ status, rows, bytes, files, errorMessage }: RunEnding, recordsFailed: number): string {
  if (errorMessage !== undefined) {
    return `Run ${status}: ${errorMessage}`;
  }
  const aside =
    recordsFailed > 0 ? `; ${String(recordsFailed)} records do not fit the destination and were set aside` : '';
  return `Run ${status}: ${String(rows)} rows in ${String(files)} files, ${String(bytes)} bytes${aside}`;
}

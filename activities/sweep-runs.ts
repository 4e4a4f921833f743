import { Context } from '@temporalio/activity';
import { executionState, type ExecutionState } from '../client/executions.ts';
import { listUnattendedRuns, type RunRecord } from '../store/runs.ts';
import type { RunStatus } from '../store/tables.ts';
import { closeAbandonedRun } from './abandoned-run.ts';
import type { ActivityDeps } from './deps.ts';
import { tendHooks } from './hooks.ts';
import { tendNotices } from './notify.ts';
import type { SweepResult } from './types.ts';

const PAGE_RUNS = 100;
/** Each may wait for its destination; what is left is closed by the next sweep. */
const MAX_CLOSED = 100;
/** Temporal of another namespace knows none of our runs: what it does not know must at least be old. */
const MISSING_AFTER_MS = 10 * 60_000;

/**
 * Closes the runs whose workflow ended without finishing them. Two witnesses must agree that a run is dead: nobody
 * renews its lease, and Temporal says that its execution is over and that no newer one of the same id is open.
 */
export async function sweepRuns(deps: ActivityDeps): Promise<SweepResult> {
  await tendNotices(deps);
  await tendHooks(deps, () => {
    Context.current().heartbeat();
  });
  const result: SweepResult = { looked: 0, closed: 0 };
  let page = await listUnattendedRuns(deps.db, { limit: PAGE_RUNS });
  while (page.length > 0) {
    for (const run of page) {
      Context.current().heartbeat();
      result.looked += 1;
      result.closed += (await closeIfDead(deps, run)) ? 1 : 0;
      if (result.closed >= MAX_CLOSED) {
        return result;
      }
    }
    const last = page.at(-1);
    page = last
      ? await listUnattendedRuns(deps.db, { limit: PAGE_RUNS, after: { at: last.startedAt, id: last.id } })
      : [];
  }
  return result;
}

/** A run that cannot be judged or closed now does not keep the others open. */
async function closeIfDead(deps: ActivityDeps, run: RunRecord): Promise<boolean> {
  try {
    const ending = endingOf(await stateOf(deps, run), run);
    return ending !== undefined && (await closeAbandonedRun(deps, run, ending));
  } catch (error) {
    deps.logger.warn({ err: error, runId: run.id }, 'an open run could not be swept');
    return false;
  }
}

async function stateOf({ temporal }: ActivityDeps, run: RunRecord): Promise<ExecutionState> {
  const newest = await executionState(temporal, run.workflowId);
  return newest === 'open' ? newest : executionState(temporal, run.workflowId, run.workflowRunId);
}

export interface AbandonedEnding {
  status: RunStatus;
  errorCode: string;
  errorMessage: string;
}

function endingOf(state: ExecutionState, run: RunRecord): AbandonedEnding | undefined {
  switch (state) {
    case 'open':
      return undefined;
    case 'terminated':
      return { status: state, errorCode: 'run_terminated', errorMessage: 'its workflow was terminated' };
    case 'timed_out':
      return { status: state, errorCode: 'run_timed_out', errorMessage: 'its workflow ran out of time' };
    case 'missing':
      return Date.now() - run.startedAt.getTime() < MISSING_AFTER_MS ? undefined : abandoned('failed', 'is gone');
    case 'cancelled':
      return abandoned(state, 'was cancelled');
    case 'failed':
    case 'completed':
      return abandoned('failed', 'ended');
  }
}

function abandoned(status: RunStatus, how: string): AbandonedEnding {
  return { status, errorCode: 'run_abandoned', errorMessage: `its workflow ${how} without closing the run` };
}

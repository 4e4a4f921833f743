import { Context } from '@temporalio/activity';
import { SluiceError } from '../core/errors.ts';
import { describeInterval } from '../core/intervals.ts';
import { acquireLease, advanceGeneration, type Lease } from '../store/ledger.ts';
import { createRun, updateRun } from '../store/runs.ts';
import type { ActivityDeps } from './deps.ts';
import { runLog } from './run-log.ts';
import type { RunRef, StartGenerationInput, StartRunInput, StartRunResult } from './types.ts';

/** Another run of the interval works; ask again about when its lease could end. */
const HELD_RETRY_MS = 15_000;

/** Creates the run's row, pins the config version to it and takes the interval's lease. */
export async function startRun(deps: ActivityDeps, input: StartRunInput): Promise<StartRunResult> {
  const { workflowExecution } = Context.current().info;
  const intervalStart = new Date(input.intervalStart);
  const intervalEnd = new Date(input.intervalEnd);
  const run = await createRun(deps.db, {
    exportId: input.exportId,
    intervalStart,
    intervalEnd,
    trigger: input.trigger,
    ...(input.configVersion === undefined ? {} : { configVersion: input.configVersion }),
    workflowId: workflowExecution?.workflowId ?? 'unknown',
    workflowRunId: workflowExecution?.runId ?? 'unknown',
    ...(input.repairId === undefined ? {} : { repairId: input.repairId }),
  });
  const lease = await acquireLease(deps.db, {
    exportId: input.exportId,
    intervalStart,
    intervalEnd,
    runId: run.id,
    ttlMs: deps.settings.leaseMs,
    force: input.force,
  });
  if (lease.acquired) {
    await updateRun(deps.db, run.id, { status: 'running', generation: lease.generation });
    const { exportId, teamId } = input;
    const { epoch, generation } = lease;
    runLog(deps, { teamId, runId: run.id }).info(
      `Run started for ${describeInterval({ start: intervalStart, end: intervalEnd })} by ${input.trigger}`,
      { generation, configVersion: run.configVersion },
    );
    return {
      status: 'started',
      run: {
        exportId,
        teamId,
        runId: run.id,
        intervalStart: input.intervalStart,
        intervalEnd: input.intervalEnd,
        epoch,
        generation,
        ...(input.replacesKept === true && { replacesKept: true }),
      },
    };
  }
  if (lease.reason === 'held') {
    throw leaseHeld(lease.holderRunId);
  }
  const reason = skippedBecause(lease);
  await updateRun(deps.db, run.id, { status: 'skipped' });
  runLog(deps, { teamId: input.teamId, runId: run.id }).info(`Run skipped: ${reason}`);
  return { status: 'skipped', reason };
}

function skippedBecause(lease: Extract<Lease, { reason: 'committed' | 'no_interval' }>): string {
  return lease.reason === 'committed'
    ? `the interval is already exported by run ${lease.holderRunId}`
    : 'the schedule was changed meanwhile: the export has no such interval any more';
}

/**
 * A new plan of the interval under the same lease; its files get new names and its commit replaces the old one. Whoever
 * has met a newer generation at the destination gets one above it only while no other run has taken the lease: one that
 * was replaced by another run of ours stops here.
 */
export async function startGeneration(deps: ActivityDeps, { above, ...run }: StartGenerationInput): Promise<RunRef> {
  const generation = await advanceGeneration(deps.db, {
    exportId: run.exportId,
    intervalEnd: new Date(run.intervalEnd),
    epoch: run.epoch,
    fromGeneration: run.generation,
    ...(above === undefined ? {} : { above }),
  });
  if (generation === undefined) {
    throw new SluiceError({
      code: 'run_lease_lost',
      message: `another run has taken the interval that ends at ${run.intervalEnd}`,
      retryable: false,
      fault: 'platform',
    });
  }
  await updateRun(deps.db, run.runId, { generation });
  if (above !== undefined) {
    const why = 'The destination holds the interval by a run that our database does not know (was it restored?)';
    runLog(deps, run).warn(why, { found: above, generation });
  }
  runLog(deps, run).info(`The interval is planned again, generation ${String(generation)}`, { generation });
  return { ...run, generation };
}

function leaseHeld(holderRunId: string): SluiceError {
  return new SluiceError({
    code: 'run_lease_held',
    message: `run ${holderRunId} is exporting this interval`,
    retryable: true,
    fault: 'platform',
    retryAfterMs: HELD_RETRY_MS,
  });
}

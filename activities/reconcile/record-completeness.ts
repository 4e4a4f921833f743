import { getExport } from '../../store/exports.ts';
import { dropOlderBuckets } from '../../store/interval-buckets.ts';
import { markLateDataLoaded } from '../../store/late-data.ts';
import { settleRepair } from '../../store/repairs.ts';
import { getRun } from '../../store/runs.ts';
import { advanceWatermark } from '../../store/watermarks.ts';
import type { ActivityDeps } from '../deps.ts';
import type { RunRef } from '../types.ts';

/** What follows from a commit for the record of what is complete. Idempotent. */
export async function recordCompleteness(deps: ActivityDeps, run: RunRef): Promise<void> {
  const key = { exportId: run.exportId, intervalEnd: new Date(run.intervalEnd) };
  await dropOlderBuckets(deps.db, { ...key, generation: run.generation });
  await markLateDataLoaded(deps.db, { ...key, runId: run.runId });
  const repairId = (await getRun(deps.db, { id: run.runId }))?.repairId ?? undefined;
  if (repairId !== undefined) {
    await settleRepair(deps.db, repairId, { status: 'repaired', runId: run.runId });
  }
  const owner = await getExport(deps.db, { teamId: run.teamId, id: run.exportId });
  if (owner !== undefined) {
    await advanceWatermark(deps.db, owner);
  }
}

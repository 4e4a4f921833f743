import { FULL_PACE, paceOf } from '../../core/throttle.ts';
import { markRunning, nextIntervals } from '../../store/backfill-intervals.ts';
import { backfillProgress } from '../../store/backfill-progress.ts';
import { getBackfill, saveThrottle } from '../../store/backfills.ts';
import type { ActivityDeps } from '../deps.ts';
import type { BackfillLook, LookAtBackfillInput } from '../types.ts';

/** Decides what is to be started beside what is in flight, and tells how far the backfill has come. */
export async function lookAtBackfill(deps: ActivityDeps, input: LookAtBackfillInput): Promise<BackfillLook> {
  const backfill = await getBackfill(deps.db, { id: input.backfillId });
  const throttle = (await deps.pace?.state()) ?? FULL_PACE;
  const { slots } = paceOf(throttle, backfill.parallel);
  const without = input.inFlight.map((end) => new Date(end));
  const limit = backfill.status === 'running' && input.draining !== true ? slots - without.length : 0;
  const next = await nextIntervals(deps.db, backfill, { limit, without });
  const ends = next.map(({ intervalEnd }) => intervalEnd);
  await markRunning(deps.db, backfill.id, ends);
  await saveThrottle(deps.db, backfill.id, throttle);
  const progress = await backfillProgress(deps.db, backfill);
  return {
    status: backfill.status,
    intervals: next.map(({ intervalStart, intervalEnd }) => ({
      start: intervalStart.toISOString(),
      end: intervalEnd.toISOString(),
    })),
    force: backfill.force,
    open: progress.running + progress.pending,
    progress,
    throttle,
  };
}

import { NO_COUNTS, replayProgress } from '../core/replays.ts';
import { isSuspended } from '../delivery/shard/lane-config.ts';
import { getEndpointState } from '../store/endpoint-state.ts';
import { changeReplay, lookAtReplay as lookAtRow, type ReplayRecord } from '../store/replays.ts';
import type { ActivityDeps } from './deps.ts';
import type { ReplayState } from './types.ts';

/** How a replay stands, for its card. */
export async function lookAtReplay(deps: ActivityDeps, { replayId }: { replayId: string }): Promise<ReplayState> {
  const row = await lookAtRow(deps.db, replayId);
  if (row === undefined) {
    return { ...NO_COUNTS, status: 'cancelled', planned: 0, percent: 0, etaSeconds: null };
  }
  const { status, planned, delivered, failed, skipped } = row;
  const { percent, etaSeconds } = replayProgress(row, Date.now());
  return { ...{ status, planned, delivered, failed, skipped, percent, etaSeconds }, ...(await waitsFor(deps, row)) };
}

async function waitsFor({ db }: ActivityDeps, { status, destinationId }: ReplayRecord): Promise<{ waitsFor?: string }> {
  const health = status === 'running' ? (await getEndpointState(db, destinationId))?.health : undefined;
  return health !== undefined && isSuspended(health) ? { waitsFor: health } : {};
}

export async function steerReplay(
  deps: ActivityDeps,
  { replayId, change }: { replayId: string; change: 'pause' | 'resume' | 'cancel' },
): Promise<void> {
  await changeReplay(deps.db, replayId, change);
}

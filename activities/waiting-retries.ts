import { Context } from '@temporalio/activity';
import { appendAttempts } from '../clickhouse/attempt-log.ts';
import type { OpenRetry } from '../clickhouse/delivery-audit.ts';
import { executionState, type ExecutionState } from '../client/executions.ts';
import type { AttemptRecord } from '../core/attempts.ts';
import { retryDeliveryWorkflowId } from '../core/ids.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import { unsentRow } from '../delivery/unsent-row.ts';
import type { ActivityDeps } from './deps.ts';
import { handToRetry, type Missed, type MissedEvent } from './missed-deliveries.ts';
import { tellExhausted } from './operations.ts';

type Waiting = OpenRetry & MissedEvent;

/** A retry that fails in Temporal may have sent its event each time. */
const MAX_RESTARTS = 3;

const TERMINATED = {
  outcome: 'discarded',
  errorCode: 'retry_terminated',
  errorMessage: 'somebody ended the retry of this event in Temporal',
} as const;
const FAILED = {
  outcome: 'discarded',
  errorCode: 'retry_failed',
  errorMessage: `the retry of this event failed in Temporal, also after ${String(MAX_RESTARTS)} new starts`,
} as const;

/**
 * Of events that the log gives to a retry, those whose retry does not run. One that Temporal has lost, or that failed or timed
 * out there, is owed and started again. One that somebody has terminated or cancelled there stays ended: the event is given up,
 * on record and told, once. Stops where the webhook has as many open retries as it may.
 */
export async function tendWaiting(
  deps: ActivityDeps,
  config: LaneConfig,
  waiting: readonly Waiting[],
  into: Missed,
): Promise<void> {
  const abandoned: AttemptRecord[] = [];
  for (const event of waiting) {
    Context.current().heartbeat();
    const workflowId = retryDeliveryWorkflowId(config.destinationId, event.eventUuid);
    const state = await executionState(deps.temporal, workflowId);
    if (state === 'open' || state === 'completed') {
      continue;
    }
    const end = endOf(state, event);
    if (end !== undefined) {
      abandoned.push(unsentRow({ ...config, ...event }, new Date(await deps.eventClock.recentMs()), end));
      continue;
    }
    const taken = await handToRetry(deps, config, { ...event, hasFailed: state !== 'missing' });
    if (taken === 'refused') {
      break;
    }
    into[taken].push(event.eventUuid);
  }
  await giveUp(deps, abandoned);
  into.abandoned.push(...abandoned.map(({ eventUuid }) => eventUuid));
}

/** Why it is not started again; undefined when it is. */
function endOf(
  state: Exclude<ExecutionState, 'open' | 'completed'>,
  { restarts }: Waiting,
): typeof TERMINATED | typeof FAILED | undefined {
  if (state === 'terminated' || state === 'cancelled') {
    return TERMINATED;
  }
  return state !== 'missing' && restarts >= MAX_RESTARTS ? FAILED : undefined;
}

async function giveUp(deps: ActivityDeps, rows: readonly AttemptRecord[]): Promise<void> {
  if (rows.length > 0) {
    await appendAttempts(deps.clickhouse, rows);
    await tellExhausted(deps, rows);
  }
}

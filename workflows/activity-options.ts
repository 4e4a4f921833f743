import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/types.ts';
import { TASK_QUEUES, type RunQueue } from '../core/ids.ts';

type Bookkeeping = Pick<Activities, 'resolveInterval' | 'startRun' | 'finishRun' | 'startGeneration'>;

/** Short statements against the control plane: retried for as long as the run lives, because nothing else can go on. */
export function bookkeeping(queue: RunQueue): Bookkeeping {
  return proxyActivities<Bookkeeping>({
    taskQueue: TASK_QUEUES[queue],
    startToCloseTimeout: '30 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  });
}

type Loading = Pick<Activities, 'planInterval' | 'loadChunks' | 'commitRun' | 'verifyRun'>;

/**
 * Work on rows. Unknown failures are retried within a budget that grows with the interval; the heartbeat is short so
 * that a killed worker's run goes on elsewhere within seconds.
 */
export function loading(budgetMs: number, queue: RunQueue): Loading {
  return proxyActivities<Loading>({
    taskQueue: TASK_QUEUES[queue],
    scheduleToCloseTimeout: budgetMs,
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '2 minutes' },
  });
}

/** Decisions about a backfill: short statements, but for its plan, which counts the whole range. */
export const backfilling = proxyActivities<
  Pick<Activities, 'lookAtBackfill' | 'settleBackfillInterval' | 'finishBackfill'>
>({
  taskQueue: TASK_QUEUES.backfills,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});
export const planning = proxyActivities<Pick<Activities, 'planBackfill'>>({
  taskQueue: TASK_QUEUES.backfills,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '5 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/**
 * Looks that their Schedule repeats anyway: a few tries, so that a failing look ends red in the UI instead of hanging.
 * The heartbeat is above the longest wait for one destination (20 s).
 */
export const maintaining = proxyActivities<
  Pick<Activities, 'sweepRuns' | 'cleanUp' | 'fillGaps' | 'repairEvents' | 'auditDeliveries' | 'dueReconciliations'>
>({
  taskQueue: TASK_QUEUES.exports,
  startToCloseTimeout: '45 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '5 seconds', maximumAttempts: 3 },
});

/**
 * An erasure is owed: its steps are tried until they succeed. ClickHouse writes tables anew for it, which takes hours
 * where they are large.
 */
export const erasing = proxyActivities<
  Pick<Activities, 'beginErasure' | 'collectErasure' | 'eraseFrom' | 'leftToErase' | 'finishErasure'>
>({
  taskQueue: TASK_QUEUES.backfills,
  startToCloseTimeout: '24 hours',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
});

/** One long activity owns a shard; heartbeats only prove life, cursors are in Postgres. */
export const delivering = proxyActivities<Pick<Activities, 'deliverShard'>>({
  taskQueue: TASK_QUEUES.deliveries,
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 1.5, maximumInterval: '10 seconds' },
});

/** Short statements about a replay, in queue with the retries. */
export const replaying = proxyActivities<Pick<Activities, 'lookAtReplay' | 'steerReplay'>>({
  taskQueue: TASK_QUEUES.retries,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/** One attempt or one probe: the HTTP time-out (at most 30 s) plus bookkeeping. */
export const retrying = proxyActivities<
  Pick<Activities, 'attemptRetry' | 'settleRetry' | 'probeDestination' | 'resumeRetries' | 'giveUpNotice'>
>({
  taskQueue: TASK_QUEUES.retries,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/** Statements against the control plane, as for runs: what was found and done must get on record. */
export const bookkeepingOfReconciliation = proxyActivities<
  Pick<Activities, 'startReconciliation' | 'settleRepair' | 'finishReconciliation'>
>({
  taskQueue: TASK_QUEUES.backfills,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/**
 * Reads whole intervals, gently: a page of big ones takes a while, and one that fails for long fails the reconciliation,
 * which can be started again at any time.
 */
export const comparing = proxyActivities<Pick<Activities, 'compareIntervals' | 'removeCopies'>>({
  taskQueue: TASK_QUEUES.backfills,
  startToCloseTimeout: '3 hours',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 10 },
});

/**
 * One notice through one channel: a receiver that is away for a night still gets it, and after a day it is no news any
 * more. An attempt is a request of 15 s, or a mail of a few steps of 20 s.
 */
export const notifying = proxyActivities<Pick<Activities, 'sendNotice'>>({
  taskQueue: TASK_QUEUES.retries,
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 3, maximumInterval: '30 minutes' },
});

import { AttemptLogWriter } from '../clickhouse/attempt-log-writer.ts';
import type { MaintenanceName } from '../core/ids.ts';
import { Paces } from '../delivery/paces.ts';
import { RetryTurns } from '../delivery/retry-turns.ts';
import { lookAtBackfill } from './backfill/look-at-backfill.ts';
import { planBackfill } from './backfill/plan-backfill.ts';
import { finishBackfill, settleBackfillInterval } from './backfill/settle-backfill.ts';
import { auditDeliveries } from './audit-deliveries.ts';
import { cleanUp } from './clean-up.ts';
import { systemClock } from './clock.ts';
import { commitRun, verifyRun } from './commit-run.ts';
import { deliverShard, sharedEvents } from './deliver-shard.ts';
import type { ActivityDeps } from './deps.ts';
import { withFailures, withoutFinalFailures } from './failures.ts';
import { beginErasure, collectErasure, eraseFrom, finishErasure, leftToErase } from './erase-person.ts';
import { fillGaps } from './fill-gaps.ts';
import { finishRun } from './finish-run.ts';
import { HealthSteps } from './health-steps.ts';
import { loadChunks } from './load-chunks.ts';
import { planInterval } from './plan-interval.ts';
import { probeDestination } from './probe-destination.ts';
import { compareIntervals } from './reconcile/compare-intervals.ts';
import { dueReconciliations, finishReconciliation, startReconciliation } from './reconcile/reconciliations.ts';
import { removeCopies, settleEndedRepair } from './reconcile/repair-intervals.ts';
import { lookAtReplay, steerReplay } from './replay.ts';
import { repairEvents } from './repair-events.ts';
import { resolveInterval } from './resolve-interval.ts';
import { attemptRetry, resumeRetries } from './retry-delivery.ts';
import { createDownStarts } from './retry-port.ts';
import { runStep } from './run-step.ts';
import { giveUpNotice, sendNotice } from './send-notice.ts';
import { settleRetry } from './settle-retry.ts';
import { startGeneration, startRun } from './start-run.ts';
import { sweepRuns } from './sweep-runs.ts';
import type { Activities } from './types.ts';

type ActivitiesOf<Names extends keyof Activities> = Pick<Activities, Names>;

/** The steps of one export run, on whichever queue it runs. */
type RunActivities = ActivitiesOf<
  | 'resolveInterval'
  | 'startRun'
  | 'planInterval'
  | 'loadChunks'
  | 'commitRun'
  | 'verifyRun'
  | 'startGeneration'
  | 'finishRun'
>;

type ReconcileActivities = ActivitiesOf<
  'startReconciliation' | 'compareIntervals' | 'removeCopies' | 'settleRepair' | 'finishReconciliation'
>;

type ErasureActivities = ActivitiesOf<
  'beginErasure' | 'collectErasure' | 'eraseFrom' | 'leftToErase' | 'finishErasure'
>;

export interface ActivityGroups {
  exports: RunActivities &
    ActivitiesOf<'sweepRuns' | 'cleanUp' | 'fillGaps' | 'repairEvents' | 'auditDeliveries' | 'dueReconciliations'>;
  backfills: RunActivities &
    ReconcileActivities &
    ErasureActivities &
    ActivitiesOf<'planBackfill' | 'lookAtBackfill' | 'settleBackfillInterval' | 'finishBackfill'>;
  deliveries: ActivitiesOf<'deliverShard'>;
  retries: ActivitiesOf<
    | 'attemptRetry'
    | 'settleRetry'
    | 'probeDestination'
    | 'resumeRetries'
    | 'lookAtReplay'
    | 'steerReplay'
    | 'sendNotice'
    | 'giveUpNotice'
  >;
}

/**
 * Every activity with its dependencies bound, grouped by the task queue that runs it. `gentle` reads ClickHouse so that
 * live work does not notice.
 */
export function createActivities(deps: ActivityDeps, gentle: ActivityDeps): ActivityGroups {
  const paces = new Paces();
  const shardDeps = {
    ...{ ...deps, paces, downStarts: createDownStarts(), healthSteps: new HealthSteps(deps.draining) },
    ...{ attemptLog: new AttemptLogWriter(deps.clickhouse), events: sharedEvents(deps) },
  };
  const retryDeps = { ...deps, retryTurns: new RetryTurns(systemClock, paces) };
  return {
    exports: withFailures({
      ...runActivities(deps),
      sweepRuns: () => looked(deps, 'sweepRuns', sweepRuns(deps)),
      cleanUp: () => looked(deps, 'cleanUp', cleanUp(deps)),
      fillGaps: () => looked(deps, 'fillGaps', fillGaps(deps)),
      repairEvents: () => looked(deps, 'repairEvents', repairEvents(deps)),
      auditDeliveries: () => looked(deps, 'auditDeliveries', auditDeliveries(deps)),
      dueReconciliations: (input) => looked(deps, 'reconcileDue', dueReconciliations(deps, input)),
    } satisfies ActivityGroups['exports']),
    backfills: withFailures({
      ...runActivities(gentle),
      planBackfill: (input) => planBackfill(gentle, input),
      lookAtBackfill: (input) => lookAtBackfill(gentle, input),
      settleBackfillInterval: (input) => settleBackfillInterval(gentle, input),
      finishBackfill: (input) => finishBackfill(gentle, input),
      ...reconcileActivities(gentle),
      ...erasureActivities(gentle),
    } satisfies ActivityGroups['backfills']),
    deliveries: withFailures({
      // It lives for an hour: attempts and retries that it starts are traces of their own.
      deliverShard: (input) => deps.tracing.apart(() => deliverShard(shardDeps, input)),
    } satisfies ActivityGroups['deliveries']),
    retries: withFailures({
      ...withoutFinalFailures({
        attemptRetry: (input) => attemptRetry(retryDeps, input),
        settleRetry: (input) => settleRetry(deps, input),
        probeDestination: (input) => probeDestination(deps, input),
        resumeRetries: (input) => resumeRetries(deps, input),
      } satisfies Partial<ActivityGroups['retries']>),
      lookAtReplay: (input) => lookAtReplay(deps, input),
      steerReplay: (input) => steerReplay(deps, input),
      sendNotice: (input) => sendNotice(deps, input),
      giveUpNotice: (input) => giveUpNotice(deps, input),
    } satisfies ActivityGroups['retries']),
  };
}

/** Counts the looks that end well: one that has not done so for long is an alert. */
async function looked<Result>(
  { metrics }: ActivityDeps,
  look: MaintenanceName,
  work: Promise<Result>,
): Promise<Result> {
  const result = await work;
  metrics.looked(look);
  return result;
}

function runActivities(deps: ActivityDeps): RunActivities {
  return {
    resolveInterval: (input) => resolveInterval(deps, input),
    startRun: (input) => startRun(deps, input),
    planInterval: (run) => runStep(deps, { name: 'Planning', run }, () => planInterval(deps, run)),
    loadChunks: (run) => runStep(deps, { name: 'Loading', run }, () => loadChunks(deps, run)),
    commitRun: (run) => runStep(deps, { name: 'Committing', run }, () => commitRun(deps, run)),
    verifyRun: (run) => runStep(deps, { name: 'Verifying', run }, () => verifyRun(deps, run)),
    startGeneration: (input) => startGeneration(deps, input),
    finishRun: (input) => finishRun(deps, input),
  };
}

function reconcileActivities(deps: ActivityDeps): ReconcileActivities {
  return {
    startReconciliation: (input) => startReconciliation(deps, input),
    compareIntervals: (input) => compareIntervals(deps, input),
    removeCopies: ({ repairId }) => removeCopies(deps, repairId),
    settleRepair: (input) => settleEndedRepair(deps, input),
    finishReconciliation: (input) => finishReconciliation(deps, input),
  };
}

function erasureActivities(deps: ActivityDeps): ErasureActivities {
  return {
    beginErasure: (input) => beginErasure(deps, input),
    collectErasure: (input) => collectErasure(deps, input),
    eraseFrom: (input) => eraseFrom(deps, input),
    leftToErase: (input) => leftToErase(deps, input),
    finishErasure: (input) => finishErasure(deps, input),
  };
}

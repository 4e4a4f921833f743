import type { ControlPlane } from '../api/control-plane.ts';
import { signalBackfill } from './backfills.ts';
import { nextRetryAt, retryNow, signalDestinationChanged } from './deliveries.ts';
import { startErasure } from './erasures.ts';
import { startNotification } from './notifications.ts';
import { cancelExportRun, startExportRun } from './export-runs.ts';
import { deleteExportSchedule, upsertExportSchedule } from './export-schedules.ts';
import { reconcileExport } from './reconcile.ts';
import { deliveryStatistics } from './statistics/deliveries.ts';
import { runStatistics } from './statistics/runs.ts';
import { signalReplayChanged, startReplay } from './replays.ts';
import type { TemporalClient } from './temporal.ts';

/** Somebody waits for the answer. Longer than a healthy server takes for the few requests of a change. */
const CHANGE_WITHIN_MS = 10_000;
/** One that may follow a workflow that closes, for which it waits ten seconds at most. */
const FOLLOW_WITHIN_MS = 20_000;
/** Some hundreds of requests. */
const STATISTICS_WITHIN_MS = 60_000;

/**
 * How the API steers Temporal. Each call rejects when it takes too long: a server that is away, or silent, must not hold
 * requests.
 */
export function createControlPlane(temporal: TemporalClient): ControlPlane {
  const within = <Result>(ms: number, call: () => Promise<Result>): Promise<Result> =>
    temporal.connection.withDeadline(Date.now() + ms, call);
  const change = <Result>(call: () => Promise<Result>): Promise<Result> => within(CHANGE_WITHIN_MS, call);
  const follow = <Result>(call: () => Promise<Result>): Promise<Result> => within(FOLLOW_WITHIN_MS, call);
  return {
    upsertExportSchedule: (schedule) => change(() => upsertExportSchedule(temporal, schedule)),
    deleteExportSchedule: (exportId) => change(() => deleteExportSchedule(temporal, exportId)),
    startExportRun: (run) => follow(() => startExportRun(temporal, run)),
    reconcileExport: (range) => follow(() => reconcileExport(temporal, range)),
    cancelExportRun: (workflowId) => change(() => cancelExportRun(temporal, workflowId)),
    backfillChanged: (backfill) => change(() => signalBackfill(temporal, backfill)),
    startErasure: (erasureId) => change(() => startErasure(temporal, erasureId)),
    startNotification: (send) => change(() => startNotification(temporal, send)),
    destinationChanged: ({ destinationId, teamId, name, change: what }) =>
      change(() => signalDestinationChanged(temporal, { destinationId, teamId, name }, what)),
    nextRetryAt: (workflowId) => change(() => nextRetryAt(temporal, workflowId, new Date())),
    retryNow: (workflowIds) => change(() => retryNow(temporal, workflowIds)),
    statistics: ({ webhook, ...range }) =>
      within(STATISTICS_WITHIN_MS, () => (webhook ? deliveryStatistics : runStatistics)(temporal, range, new Date())),
    startReplay: (replay) => change(() => startReplay(temporal, replay)),
    replayChanged: (replayId) => change(() => signalReplayChanged(temporal, replayId)),
  };
}

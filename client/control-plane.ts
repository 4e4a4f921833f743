import type { ControlPlane } from '../api/control-plane.ts';
import { signalBackfill } from './backfills.ts';
import { nextRetryAt, signalDestinationChanged } from './deliveries.ts';
import { startErasure } from './erasures.ts';
import { startNotification } from './notifications.ts';
import { cancelExportRun, startExportRun } from './export-runs.ts';
import { deleteExportSchedule, upsertExportSchedule } from './export-schedules.ts';
import { reconcileExport } from './reconcile.ts';
import { deliveryStatistics } from './statistics/deliveries.ts';
import { runStatistics } from './statistics/runs.ts';
import { signalReplayChanged, startReplay } from './replays.ts';
import type { TemporalClient } from './temporal.ts';

/** How the API steers Temporal. */
export function createControlPlane(temporal: TemporalClient): ControlPlane {
  return {
    upsertExportSchedule: (schedule) => upsertExportSchedule(temporal, schedule),
    deleteExportSchedule: (exportId) => deleteExportSchedule(temporal, exportId),
    startExportRun: (run) => startExportRun(temporal, run),
    reconcileExport: (range) => reconcileExport(temporal, range),
    cancelExportRun: (workflowId) => cancelExportRun(temporal, workflowId),
    backfillChanged: (backfill) => signalBackfill(temporal, backfill),
    startErasure: (erasureId) => startErasure(temporal, erasureId),
    startNotification: (send) => startNotification(temporal, send),
    destinationChanged: ({ destinationId, teamId, name, change }) =>
      signalDestinationChanged(temporal, { destinationId, teamId, name }, change),
    nextRetryAt: (workflowId) => nextRetryAt(temporal, workflowId, new Date()),
    statistics: ({ webhook, ...range }) => (webhook ? deliveryStatistics : runStatistics)(temporal, range, new Date()),
    startReplay: (replay) => startReplay(temporal, replay),
    replayChanged: (replayId) => signalReplayChanged(temporal, replayId),
  };
}

import { rfc3339Seconds } from './time.ts';

/** Task queues by class of work. One workflow worker serves `workflows`; the others are activity-only. */
export const TASK_QUEUES = {
  workflows: 'sluice-workflows',
  exports: 'sluice-exports',
  backfills: 'sluice-backfills',
  deliveries: 'sluice-deliveries',
  retries: 'sluice-retries',
} as const;
export type QueueName = keyof typeof TASK_QUEUES;
/** Whose slots a run takes: `backfills` for everything that may wait, so that live runs never wait for it. */
export type RunQueue = Extract<QueueName, 'exports' | 'backfills'>;

/** Ids of the Schedules that keep a deployment whole; Temporal appends `-<nominal time>` for each run's workflow id. */
export const MAINTENANCE_SCHEDULES = {
  sweepRuns: 'maintenance/sweep-runs',
  cleanUp: 'maintenance/clean-up',
  fillGaps: 'maintenance/fill-gaps',
  repairEvents: 'maintenance/repair-events',
  auditDeliveries: 'maintenance/audit-deliveries',
  reconcileDue: 'maintenance/reconcile-due',
} as const;
export type MaintenanceName = keyof typeof MAINTENANCE_SCHEDULES;

/** The Schedule's id without what all of them share: `sweep-runs`. */
export function maintenanceLook(name: MaintenanceName): string {
  return MAINTENANCE_SCHEDULES[name].slice('maintenance/'.length);
}

/** The Schedule's id and its action's workflow id; Temporal appends `-<nominal time>` to the latter. */
export function exportScheduleId(exportId: string): string {
  return `export/${exportId}`;
}

/** The id a Schedule would give the run of the interval that ends at `intervalEnd`. */
export function exportRunWorkflowId(exportId: string, intervalEnd: Date): string {
  return `${exportScheduleId(exportId)}-${rfc3339Seconds(intervalEnd)}`;
}

export function backfillWorkflowId(backfillId: string): string {
  return `backfill/${backfillId}`;
}

/** Of the Schedule with `-<times>` at the end; of somebody who asks: `askedReconcileWorkflowId`. */
export function reconcileWorkflowId(exportId: string, to: Date): string {
  return `reconcile/${exportId}-${rfc3339Seconds(to)}`;
}

/** What somebody wants compared: the intervals between. */
export interface ReconcileWish {
  exportId: string;
  from: Date;
  to: Date;
  dryRun: boolean;
  repairCopies?: boolean;
}

/** One at a time of each wish: an open reconciliation is joined by what asks for the very same, and by nothing else. */
export function askedReconcileWorkflowId({ exportId, from, to, dryRun, repairCopies = false }: ReconcileWish): string {
  const how = [...(dryRun ? ['dry'] : []), ...(repairCopies ? ['copies'] : [])];
  return [reconcileWorkflowId(exportId, to), 'from', from.toISOString(), ...how].join('-');
}

export function deliveryShardWorkflowId(shard: number): string {
  return `deliveryShard/${String(shard)}`;
}

export function webhookWorkflowId(destinationId: string): string {
  return `webhook/${destinationId}`;
}

export function retryDeliveryWorkflowId(destinationId: string, eventUuid: string): string {
  return `delivery/${destinationId}/${eventUuid}`;
}

/** The other way round; undefined: it is the id of something else. */
export function retryOfWorkflowId(workflowId: string): { destinationId: string; eventUuid: string } | undefined {
  const [kind, destinationId, eventUuid] = workflowId.split('/');
  const isRetry = kind === 'delivery' && destinationId !== undefined && eventUuid !== undefined;
  return isRetry ? { destinationId, eventUuid } : undefined;
}

export function replayWorkflowId(replayId: string): string {
  return `replay/${replayId}`;
}

export function erasureWorkflowId(erasureId: string): string {
  return `erasure/${erasureId}`;
}

export function notificationWorkflowId(noticeId: string, channelId: string): string {
  return `notification/${noticeId}/${channelId}`;
}

/** FNV-1a, 32 bit: stable over processes, releases and languages, which is all a shard number needs. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}

/** The delivery shard that owns a webhook destination. `shardCount` is fixed for the life of a deployment. */
export function shardOf(destinationId: string, shardCount: number): number {
  return fnv1a(destinationId) % shardCount;
}

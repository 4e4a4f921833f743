/** The bundle's single entry: every workflow by its wire name. Names never change; a new version gets a new name. */
export { backfill } from './backfill.ts';
export { batchExport } from './batch-export.ts';
export { deliverShard } from './deliver-shard.ts';
export { erasePerson } from './erase-person.ts';
export { auditDeliveries, cleanUp, fillGaps, repairEvents, sweepRuns } from './maintenance.ts';
export { notification } from './notification.ts';
export { reconcileDue, reconcileExport } from './reconcile.ts';
export { replay } from './replay.ts';
export { retryDelivery } from './retry-delivery.ts';
export { webhook } from './webhook.ts';

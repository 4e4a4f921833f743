import { ScheduleOverlapPolicy } from '@temporalio/client';
import { MAINTENANCE_SCHEDULES, TASK_QUEUES, type MaintenanceName } from '../core/ids.ts';
import { upsertSchedule } from './schedules.ts';
import { searchAttributes } from './search-attributes.ts';
import type { TemporalClient } from './temporal.ts';

const MINUTE_MS = 60_000;
/** A look that was missed is made up for by the next one. */
const CATCHUP_MS = MINUTE_MS;

/**
 * How often each looks, how long after a multiple of that, and what the Temporal UI says that it does. Half a minute away from
 * where exports run, and from each other: what begins together is felt by deliveries.
 */
const MAINTENANCE: Record<MaintenanceName, { everyMs: number; offsetMs: number; summary: string }> = {
  sweepRuns: {
    everyMs: 5 * MINUTE_MS,
    offsetMs: 0.5 * MINUTE_MS,
    summary: 'Close export runs whose workflow has ended without a word',
  },
  cleanUp: {
    everyMs: 5 * MINUTE_MS,
    offsetMs: 1.5 * MINUTE_MS,
    summary: 'Finish deletions, and remove downloads that have expired',
  },
  fillGaps: {
    everyMs: 5 * MINUTE_MS,
    offsetMs: 2.5 * MINUTE_MS,
    summary: 'Start expected intervals of exports that nobody has exported',
  },
  reconcileDue: {
    everyMs: 5 * MINUTE_MS,
    offsetMs: 3.5 * MINUTE_MS,
    summary: 'Compare exported intervals with their source and repair them',
  },
  repairEvents: {
    everyMs: 10 * MINUTE_MS,
    offsetMs: 4.5 * MINUTE_MS,
    summary: 'Add to the events table what its view has not written',
  },
  auditDeliveries: {
    everyMs: 60 * MINUTE_MS,
    offsetMs: 9.5 * MINUTE_MS,
    summary: 'Find webhook events that nobody has delivered, and retry them',
  },
};

/** Creates the Schedules of the maintenance workflows or brings them in line. Idempotent; part of `sluice setup`. */
export async function ensureMaintenance(temporal: TemporalClient): Promise<void> {
  for (const [workflowType, { everyMs, offsetMs, summary }] of Object.entries(MAINTENANCE)) {
    const scheduleId = MAINTENANCE_SCHEDULES[workflowType as MaintenanceName];
    const typedSearchAttributes = searchAttributes({ kind: 'maintenance' });
    await upsertSchedule(temporal, {
      scheduleId,
      spec: { intervals: [{ every: everyMs, offset: offsetMs }] },
      action: {
        ...{ type: 'startWorkflow', workflowType, workflowId: scheduleId, args: [] },
        ...{ taskQueue: TASK_QUEUES.workflows, staticSummary: summary, typedSearchAttributes },
      },
      // One look at a time: a second one would find and do the same.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_MS },
      typedSearchAttributes,
    });
  }
}

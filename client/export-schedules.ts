import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { ExportRef } from '../core/export-ref.ts';
import { exportScheduleId, TASK_QUEUES } from '../core/ids.ts';
import { intervalMs } from '../core/intervals.ts';
import type { ScheduleSettings, ScheduleSpec } from '../core/schedule-spec.ts';
import { baseInput, exportAttributes, exportSummary } from './export-ref.ts';
import { temporalSpec } from './schedule-spec.ts';
import { upsertSchedule, type OwnSchedule } from './schedules.ts';
import type { TemporalClient } from './temporal.ts';

export interface ExportSchedule extends ExportRef, Pick<ScheduleSettings, 'jitterSeconds' | 'endAt'> {
  spec: ScheduleSpec;
  /** The first interval's end: nothing is started before. */
  firstEnd: Date | null;
  paused: boolean;
}

const MIN_CATCHUP_MS = 10 * 60_000;
const MS_PER_SECOND = 1_000;

/** Creates the export's Schedule or brings an existing one in line. Idempotent. */
export async function upsertExportSchedule(temporal: TemporalClient, schedule: ExportSchedule): Promise<void> {
  await upsertSchedule(temporal, scheduleOptions(schedule));
}

/** Makes a Schedule that is not there. One that is stays as it is: it may be newer. Answers whether it was missing. */
export async function restoreExportSchedule({ client }: TemporalClient, schedule: ExportSchedule): Promise<boolean> {
  try {
    await client.schedule.create(scheduleOptions(schedule));
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) {
      return false;
    }
    throw error;
  }
}

/** Stops the Schedule, with the reason as its note. An export whose schedule is gone needs none. Idempotent. */
export async function pauseExportSchedule({ client }: TemporalClient, exportId: string, note: string): Promise<void> {
  try {
    await client.schedule.getHandle(exportScheduleId(exportId)).pause(note);
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) {
      throw error;
    }
  }
}

/** Deleting what is not there is done already. */
export async function deleteExportSchedule({ client }: TemporalClient, exportId: string): Promise<void> {
  try {
    await client.schedule.getHandle(exportScheduleId(exportId)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) {
      throw error;
    }
  }
}

function scheduleOptions(schedule: ExportSchedule): OwnSchedule {
  const lengthMs = intervalMs(schedule.interval);
  return {
    scheduleId: exportScheduleId(schedule.exportId),
    spec: specOptions(schedule),
    action: {
      type: 'startWorkflow',
      workflowType: 'batchExport',
      workflowId: exportScheduleId(schedule.exportId),
      taskQueue: TASK_QUEUES.workflows,
      args: [baseInput(schedule)],
      staticSummary: exportSummary(schedule),
      typedSearchAttributes: exportAttributes(schedule),
    },
    policies: {
      // The lease allows one run per interval; SKIP, the default, would lose intervals behind a slow run.
      overlap: ScheduleOverlapPolicy.ALLOW_ALL,
      // Longer outages are filled in ranges by the gap detector, not by thousands of schedule actions.
      catchupWindow: Math.max(MIN_CATCHUP_MS, 2 * lengthMs),
    },
    state: { paused: schedule.paused },
    typedSearchAttributes: exportAttributes(schedule),
  };
}

/** Both dates are included, by Temporal as by us. */
function specOptions({ spec, jitterSeconds, firstEnd, endAt }: ExportSchedule): OwnSchedule['spec'] {
  return {
    ...temporalSpec(spec),
    ...(jitterSeconds > 0 ? { jitter: Math.min(jitterSeconds * MS_PER_SECOND, intervalMs(spec.interval)) } : {}),
    ...(firstEnd === null ? {} : { startAt: firstEnd }),
    ...(endAt === null ? {} : { endAt }),
  };
}

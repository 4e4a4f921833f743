import { ScheduleNotFoundError, ScheduleOverlapPolicy, WorkflowNotFoundError } from '@temporalio/client';
import { exportRunWorkflowId, exportScheduleId, TASK_QUEUES, type RunQueue } from '../core/ids.ts';
import { intervalMs, type ExportInterval } from '../core/intervals.ts';
import type { ScheduleSettings, ScheduleSpec } from '../core/schedule-spec.ts';
import type { BatchExportInput } from '../workflows/messages.ts';
import { temporalSpec } from './schedule-spec.ts';
import { upsertSchedule, type OwnSchedule } from './schedules.ts';
import { searchAttributes } from './search-attributes.ts';
import type { TemporalClient } from './temporal.ts';

/** What ids, summaries and search attributes of an export's runs are made of. */
export interface ExportRef {
  exportId: string;
  teamId: number;
  name: string;
  destinationId: string;
  destinationKind: string;
  interval: ExportInterval;
}

export interface ExportSchedule extends ExportRef, Pick<ScheduleSettings, 'jitterSeconds' | 'endAt'> {
  spec: ScheduleSpec;
  /** The first interval's end: nothing is started before. */
  firstEnd: Date | null;
  paused: boolean;
}

export type ExportRun = ExportRef & {
  intervalStart: Date;
  intervalEnd: Date;
  force: boolean;
  /** Absent: `manual`. */
  trigger?: Exclude<BatchExportInput['trigger'], 'schedule'>;
  /** The version of the export's settings to run with; absent: the present one. */
  configVersion?: number;
  /** Absent: `exports`. Many runs at once belong on `backfills`, where live runs never wait for them. */
  queue?: RunQueue;
};

const MIN_CATCHUP_MS = 10 * 60_000;
const MS_PER_SECOND = 1_000;

/** Creates the export's Schedule or brings an existing one in line. Idempotent. */
export async function upsertExportSchedule(temporal: TemporalClient, schedule: ExportSchedule): Promise<void> {
  await upsertSchedule(temporal, scheduleOptions(schedule));
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

/**
 * Runs one interval now, under the id that the Schedule would give it; a run of the interval that is open already is
 * joined. Never `Schedule.trigger`: its nominal time is the wall clock, not an interval's end.
 */
export async function startExportRun({ client }: TemporalClient, run: ExportRun): Promise<{ workflowId: string }> {
  const workflowId = exportRunWorkflowId(run.exportId, run.intervalEnd);
  const input: BatchExportInput = {
    ...baseInput(run),
    trigger: run.trigger ?? 'manual',
    intervalStart: run.intervalStart.toISOString(),
    intervalEnd: run.intervalEnd.toISOString(),
    force: run.force,
    queue: run.queue ?? 'exports',
    ...(run.configVersion === undefined ? {} : { configVersion: run.configVersion }),
  };
  await client.workflow.start('batchExport', {
    workflowId,
    taskQueue: TASK_QUEUES.workflows,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: summary(run),
    typedSearchAttributes: attributes(run),
  });
  return { workflowId };
}

/** Asks an open run to end; its bookkeeping still runs. A run that has ended is left alone. */
export async function cancelExportRun({ client }: TemporalClient, workflowId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).cancel();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) {
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
      staticSummary: summary(schedule),
      typedSearchAttributes: attributes(schedule),
    },
    policies: {
      // The lease allows one run per interval; SKIP, the default, would lose intervals behind a slow run.
      overlap: ScheduleOverlapPolicy.ALLOW_ALL,
      // Longer outages are filled in ranges by the gap detector, not by thousands of schedule actions.
      catchupWindow: Math.max(MIN_CATCHUP_MS, 2 * lengthMs),
    },
    state: { paused: schedule.paused },
    typedSearchAttributes: attributes(schedule),
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

function baseInput(schedule: ExportRef): BatchExportInput {
  const { exportId, teamId, name, destinationId, destinationKind, interval } = schedule;
  return { exportId, teamId, name, destinationId, destinationKind, interval, trigger: 'schedule' };
}

function attributes(schedule: ExportRef): ReturnType<typeof searchAttributes> {
  return searchAttributes({
    kind: 'export',
    destinationId: schedule.destinationId,
    destinationType: schedule.destinationKind,
  });
}

function summary(schedule: ExportRef): string {
  return `${schedule.name.slice(0, 80)} → ${schedule.destinationKind}, ${'trigger' in schedule && schedule.trigger === 'on_demand' ? 'once' : `every ${schedule.interval}`}`;
}

import { WorkflowNotFoundError, type WorkflowStartOptions } from '@temporalio/client';
import type { ExportRef } from '../core/export-ref.ts';
import { exportRunWorkflowId, TASK_QUEUES, type RunQueue } from '../core/ids.ts';
import type { BatchExportInput } from '../workflows/messages.ts';
import { baseInput, exportAttributes, exportSummary } from './export-ref.ts';
import { startOrFollow, startOrJoin } from './follow.ts';
import type { TemporalClient } from './temporal.ts';

export type ExportRun = ExportRef & {
  intervalStart: Date;
  intervalEnd: Date;
  force: boolean;
  /** Of `BatchExportInput`. */
  replacesKept?: boolean;
  /** Absent: `manual`. */
  trigger?: Exclude<BatchExportInput['trigger'], 'schedule'>;
  /** The version of the export's settings to run with; absent: the present one. */
  configVersion?: number;
  /** Absent: `exports`. Many runs at once belong on `backfills`, where live runs never wait for them. */
  queue?: RunQueue;
  /**
   * What to do when Temporal holds an open run of the interval. `join`: nothing more. `follow`, the default, is for
   * callers who know that no run is under way: one that has been recorded as ended closes in a moment, and this one
   * runs after it.
   */
  whenOpen?: 'join' | 'follow';
};

/**
 * Runs one interval now, under the id that the Schedule would give it. A run of the interval that stays open is joined
 * (`whenOpen`). Never `Schedule.trigger`: its nominal time is the wall clock, not an interval's end.
 */
export async function startExportRun(temporal: TemporalClient, run: ExportRun): Promise<{ workflowId: string }> {
  const options = startOptions(run);
  await (run.whenOpen === 'join' ? startOrJoin : startOrFollow)(temporal, 'batchExport', options);
  return { workflowId: options.workflowId };
}

function startOptions(run: ExportRun): WorkflowStartOptions & { args: [BatchExportInput] } {
  const input: BatchExportInput = {
    ...baseInput(run),
    trigger: run.trigger ?? 'manual',
    intervalStart: run.intervalStart.toISOString(),
    intervalEnd: run.intervalEnd.toISOString(),
    force: run.force,
    ...(run.replacesKept === undefined ? {} : { replacesKept: run.replacesKept }),
    queue: run.queue ?? 'exports',
    ...(run.configVersion === undefined ? {} : { configVersion: run.configVersion }),
  };
  return {
    workflowId: exportRunWorkflowId(run.exportId, run.intervalEnd),
    taskQueue: TASK_QUEUES.workflows,
    args: [input],
    staticSummary: exportSummary(run),
    typedSearchAttributes: exportAttributes(run),
  };
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

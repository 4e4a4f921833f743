import { setTimeout as sleep } from 'node:timers/promises';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { exportRunWorkflowId, TASK_QUEUES, type RunQueue } from '../core/ids.ts';
import type { BatchExportInput } from '../workflows/messages.ts';
import { executionState } from './executions.ts';
import { baseInput, exportAttributes, exportSummary, type ExportRef } from './export-ref.ts';
import type { TemporalClient } from './temporal.ts';

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
  /**
   * What to do when Temporal holds an open run of the interval. `join`: nothing more. `follow`, the default, is for
   * callers who know that no run is under way: one that has been recorded as ended closes in a moment, and this one
   * runs after it.
   */
  whenOpen?: 'join' | 'follow';
};

/** After a run is recorded as ended, its workflow has two short steps left; notices may be among them. */
const CLOSING_MS = 10_000;
const CLOSING_POLL_MS = 100;

/**
 * Runs one interval now, under the id that the Schedule would give it. A run of the interval that stays open is joined
 * (`whenOpen`). Never `Schedule.trigger`: its nominal time is the wall clock, not an interval's end.
 */
export async function startExportRun(temporal: TemporalClient, run: ExportRun): Promise<{ workflowId: string }> {
  const options = startOptions(run);
  const { workflowId } = options;
  if (run.whenOpen === 'join' || !(await startUnlessOpen(temporal, options))) {
    await start(temporal, { ...options, workflowIdConflictPolicy: 'USE_EXISTING' });
  }
  return { workflowId };
}

/** False: one is still open after the time that a run needs to close. */
async function startUnlessOpen(temporal: TemporalClient, options: RunOptions): Promise<boolean> {
  const deadline = performance.now() + CLOSING_MS;
  while (performance.now() < deadline) {
    try {
      await start(temporal, { ...options, workflowIdConflictPolicy: 'FAIL' });
      return true;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
        throw error;
      }
    }
    await closed(temporal, options.workflowId, deadline);
  }
  return false;
}

async function closed(temporal: TemporalClient, workflowId: string, deadline: number): Promise<void> {
  while (performance.now() < deadline && (await executionState(temporal, workflowId)) === 'open') {
    await sleep(CLOSING_POLL_MS);
  }
}

type RunOptions = WorkflowStartOptions & { args: [BatchExportInput] };

async function start({ client }: TemporalClient, options: RunOptions): Promise<void> {
  await client.workflow.start('batchExport', options);
}

function startOptions(run: ExportRun): RunOptions {
  const input: BatchExportInput = {
    ...baseInput(run),
    trigger: run.trigger ?? 'manual',
    intervalStart: run.intervalStart.toISOString(),
    intervalEnd: run.intervalEnd.toISOString(),
    force: run.force,
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

import { z } from 'zod';
import type { RunNeighbours, RunRecord } from '../store/runs.ts';
import { RUN_STATUSES } from '../store/tables.ts';
import { timestamp } from './schemas.ts';

export const runSchema = z
  .object({
    id: z.uuid(),
    export_id: z.uuid(),
    interval_start: timestamp,
    interval_end: timestamp,
    status: z.enum(RUN_STATUSES),
    trigger: z.string(),
    export_version: z.number().int().describe('Version of the export that the run is pinned to.'),
    generation: z.number().int(),
    rows_in: z.number().int().describe('Rows that the source had for the interval.'),
    rows: z.number().int().describe('Rows that the destination got.'),
    bytes: z.number().int(),
    files: z.number().int(),
    records_failed: z
      .number()
      .int()
      .describe('Records that the destination cannot hold; they were set aside with the reason.'),
    kept: z
      .boolean()
      .describe(
        'The destination keeps files of before a restore of our database: they have more rows than the source has now. A run with `replace_kept` replaces them.',
      ),
    error: z
      .object({
        code: z.string(),
        message: z.string(),
        remedy: z.string().nullable(),
        fault: z.enum(['customer', 'destination', 'platform']).nullable().describe('Who has to act.'),
        step: z.string().nullable().describe('The activity that failed.'),
      })
      .nullable(),
    workflow_id: z.string().describe('Find it in the Temporal UI by this id.'),
    started_at: timestamp,
    finished_at: timestamp.nullable(),
    timings: z.record(z.string(), z.number()).describe('Milliseconds by step, over all attempts.'),
  })
  .meta({ id: 'Run' });

export const runDetailSchema = runSchema
  .extend({
    previous_run_id: z
      .uuid()
      .nullable()
      .describe('The run of the export that started before it; null: it is the first.'),
    next_run_id: z.uuid().nullable().describe('The run of the export that started after it; null: it is the newest.'),
  })
  .meta({ id: 'RunDetail' });

export function runDetailView(run: RunRecord, beside: RunNeighbours): z.output<typeof runDetailSchema> {
  return { ...runView(run), previous_run_id: beside.previousRunId, next_run_id: beside.nextRunId };
}

export function runView(run: RunRecord): z.output<typeof runSchema> {
  return {
    id: run.id,
    export_id: run.exportId,
    interval_start: run.intervalStart.toISOString(),
    interval_end: run.intervalEnd.toISOString(),
    status: run.status,
    trigger: run.trigger,
    export_version: run.configVersion,
    generation: run.generation,
    rows_in: run.rowsIn,
    rows: run.rows,
    bytes: run.bytes,
    files: run.files,
    records_failed: run.recordsFailed,
    kept: run.kept,
    error: errorView(run),
    workflow_id: run.workflowId,
    started_at: run.startedAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
    timings: run.timings,
  };
}

function errorView(run: RunRecord): z.output<typeof runSchema>['error'] {
  if (run.errorCode === null) {
    return null;
  }
  const { errorMessage, remedy, errorFault: fault, errorStep: step } = run;
  return { code: run.errorCode, message: errorMessage ?? '', remedy, fault, step };
}

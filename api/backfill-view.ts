import { z } from 'zod';
import { BACKFILL_INTERVAL_STATUSES, BACKFILL_STATUSES } from '../core/backfill.ts';
import type { BackfillEstimate } from '../core/backfill-estimate.ts';
import { backfillWorkflowId } from '../core/ids.ts';
import type { BackfillInterval } from '../store/backfill-intervals.ts';
import { backfillProgress, type BackfillProgress } from '../store/backfill-progress.ts';
import type { BackfillRecord } from '../store/backfills.ts';
import type { ApiDeps } from './deps.ts';
import { timestamp } from './schemas.ts';

const count = z.number().int();

export const estimateSchema = z
  .object({
    intervals: count.describe('To be exported.'),
    skipped: count.describe('Exported already.'),
    empty: count.describe('Without events, and older than the export.'),
    rows: z.number().nullable().describe('Stored rows, or those that a query gives; null: they cannot be counted.'),
    sampled: count.optional().describe('How many intervals were counted, of a query: all are taken to be like these.'),
    bytes: z.number().nullable().describe('Uncompressed.'),
    minutes: z.number().nullable().describe('When nothing throttles it.'),
    basis: z.enum(['this_export', 'default']).describe('Whose past runs the minutes come from.'),
  })
  .meta({ id: 'BackfillEstimate' });

export const estimateView = (estimate: BackfillEstimate): z.output<typeof estimateSchema> => estimate;

const progressSchema = z.object({
  ...{ intervals: count, completed: count, skipped: count, empty: count, failed: count, cancelled: count },
  ...{ running: count, pending: count, rows: count, bytes: count, rows_left: count },
  percent: z.number().describe('Of the intervals, those that need nothing more.'),
  seconds_left: count.nullable().describe('At the pace of the last ten minutes; null while nobody can tell.'),
});

export const backfillSchema = z
  .object({
    id: z.uuid(),
    export_id: z.uuid(),
    status: z.enum(BACKFILL_STATUSES),
    reason: z.string().nullable().describe('Why it is paused or has failed.'),
    range_start: timestamp,
    range_end: timestamp,
    order: z.enum(['newest', 'oldest']),
    parallel: count,
    force: z.boolean(),
    estimate: estimateSchema.nullable(),
    progress: progressSchema,
    throttle: z
      .object({ level: z.number(), reason: z.string().nullable() })
      .nullable()
      .describe('Share of the full pace, and what live work it gives way to.'),
    created_at: timestamp,
    finished_at: timestamp.nullable(),
    workflow_id: z.string().describe('Find it in the Temporal UI by this id.'),
  })
  .meta({ id: 'Backfill' });

export async function backfillView(deps: ApiDeps, record: BackfillRecord): Promise<z.output<typeof backfillSchema>> {
  return {
    id: record.id,
    export_id: record.exportId,
    status: record.status,
    reason: record.reason,
    range_start: record.rangeStart.toISOString(),
    range_end: record.rangeEnd.toISOString(),
    order: record.newestFirst ? 'newest' : 'oldest',
    parallel: record.parallel,
    force: record.force,
    estimate: record.estimate,
    progress: progressView(await backfillProgress(deps.db, record)),
    throttle: record.throttle && { level: record.throttle.level, reason: record.throttle.reason ?? null },
    created_at: record.createdAt.toISOString(),
    finished_at: record.finishedAt?.toISOString() ?? null,
    workflow_id: backfillWorkflowId(record.id),
  };
}

function progressView({ rowsLeft, secondsLeft, ...counts }: BackfillProgress): z.output<typeof progressSchema> {
  const { intervals, running, pending } = counts;
  const percent = intervals === 0 ? 0 : Math.floor((1_000 * (intervals - running - pending)) / intervals) / 10;
  return { ...counts, rows_left: rowsLeft, percent, seconds_left: secondsLeft };
}

export const intervalSchema = z
  .object({
    interval_start: timestamp,
    interval_end: timestamp,
    status: z.enum(BACKFILL_INTERVAL_STATUSES),
    expected_rows: count.nullable(),
    rows: count,
    bytes: count,
    run_id: z.uuid().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    finished_at: timestamp.nullable(),
  })
  .meta({ id: 'BackfillInterval' });

export function intervalView(interval: BackfillInterval): z.output<typeof intervalSchema> {
  const { errorCode, errorMessage } = interval;
  return {
    interval_start: interval.intervalStart.toISOString(),
    interval_end: interval.intervalEnd.toISOString(),
    status: interval.status,
    expected_rows: interval.expectedRows,
    rows: interval.rows,
    bytes: interval.bytes,
    run_id: interval.runId,
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
    finished_at: interval.finishedAt?.toISOString() ?? null,
  };
}

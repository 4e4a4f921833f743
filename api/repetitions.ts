import { z } from 'zod';
import { SluiceError } from '../core/errors.ts';
import { rfc3339Seconds } from '../core/time.ts';
import type { ExportRecord } from '../store/exports.ts';
import { intervalState, listRunIntervals, type RunInterval } from '../store/run-intervals.ts';
import type { RunRecord } from '../store/runs.ts';
import type { ApiDeps } from './deps.ts';
import { exportRef, findExport } from './export-view.ts';
import { fieldError } from './problem.ts';
import { timestamp } from './schemas.ts';
import { steering } from './temporal-errors.ts';

/** More belong into a backfill, which has a budget and can be paused. */
export const MAX_REPEATED = 100;

export const repeatFields = {
  config: z
    .enum(['original', 'current'])
    .default('current')
    .describe('The settings to run with: those of the last run of the interval, or those of today.'),
  force: z.boolean().default(false).describe('Also repeat an interval that has been exported already.'),
};

export interface Repeat {
  config: 'original' | 'current';
  force: boolean;
}

export function repeatOf(body: Partial<Repeat> | null | undefined): Repeat {
  return { config: body?.config ?? 'current', force: body?.force ?? false };
}

export const repeatedSchema = z.object({
  workflow_id: z.string(),
  interval_start: timestamp,
  interval_end: timestamp,
  export_version: z.int().describe('Version of the export that the new run is pinned to.'),
});

/** Runs the interval of a run that has ended again, with exactly its bounds. */
export async function retryRun(
  deps: ApiDeps,
  run: RunRecord,
  repeat: Repeat,
): Promise<z.output<typeof repeatedSchema>> {
  const record = await findExport(deps, { teamId: run.teamId, id: run.exportId });
  const { exportId, intervalStart, intervalEnd, configVersion } = run;
  const state = await intervalState(deps.db, { exportId, intervalEnd });
  if (state.open) {
    throw stillOpen(intervalEnd);
  }
  if (state.committed && !repeat.force) {
    throw exported(intervalEnd);
  }
  const interval = { intervalStart, intervalEnd, configVersion, ...state };
  return start(deps, record, interval, { ...repeat, queue: 'exports' });
}

export interface RepeatedRange {
  started: z.output<typeof repeatedSchema>[];
  skipped: { interval_end: string; reason: 'running' | 'exported' }[];
}

/** Runs every interval that lies in the range and has had a run again. */
export async function repeatRange(
  deps: ApiDeps,
  record: ExportRecord,
  range: { from: Date; to: Date } & Repeat,
): Promise<RepeatedRange> {
  const { from, to } = range;
  const intervals = await listRunIntervals(deps.db, { exportId: record.id, from, to, limit: MAX_REPEATED + 1 });
  if (intervals.length > MAX_REPEATED) {
    throw tooMany();
  }
  const result: RepeatedRange = { started: [], skipped: [] };
  for (const interval of intervals) {
    const reason = interval.open ? 'running' : interval.committed && !range.force ? 'exported' : undefined;
    if (reason === undefined) {
      // Many at once wait behind live runs, not before them.
      result.started.push(await start(deps, record, interval, { ...range, queue: 'backfills' }));
    } else {
      result.skipped.push({ interval_end: interval.intervalEnd.toISOString(), reason });
    }
  }
  return result;
}

async function start(
  deps: ApiDeps,
  record: ExportRecord,
  { intervalStart, intervalEnd, committed, configVersion }: RunInterval,
  { config, queue }: Repeat & { queue: 'exports' | 'backfills' },
): Promise<z.output<typeof repeatedSchema>> {
  const version = config === 'original' ? configVersion : record.version;
  const { workflowId } = await steering(
    deps.controlPlane.startExportRun({
      ...(await exportRef(deps, record)),
      ...{ intervalStart, intervalEnd, trigger: 'manual', force: committed, configVersion: version, queue },
    }),
  );
  return {
    workflow_id: workflowId,
    interval_start: intervalStart.toISOString(),
    interval_end: intervalEnd.toISOString(),
    export_version: version,
  };
}

/** Refuses to repeat what is being exported: it might be what the caller wants already. */
export function stillOpen(end: Date): SluiceError {
  return new SluiceError({
    code: 'interval_running',
    message: `a run of the interval until ${rfc3339Seconds(end)} is open`,
    retryable: false,
    fault: 'customer',
    remedy: 'Wait for it, or cancel it first.',
  });
}

/** Refuses to repeat what has been exported unless the caller insists. */
export function exported(end: Date, runId?: string): SluiceError {
  const by = runId === undefined ? '' : ` by run ${runId}`;
  return new SluiceError({
    code: 'interval_exported',
    message: `the interval until ${rfc3339Seconds(end)} was exported${by}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Send "force": true to export it again in place of what is there.',
  });
}

function tooMany(): SluiceError {
  return fieldError('to', {
    code: 'range_too_large',
    message: `to: the range has more than ${String(MAX_REPEATED)} intervals`,
    remedy: 'Choose a shorter range, or create a backfill.',
  });
}

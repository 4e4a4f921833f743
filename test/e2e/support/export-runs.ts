import type { ApiCall } from '../../../dev/api-client.ts';
import { eventually } from '../../support/eventually.ts';

/** A run as the API shows it. */
export interface Run {
  id: string;
  interval_start: string;
  interval_end: string;
  status: string;
  trigger: string;
  generation: number;
  export_version: number;
  rows_in: number;
  rows: number;
  bytes: number;
  files: number;
  records_failed: number;
  kept: boolean;
  error: { code: string; message: string; remedy: string | null } | null;
  workflow_id: string;
  started_at: string;
  finished_at: string | null;
  timings: Record<string, number>;
}

export const RUN_TIMEOUT_MS = 120_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
export const PARQUET = { file_format: 'parquet', compression: 'zstd' } as const;
export const JSON_LINES = { file_format: 'jsonl', compression: 'gzip' } as const;

/** A minute that ended long ago: its rows have settled, and a run of it need not wait. */
export interface PastMinute {
  startMicros: number;
  endMicros: number;
  /** RFC 3339. */
  end: string;
}

export function pastMinute(minutesAgo = 60): PastMinute {
  const endMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - minutesAgo * MINUTE_MS;
  return {
    startMicros: (endMs - MINUTE_MS) * 1_000,
    endMicros: endMs * 1_000,
    end: new Date(endMs).toISOString(),
  };
}

/** A day of UTC, 1: yesterday. No Schedule starts a run of a day while a test runs. */
export function pastDay(daysAgo: number): PastMinute {
  const endMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - (daysAgo - 1) * DAY_MS;
  return { startMicros: (endMs - DAY_MS) * 1_000, endMicros: endMs * 1_000, end: new Date(endMs).toISOString() };
}

/** An export of every minute. Paused unless told otherwise: then only `runMinute` starts runs. */
export async function createExport(
  api: ApiCall,
  place: { kind: string; config: Record<string, unknown> },
  changes: Record<string, unknown> = {},
): Promise<string> {
  const destination = await api<{ id: string }>('POST', '/destinations', {
    kind: place.kind,
    name: `test ${place.kind}`,
    config: place.config,
  });
  const body = { name: `every minute to ${place.kind}`, destination_id: destination.id, interval: '1m', paused: true };
  return (await api<{ id: string }>('POST', '/exports', { ...body, ...changes })).id;
}

export async function listRuns(api: ApiCall, exportId: string): Promise<Run[]> {
  return (await api<{ items: Run[] }>('GET', `/exports/${exportId}/runs?limit=100`)).items;
}

/** The newest run that fits, when it has ended. */
export function finishedRun(api: ApiCall, exportId: string, fits: (run: Run) => boolean): Promise<Run> {
  return eventually(
    async () => {
      const runs = await listRuns(api, exportId);
      const run = runs.find(fits);
      if (run === undefined || run.finished_at === null) {
        throw new Error(`not finished: ${JSON.stringify(runs)}`);
      }
      return run;
    },
    { timeoutMs: RUN_TIMEOUT_MS, intervalMs: 200 },
  );
}

/** Runs the minute now and waits for that very run, however it ends. */
export async function runMinute(
  api: ApiCall,
  exportId: string,
  minute: PastMinute,
  options: { force?: boolean; replace_kept?: boolean } = {},
): Promise<Run> {
  const known = new Set((await listRuns(api, exportId)).map((run) => run.id));
  await startMinute(api, exportId, minute, options);
  return finishedRun(api, exportId, (run) => run.interval_end === minute.end && !known.has(run.id));
}

export async function startMinute(
  api: ApiCall,
  exportId: string,
  minute: PastMinute,
  options: { force?: boolean; replace_kept?: boolean } = {},
): Promise<void> {
  await api('POST', `/exports/${exportId}/run`, { interval_end: minute.end, ...options });
}

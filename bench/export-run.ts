import { createExport } from '../store/exports.ts';
import { startExportRun } from '../client/export-runs.ts';
import type { OutputFormat } from '../core/formats.ts';
import { intervalEndingAt } from '../core/intervals.ts';
import { listRuns, type RunRecord } from '../store/runs.ts';
import type { Bench } from './bench-system.ts';
import { measured, type Usage } from './process-stats.ts';

export interface ExportCase {
  kind: string;
  destinationId: string;
  format: OutputFormat;
  teamId: number;
  rows: number;
  /** End of an hour that has passed. */
  intervalEnd: Date;
}

export interface MeasuredRun {
  run: RunRecord;
  /** Loading and committing, from the run's own timings: what an export does with the data. */
  loadMs: number;
  /** From the start of the workflow to its end as this process sees it: planning, verifying and Temporal included. */
  wallMs: number;
  usage: Usage;
  engineCpuSeconds: number;
}

/** Exports the case's hour once, as an export of its own, so that each run writes everything anew. */
export async function runExport(bench: Bench, target: ExportCase): Promise<MeasuredRun> {
  const { teamId, destinationId, format } = target;
  const name = `${target.kind} ${format.fileFormat}`;
  const record = await createExport(bench.db, {
    teamId,
    destinationId,
    name,
    interval: 'hour',
    filter: {},
    format,
    paused: true,
  });
  const bounds = intervalEndingAt('hour', target.intervalEnd);
  if (bounds === undefined) {
    throw new Error('the interval must end on the hour');
  }
  const work = async (): Promise<number> => {
    const startedMs = performance.now();
    const { workflowId } = await startExportRun(bench.temporal, {
      exportId: record.id,
      teamId,
      name,
      destinationId,
      destinationKind: target.kind,
      interval: 'hour',
      intervalStart: bounds.start,
      intervalEnd: bounds.end,
      force: false,
    });
    await bench.temporal.client.workflow.getHandle(workflowId).result();
    return performance.now() - startedMs;
  };
  // The engine works for both sides; its share tells where an export's time goes.
  const { result: own, usage: engine } = await measured(bench.enginePid, () => measured(bench.workerPid, work));
  const [run] = await listRuns(bench.db, { teamId, exportId: record.id, limit: 1 });
  if (run === undefined) {
    throw new Error(`the export ${name} has no run`);
  }
  const { timings } = run;
  return {
    run,
    loadMs: (timings['load'] ?? 0) + (timings['commit'] ?? 0),
    wallMs: own.result,
    usage: own.usage,
    engineCpuSeconds: engine.cpuSeconds,
  };
}

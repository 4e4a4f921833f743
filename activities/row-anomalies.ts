import { judgeRows, type RowAnomaly } from '../core/row-anomalies.ts';
import { noteRowAnomaly, pastRows } from '../store/row-anomalies.ts';
import { getExport } from '../store/exports.ts';
import { getRun, type RunRecord } from '../store/runs.ts';
import type { ActivityDeps } from './deps.ts';
import type { RunEnding } from './finish-run.ts';
import { notify } from './notify.ts';
import { operationalEvent } from './operations.ts';

/**
 * Tells of a run on schedule that exported far more or fewer rows than the same hours of past weeks, and of the first
 * usual one after it. Never throws: nothing of the run depends on it.
 */
export async function noticeOfRows(deps: ActivityDeps, { run, status, rows }: RunEnding): Promise<void> {
  if (status !== 'completed') {
    return;
  }
  try {
    const record = await getRun(deps.db, { id: run.runId });
    if (record?.trigger === 'schedule' || record?.trigger === 'gap_fill') {
      await judge(deps, record, rows);
    }
  } catch (error) {
    deps.logger.warn({ err: error, runId: run.runId }, 'the rows of a run could not be compared with past weeks');
  }
}

async function judge(deps: ActivityDeps, run: RunRecord, rows: number): Promise<void> {
  const { exportId, teamId, intervalEnd, id: runId } = run;
  const found = judgeRows(rows, await pastRows(deps.db, run));
  await noteRowAnomaly(deps.db, { exportId, teamId, intervalEnd, runId, rows }, found);
  const name = (await getExport(deps.db, { teamId, id: exportId }))?.name;
  if (name !== undefined) {
    await tell(deps, { run, rows, name, found });
  }
}

async function tell(
  deps: ActivityDeps,
  { run, rows, name, found }: { run: RunRecord; rows: number; name: string; found: RowAnomaly | undefined },
): Promise<void> {
  const { teamId, exportId, intervalEnd, id } = run;
  const about = { teamId, subject: `export/${exportId}`, topic: 'rows', position: intervalEnd };
  const ids = { export_id: exportId, export_name: name, run_id: id, interval_end: intervalEnd.toISOString(), rows };
  if (found === undefined) {
    await notify(deps, {
      ...{ ...about, event: 'export.rows_usual', title: `Export "${name}" has its usual number of rows again` },
      ...{ text: `A run has exported ${String(rows)} rows.`, details: ids },
    });
    return;
  }
  const { kind, expected, low, high } = found;
  await operationalEvent(deps, {
    ...{ teamId, type: 'export.rows_unusual', key: `rows/${id}` },
    payload: { ...ids, kind, expected, low, high },
  });
  await notify(deps, {
    ...{ ...about, event: 'export.rows_unusual', state: kind },
    title: `Export "${name}" has unusually ${kind === 'drop' ? 'few' : 'many'} rows: ${String(rows)}`,
    text: `At this time of the week ${String(low)} to ${String(high)} are usual. Look whether events are captured as always.`,
    details: { ...ids, kind, expected, low, high },
  });
}

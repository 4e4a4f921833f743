import { LOG_KEPT_MS } from '../core/log-reach.ts';
import { getExport, type ExportRecord } from '../store/exports.ts';
import type { ExportBehind } from '../store/watermarks.ts';
import type { ActivityDeps } from './deps.ts';
import type { RunEnding } from './finish-run.ts';
import { notify } from './notify.ts';
import { operationalEvent } from './operations.ts';
import { noticeOfQuota } from './quota.ts';
import type { RunRef } from './types.ts';

const MS_PER_DAY = 24 * 60 * 60_000;

/** Tells of a run that failed, and of the first that succeeds after it; of a quota that is used up. */
export async function noticeOfRun(deps: ActivityDeps, ending: RunEnding): Promise<void> {
  const { run, status } = ending;
  if (status === 'over_quota') {
    return noticeOfQuota(deps, ending);
  }
  // A run that lost its interval to another says nothing; one that was cancelled was meant to end.
  if (status === 'cancelled' || status === 'skipped' || ending.errorCode === 'run_lease_lost') {
    return;
  }
  const name = await nameOf(deps, run);
  if (name === undefined) {
    return;
  }
  const about = {
    ...{ teamId: run.teamId, subject: `export/${run.exportId}`, topic: 'runs', position: new Date(run.intervalEnd) },
  };
  const ids = { export_id: run.exportId, export_name: name, run_id: run.runId, interval_end: run.intervalEnd };
  if (status === 'completed') {
    await notify(deps, {
      ...{ ...about, event: 'export.recovered', title: `Export "${name}" works again` },
      ...{ text: `A run has exported ${String(ending.rows)} rows.`, details: { ...ids, rows: ending.rows } },
    });
    return;
  }
  const code = ending.errorCode ?? 'unknown';
  await operationalEvent(deps, {
    ...{ teamId: run.teamId, type: 'export.failed', key: `run/${run.runId}` },
    payload: { ...ids, status, error_code: code, remedy: ending.remedy ?? null },
  });
  await notify(deps, {
    ...{ ...about, event: 'export.failed', state: code, title: `Export "${name}" fails: ${code}` },
    text: sentences(ending.errorMessage, ending.remedy),
    details: { ...ids, status, error_code: code, fault: ending.errorFault ?? 'platform', remedy: ending.remedy },
  });
}

/** Undefined when the export is deleted, which is nobody's news. Never throws, like all of this. */
async function nameOf({ db, logger }: ActivityDeps, run: RunRef): Promise<string | undefined> {
  try {
    return (await getExport(db, { teamId: run.teamId, id: run.exportId }))?.name;
  } catch (error) {
    logger.warn({ err: error, runId: run.runId }, 'a notice of a run could not be raised');
    return undefined;
  }
}

/** Tells of an export that Sluice has paused. */
export async function noticeOfPause(
  deps: ActivityDeps,
  { id, teamId, name, pauseReason }: ExportRecord,
): Promise<void> {
  if (pauseReason === undefined) {
    return;
  }
  const { code, message, remedy, failures, runId, about } = pauseReason;
  const how =
    about === 'destination'
      ? 'A connection check of its destination that passes resumes it.'
      : 'Change its settings, then resume it.';
  const ids = { export_id: id, export_name: name, run_id: runId };
  await operationalEvent(deps, {
    ...{ teamId, type: 'export.paused', key: `pause/${id}/${runId}` },
    payload: { ...ids, error_code: code, failures, remedy },
  });
  await notify(deps, {
    ...{ teamId, event: 'export.auto_paused', subject: `export/${id}`, topic: 'pause', state: 'auto' },
    title: `Export "${name}" is paused: ${code}`,
    text: sentences(`${String(failures)} runs in a row failed: ${message}`, remedy, how),
    details: { export_id: id, export_name: name, run_id: runId, error_code: code, failures, remedy, about },
  });
}

/** Tells of an export whose missing rows the event log is about to forget. */
export async function noticeOfLogEnd(deps: ActivityDeps, { id, teamId, name, ageMs }: ExportBehind): Promise<void> {
  const [daysBehind, daysKept] = [ageMs, LOG_KEPT_MS].map((ms) => Math.floor(ms / MS_PER_DAY));
  await notify(deps, {
    ...{ teamId, event: 'destination.near_log_ttl', subject: `export/${id}`, topic: 'log_end', state: 'near_log_end' },
    title: `Export "${name}" is ${String(daysBehind)} days behind`,
    text: `The event log keeps ${String(daysKept)} days. Find out in its runs why it is behind, and repeat or backfill what is missing.`,
    details: { export_id: id, export_name: name, days_behind: daysBehind, days_kept: daysKept },
  });
}

/** Error messages come with and without a full stop. */
function sentences(...parts: (string | null | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== null && part !== '')
    .map((part) => (/[.!?]$/.test(part ?? '') ? part : `${part ?? ''}.`))
    .join(' ');
}

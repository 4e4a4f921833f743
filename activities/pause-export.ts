import { pauseExportSchedule } from '../client/export-schedules.ts';
import { pauseHopelessExport } from '../store/auto-pause.ts';
import type { ActivityDeps } from './deps.ts';
import { noticeOfPause } from './export-notices.ts';
import { runLog } from './run-log.ts';
import type { RunEnding } from './finish-run.ts';

/**
 * Pauses the export of a run that failed by the customer's fault once enough runs in a row have failed alike. Neither
 * our own faults nor a destination that is down ever pause an export. Idempotent.
 */
export async function pauseIfHopeless(deps: ActivityDeps, { run, ...ending }: RunEnding): Promise<void> {
  const threshold = deps.settings.pauseAfterFailures;
  if (ending.status !== 'failed' || ending.errorFault !== 'customer' || threshold === 0) {
    return;
  }
  const paused = await pauseHopelessExport(deps.db, {
    ...{ exportId: run.exportId, runId: run.runId, threshold },
    // Planning reads the source only, by the export's own settings; every later step meets the destination.
    about: ending.errorStep === 'planInterval' ? 'export' : 'destination',
  });
  if (paused?.pauseReason === undefined) {
    return;
  }
  const { code, failures } = paused.pauseReason;
  const why = `${String(failures)} runs in a row failed with ${code}`;
  await pauseExportSchedule(deps.temporal, run.exportId, why);
  await noticeOfPause(deps, paused);
  runLog(deps, run).error(`The export is paused: ${why}`, { code, failures, remedy: ending.remedy });
}

import { Context } from '@temporalio/activity';
import { deleteExportSchedule, restoreExportSchedule } from '../client/export-schedules.ts';
import { inspectSchedules } from '../client/inspect.ts';
import { getExport } from '../store/exports.ts';
import type { ScheduledExport } from '../store/gaps.ts';
import { plannedSchedule } from '../store/schedules.ts';
import type { ActivityDeps } from './deps.ts';

/**
 * Makes the Schedules of exports anew that Temporal does not have: it was restored from an older backup, or somebody
 * deleted them in its UI. Without one every interval of an export would be late, a gap that is filled. Those of paused exports
 * are paused.
 */
export async function restoreSchedules(deps: ActivityDeps, exports: readonly ScheduledExport[]): Promise<void> {
  const { exports: known } = await inspectSchedules(deps.temporal);
  for (const one of exports.filter(({ id }) => !known.has(id))) {
    Context.current().heartbeat();
    if (await restoreSchedule(deps, one)) {
      deps.logger.warn({ exportId: one.id }, 'the Schedule of an export was missing; it is made anew');
    }
  }
}

async function restoreSchedule({ db, temporal }: ActivityDeps, one: ScheduledExport): Promise<boolean> {
  const record = await getExport(db, one);
  if (record === undefined) {
    return false;
  }
  const planned = await plannedSchedule(db.kysely, record);
  const { id: exportId, teamId, name, destinationId, destinationKind, interval } = one;
  const ref = { exportId, teamId, name, destinationId, destinationKind, interval };
  const made = await restoreExportSchedule(temporal, { ...ref, ...planned });
  // Deleted meanwhile: whoever did so found no Schedule to remove.
  if (made && (await getExport(db, one)) === undefined) {
    await deleteExportSchedule(temporal, exportId);
    return false;
  }
  return made;
}

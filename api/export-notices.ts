import type { ExportRecord } from '../store/exports.ts';
import { raiseNotice } from '../store/notices.ts';
import type { ApiDeps } from './deps.ts';

/** Tells the team of an export that goes on after Sluice had paused it. Never throws: the export is resumed. */
export async function noticeOfResume(deps: ApiDeps, { id, teamId, name }: ExportRecord): Promise<void> {
  try {
    const notice = {
      ...({ teamId, event: 'export.resumed', subject: `export/${id}`, topic: 'pause' } as const),
      title: `Export "${name}" is resumed`,
      text: 'Its runs start again.',
      details: { export_id: id, export_name: name },
    };
    for (const send of await raiseNotice(deps.db, notice, { now: new Date(), reminderMs: 0 })) {
      await deps.controlPlane.startNotification(send);
    }
  } catch (error) {
    deps.logger?.warn({ err: error, exportId: id }, 'a notice could not be raised');
  }
}

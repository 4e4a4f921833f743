import { backfillWorkflowId } from '../../core/ids.ts';
import { found, type Recorded, type Stage } from './stage.ts';

interface Backfill {
  id: string;
  status: string;
  progress: { running: number; completed: number };
}

/** Three intervals, one after the other, with a pause after the first. */
export async function backfill(stage: Stage, exportId: string, range: { start: Date; end: Date }): Promise<Recorded[]> {
  const body = { from: range.start, to: range.end, parallel: 1, force: true };
  const { id } = await stage.api<Backfill>('POST', `/exports/${exportId}/backfills`, body);
  const reached = (wanted: (backfill: Backfill) => boolean) => async (): Promise<Backfill | undefined> => {
    const now = await stage.api<Backfill>('GET', `/backfills/${id}`);
    return wanted(now) ? now : undefined;
  };
  await found(
    'first interval',
    reached(({ status }) => status !== 'estimating'),
  );
  await stage.api('POST', `/backfills/${id}/pause`);
  await found(
    'end of what was under way',
    reached(({ progress }) => progress.running === 0),
  );
  await stage.api('POST', `/backfills/${id}/resume`);
  await found(
    'completed backfill',
    reached(({ status, progress }) => status === 'completed' && progress.completed === 3),
  );
  return [{ workflow: 'backfill', scenario: 'completed', history: await stage.history(backfillWorkflowId(id)) }];
}

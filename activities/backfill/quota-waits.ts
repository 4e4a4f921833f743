import { signalBackfill } from '../../client/backfills.ts';
import { quotaRenewal } from '../../core/quotas.ts';
import { noteResumed, pauseBackfillUntil, postponeInterval, resumeBackfill } from '../../store/backfill-waits.ts';
import { databaseNow } from '../../store/gaps.ts';
import { listDueBackfills, type DueBackfill } from '../../store/open-backfills.ts';
import { getRun } from '../../store/runs.ts';
import type { ActivityDeps } from '../deps.ts';
import type { SettleIntervalInput } from '../types.ts';

/** What is left waits for the next look. */
const PAGE = 200;

/** A backfill does not burn its intervals against a quota that is used up: it stands still until that renews. */
export async function waitForQuota({ db }: Pick<ActivityDeps, 'db'>, input: SettleIntervalInput): Promise<void> {
  const { backfillId, intervalEnd, runId } = input;
  await postponeInterval(db, { backfillId, intervalEnd: new Date(intervalEnd) });
  const run = runId === undefined ? undefined : await getRun(db, { id: runId });
  // As the gap detector counts: the run may have been refused before midnight, and is settled after it.
  const since = run?.startedAt ?? (await databaseNow(db));
  const resumesAt = quotaRenewal(since);
  const reason = `the quota of exported rows is used up; it goes on by itself after ${resumesAt.toISOString()}`;
  await pauseBackfillUntil(db, { id: backfillId, reason, resumesAt, since });
}

/** Never throws: gaps are filled whether backfills can be told or not. */
export async function resumeDueBackfills(deps: Pick<ActivityDeps, 'db' | 'temporal' | 'logger'>): Promise<void> {
  try {
    await resumeDue(deps, async (due) => {
      const { backfillId, exportId, teamId, name, destinationId, destinationKind, interval } = due;
      const ref = { backfillId, exportId, teamId, name, destinationId, destinationKind, interval };
      await signalBackfill(deps.temporal, ref);
    });
  } catch (error) {
    deps.logger.warn({ err: error }, 'backfills whose quota has renewed could not be resumed');
  }
}

/** Those that have met the quota and may go on. A crash before `tell` has told leaves them due. */
export async function resumeDue(
  { db }: Pick<ActivityDeps, 'db'>,
  tell: (backfill: DueBackfill) => Promise<void>,
): Promise<void> {
  for (const backfill of await listDueBackfills(db, PAGE)) {
    if (await resumeBackfill(db, backfill)) {
      await tell(backfill);
      await noteResumed(db, backfill);
    }
  }
}

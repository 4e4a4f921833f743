import { Context } from '@temporalio/activity';
import { addUpDays } from '../clickhouse/activity/add-up-days.ts';
import { createControlPlane } from '../client/control-plane.ts';
import { ensureShards } from '../client/deliveries.ts';
import { startErasure } from '../client/erasures.ts';
import { deliveryShardCount } from '../store/delivery-division.ts';
import { listOpenErasures } from '../store/erasures.ts';
import { listFilesToRemove, noteFilesRemoved } from '../store/on-demand.ts';
import { forgetWebhooks } from '../store/restore-webhook.ts';
import { purgeMaskClaims } from '../store/mask-claims.ts';
import { listUnsettled, settleDestination, settleExport } from '../store/deletions.ts';
import { beating } from './beating.ts';
import { restartLostWork } from './restart-lost-work.ts';
import { remindOfProbes } from './remind-of-probes.ts';
import { remindOfResumes } from './remind-of-resumes.ts';
import { rollUpUsage } from './roll-up-usage.ts';
import type { ActivityDeps } from './deps.ts';
import type { CleanUpResult } from './types.ts';

/** Of each kind; what is left waits for the next look. */
const PAGE = 200;
/** Above the time between its row and the start of its workflow. */
const ERASURE_AGE_MS = 10 * 60_000;
/** Of masks, in one statement. */
const CLAIMS = 10_000;
/** Half a million claims a look: more than 800 events a second leave. */
const MAX_CLAIM_PAGES = 50;

/**
 * Goes on with deletions whose request was cut off, or whose runs had not ended yet; removes downloads that have expired
 * and what is left of webhooks that were deleted so long ago that they cannot be restored; adds up what was used, and the
 * attempts of days that are over. Starts the workflows of shards that somebody has ended, and of work that Temporal has
 * lost, and sees to it that suspended webhooks are probed and resumed ones wake their retries.
 */
export async function cleanUp(deps: ActivityDeps): Promise<CleanUpResult> {
  const port = createControlPlane(deps.temporal);
  const unsettled = await listUnsettled(deps.db, PAGE);
  const result = {
    open: unsettled.exports.length + unsettled.destinations.length,
    settled: 0,
    files: 0,
  };
  const settle = async (ids: readonly string[], one: (id: string) => Promise<boolean>): Promise<void> => {
    for (const id of ids) {
      Context.current().heartbeat();
      result.settled += (await attempt(deps, id, one)) ? 1 : 0;
    }
  };
  await settle(unsettled.exports, (id) => settleExport(deps.db, port, id));
  await settle(unsettled.destinations, (id) => settleDestination(deps.db, port, id));
  await restartShards(deps);
  await attempt(deps, 'probes', async () => (await remindOfProbes(deps)) > 0);
  await attempt(deps, 'resumes', async () => (await remindOfResumes(deps)) > 0);
  await forgetWebhooks(deps.db, { limit: PAGE });
  await restartErasures(deps);
  await attempt(deps, 'lost work', async () => (await restartLostWork(deps)) > 0);
  await removeClaims(deps);
  await addUpUsage(deps);
  await addUpAttempts(deps);
  result.files = await removeFiles(deps);
  return result;
}

/**
 * Workers of deliveries do so when they start; nobody else would notice that the workflow of a shard was terminated. As
 * many as the deployment has, whatever the settings of this process say, which delivers nothing.
 */
async function restartShards(deps: ActivityDeps): Promise<void> {
  await attempt(deps, 'shards', async () => {
    const shards = await deliveryShardCount(deps.db);
    await ensureShards(deps.temporal, shards ?? 0);
    return shards !== undefined;
  });
}

/** Whose workflow was terminated, or never started: an erasure is owed. */
async function restartErasures(deps: ActivityDeps): Promise<void> {
  for (const id of await listOpenErasures(deps.db, { minAgeMs: ERASURE_AGE_MS, limit: PAGE })) {
    Context.current().heartbeat();
    await attempt(deps, id, async () => {
      await startErasure(deps.temporal, id);
      return true;
    });
  }
}

async function removeClaims({ db }: ActivityDeps): Promise<void> {
  for (let pages = 0; pages < MAX_CLAIM_PAGES; pages += 1) {
    Context.current().heartbeat();
    if ((await purgeMaskClaims(db, CLAIMS)) < CLAIMS) {
      return;
    }
  }
}

async function addUpUsage(deps: ActivityDeps): Promise<void> {
  const beat = (): void => {
    Context.current().heartbeat();
  };
  await attempt(deps, 'usage', async () => (await rollUpUsage(deps, { now: new Date(), beat })) > 0);
}

async function addUpAttempts(deps: ActivityDeps): Promise<void> {
  const { clickhouse } = deps;
  await attempt(deps, 'attempts', async () => (await beating(() => addUpDays(clickhouse, { now: new Date() }))) > 0);
}

async function removeFiles(deps: ActivityDeps): Promise<number> {
  const { downloads, settings } = deps;
  if (downloads === undefined) {
    return 0;
  }
  let removed = 0;
  for (const id of await listFilesToRemove(deps.db, { ttlMs: settings.downloadTtlMs, limit: PAGE })) {
    Context.current().heartbeat();
    const done = await attempt(deps, id, async () => {
      await downloads.removeOf(id, Context.current().cancellationSignal);
      await noteFilesRemoved(deps.db, id);
      return true;
    });
    removed += done ? 1 : 0;
  }
  return removed;
}

/** One that cannot be dealt with now does not hold up the others. */
async function attempt(deps: ActivityDeps, id: string, settle: (id: string) => Promise<boolean>): Promise<boolean> {
  try {
    return await settle(id);
  } catch (error) {
    deps.logger.warn({ err: error, id }, 'something could not be cleaned up');
    return false;
  }
}

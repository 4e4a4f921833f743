import { Context } from '@temporalio/activity';
import { listPausedByUser, signalDestinationChanged } from '../client/deliveries.ts';
import { resumedAmong } from '../store/resumes.ts';
import type { ActivityDeps } from './deps.ts';

/** So long ago that Temporal's visibility would know what the workflow has heard. */
const SETTLED_MS = 2 * 60_000;
/** Webhooks that are asked about in one statement. */
const PAGE = 500;

/**
 * Tells the workflow of a webhook that it was resumed when it does not know: Temporal was away when the user did so, and its
 * waiting retries would only look once a day. Returns how many were told.
 */
export async function remindOfResumes({
  db,
  temporal,
  logger,
}: Pick<ActivityDeps, 'db' | 'temporal' | 'logger'>): Promise<number> {
  let told = 0;
  for await (const ids of listPausedByUser(temporal, PAGE)) {
    for (const webhook of await resumedAmong(db, ids, { agoMs: SETTLED_MS })) {
      Context.current().heartbeat();
      await signalDestinationChanged(temporal, webhook, 'resumed');
      told += 1;
      const { destinationId } = webhook;
      logger.warn({ destinationId }, 'the workflow of a webhook had not heard that it was resumed; it was told again');
    }
  }
  return told;
}

import { Context } from '@temporalio/activity';
import { countOpenRetries } from '../client/deliveries.ts';
import { setOpenRetries } from '../store/endpoint-state.ts';
import { listRetrying, type Share } from '../store/webhooks.ts';
import type { ActivityDeps } from './deps.ts';

/** Counts that are asked for at the same time; one takes Temporal some milliseconds. */
const AT_ONCE = 10;

/**
 * The counter of open retries drifts when a worker dies between a start and its count; visibility puts it right. Only
 * webhooks that seem to have retries are looked at: a counter that is too high parks events for nothing, one that is too
 * low lets a few more retries run. Deliveries do not wait for a visibility that is away.
 */
export async function correctOpenRetries(
  { db, temporal, logger }: Pick<ActivityDeps, 'db' | 'temporal' | 'logger'>,
  share: Share,
): Promise<void> {
  const correct = async (id: string): Promise<void> => {
    await setOpenRetries(db, id, await countOpenRetries(temporal, id));
  };
  try {
    const ids = await listRetrying(db, share);
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      Context.current().heartbeat();
      await Promise.all(ids.slice(start, start + AT_ONCE).map(correct));
    }
  } catch (error) {
    logger.warn({ err: error, shard: share.shard }, 'the counters of open retries could not be compared with Temporal');
  }
}

import { Context } from '@temporalio/activity';
import { signalHealth } from '../client/deliveries.ts';
import { MAX_PROBE_MS } from '../core/probe-pace.ts';
import { listOverdueProbes, noteNextProbe } from '../store/probes.ts';
import type { ActivityDeps } from './deps.ts';

/** A probe takes a minute at most, and may wait in a queue. */
const OVERDUE_MS = 2 * MAX_PROBE_MS;
/** For one look; the next one takes the others. */
const PAGE = 200;

/**
 * Tells the workflow of a suspended webhook of its health again when nobody has probed it for long: the workflow was
 * terminated, or Temporal was away when the endpoint was suspended. Without it the webhook would wait for ever.
 */
export async function remindOfProbes({
  db,
  temporal,
  logger,
}: Pick<ActivityDeps, 'db' | 'temporal' | 'logger'>): Promise<number> {
  const overdue = await listOverdueProbes(db, { overdueMs: OVERDUE_MS, limit: PAGE });
  for (const { health, evidence, ...webhook } of overdue) {
    Context.current().heartbeat();
    await signalHealth(temporal, webhook, { to: health, evidence });
    // A signal begins the pause before the next probe anew: no other one before that is over.
    await noteNextProbe(db, webhook.destinationId, MAX_PROBE_MS);
    logger.warn(
      { destinationId: webhook.destinationId },
      'nobody probed a suspended webhook; its workflow was told again',
    );
  }
  return overdue.length;
}

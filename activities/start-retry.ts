import { startRetryDelivery } from '../client/deliveries.ts';
import { addOpenRetries } from '../store/endpoint-state.ts';
import type { ActivityDeps } from './deps.ts';

/** Of one webhook: what it wants itself, within what the installation allows. */
export interface RetryLimit {
  maxOpenRetries?: number | undefined;
}

/**
 * Starts a retry, which counts among those that its webhook may have open. `known`: it exists, or has existed. Throws when Temporal
 * cannot be asked, and then it does not count: an outage of hours would use up the places for retries that nobody has started.
 */
export async function startRetry(
  { db, temporal, settings }: Pick<ActivityDeps, 'db' | 'temporal' | 'settings'>,
  retry: Parameters<typeof startRetryDelivery>[1],
  { maxOpenRetries = settings.openRetriesCap, ...before }: RetryLimit & Parameters<typeof startRetryDelivery>[2] = {},
): Promise<'started' | 'known' | 'refused'> {
  const { destinationId } = retry;
  if (!(await addOpenRetries(db, destinationId, 1, Math.min(maxOpenRetries, settings.openRetriesCap)))) {
    return 'refused';
  }
  let isStarted = false;
  try {
    isStarted = await startRetryDelivery(temporal, retry, before);
  } finally {
    if (!isStarted) {
      await addOpenRetries(db, destinationId, -1, settings.openRetriesCap);
    }
  }
  return isStarted ? 'started' : 'known';
}

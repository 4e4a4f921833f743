import { createTokenBucket, type TokenBucket } from '../delivery/rate-limiter.ts';
import type { RetryPort } from '../delivery/shard/ports.ts';
import { systemClock } from './clock.ts';
import type { ActivityDeps } from './deps.ts';
import { startRetry } from './start-retry.ts';

/**
 * Workflows that a process starts for what fails at endpoints that are down: enough to see in Temporal what becomes of them, and few
 * where many are down together (docs/adr/0032-parked-while-down.md).
 */
const DOWN_STARTS = { burst: 20, ratePerSecond: 1 };

/** Of one process: its shards share it. */
export function createDownStarts(nowMs = systemClock.nowMs()): TokenBucket {
  return createTokenBucket({ ...DOWN_STARTS, nowMs });
}

export function retryPort(
  deps: Pick<ActivityDeps, 'db' | 'temporal' | 'settings'> & { downStarts: TokenBucket },
): RetryPort {
  return {
    start: async ({ maxOpenRetries, mayPark = false, ...request }) => {
      if (mayPark && deps.downStarts.take(systemClock.nowMs()) > 0) {
        return false;
      }
      const retry = { ...request, scheduleMs: [...request.scheduleMs] };
      return (await startRetry(deps, retry, { maxOpenRetries })) !== 'refused';
    },
  };
}

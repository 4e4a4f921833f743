import type { FastifyRequest } from 'fastify';
import { SluiceError } from '../../core/errors.ts';
import type { ApiScope } from '../deps.ts';

export interface Limit {
  /** Requests in one window. */
  max: number;
  windowMs: number;
}

/** Counts a request; throws `rate_limited` beyond the limit. Counts are this process's own. */
export type Limiter = (request: FastifyRequest) => Promise<void>;

/** `keyOf`: what has the limit. The scope has @fastify/rate-limit. */
export function createLimiter(scope: ApiScope, limit: Limit, keyOf: (request: FastifyRequest) => string): Limiter {
  const count = scope.createRateLimit({ max: limit.max, timeWindow: limit.windowMs, keyGenerator: keyOf });
  return async (request) => {
    const state = await count(request);
    if (!state.isAllowed && state.isExceeded) {
      throw rateLimited(state.ttl);
    }
  };
}

function rateLimited(waitMs: number): SluiceError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new SluiceError({
    code: 'rate_limited',
    message: 'too many requests',
    retryable: true,
    fault: 'customer',
    remedy: `Wait ${String(seconds)} seconds, as Retry-After says.`,
    retryAfterMs: seconds * 1_000,
  });
}

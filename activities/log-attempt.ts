import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { appendAttempts } from '../clickhouse/attempt-log.ts';
import type { AttemptRecord } from '../core/attempts.ts';
import { isSluiceError } from '../core/errors.ts';
import type { ActivityDeps } from './deps.ts';
import { tellExhausted } from './operations.ts';
import { keepUnlogged } from './unlogged-attempts.ts';

/** An activity has a minute, of which a request may take half. */
const LOG_WITHIN_MS = 25_000;
const AGAIN_AFTER_MS = 500;

/**
 * Puts the attempt that an activity has made on record. A log that refuses it, or a connection that breaks, is asked again for a
 * while; when the activity fails for that, the row is kept, and offered again before anything more is sent (`logUnlogged`).
 */
export async function logAttempt(deps: ActivityDeps, row: AttemptRecord): Promise<void> {
  deps.metrics.attempt(row);
  const { cancellationSignal: signal } = Context.current();
  const untilMs = performance.now() + LOG_WITHIN_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      await appendAttempts(deps.clickhouse, [row]);
      break;
    } catch (error) {
      const isFinal = isSluiceError(error) && !error.retryable;
      if (isFinal) {
        throw error;
      }
      if (signal.aborted || performance.now() > untilMs) {
        keepUnlogged(deps, row);
        throw error;
      }
      if (tries === 1) {
        const { destinationId, eventUuid } = row;
        deps.logger.warn({ err: error, destinationId, eventUuid }, 'an attempt waits to be put on record');
      }
      await sleep(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  await tellExhausted(deps, [row]);
}

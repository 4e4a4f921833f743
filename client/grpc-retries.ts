import { setTimeout as sleep } from 'node:timers/promises';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** Timers of Node may come late by a little. */
const TIMER_SLACK_MS = 50;

/**
 * The SDK's own repeats of requests, which can be ended: one that comes due on a closed channel throws where nobody can
 * catch it, and ends the process.
 */
export class GrpcRetries {
  readonly interceptor: ReturnType<typeof makeGrpcRetryInterceptor>;
  #ended = false;
  #dueAtMs = 0;

  constructor() {
    const { delayFunction, retryableDecider } = defaultGrpcRetryOptions();
    this.interceptor = makeGrpcRetryInterceptor({
      retryableDecider: (attempt, status) => !this.#ended && retryableDecider(attempt, status),
      delayFunction: (attempt, status) => {
        const delayMs = delayFunction(attempt, status);
        this.#dueAtMs = Math.max(this.#dueAtMs, performance.now() + delayMs);
        return delayMs;
      },
    });
  }

  /** Repeats nothing any more; resolves, within six seconds, when what was to be repeated has been. */
  async end(): Promise<void> {
    this.#ended = true;
    const leftMs = this.#dueAtMs - performance.now();
    if (leftMs > -TIMER_SLACK_MS) {
      await sleep(leftMs + TIMER_SLACK_MS);
    }
  }
}

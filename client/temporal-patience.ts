import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import { askTemporal, type TemporalClient } from './temporal.ts';

/** From one look at a server that is away to the next, longer each time. */
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 5_000;
/** A server that has just come back may not know everything yet. */
const MAX_FAILURES = 5;

/** gRPC's INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED: who says that is there. */
const REFUSALS = [3, 5, 7, 12, 16];

export interface PatienceOptions {
  /** Ends all waiting: what waits rejects with its reason. */
  signal: AbortSignal;
  /** Once when the server is found away, with the reason, and once when it answers again. */
  changed(away: boolean, reason?: unknown): void;
}

/** Does what Temporal has to be there for as soon as it is. */
export class TemporalPatience {
  readonly #temporal: TemporalClient;
  readonly #options: PatienceOptions;
  readonly #aborted: Promise<never>;
  #away = false;

  constructor(temporal: TemporalClient, options: PatienceOptions) {
    this.#temporal = temporal;
    this.#options = options;
    this.#aborted = abortOf(options.signal);
  }

  /**
   * Repeats the attempt while the server is away. Rejects with its error when the server answers and the attempt fails all
   * the same, some times over; with the signal's reason when that aborts.
   */
  async until<Result>(attempt: () => Promise<Result>): Promise<Result> {
    let failures = 0;
    for (;;) {
      await this.#answered();
      try {
        return await attempt();
      } catch (error) {
        failures += (await this.#absence()) === undefined ? 1 : 0;
        if (failures >= MAX_FAILURES) {
          throw error;
        }
      }
      await this.#pause(FIRST_WAIT_MS);
    }
  }

  /** As the last look found it. */
  get away(): boolean {
    return this.#away;
  }

  async #answered(): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, MAX_WAIT_MS)) {
      const reason = await this.#absence();
      this.#tell(reason);
      if (reason === undefined) {
        return;
      }
      await this.#pause(waitMs);
    }
  }

  /** Why the server counts as away; undefined when it answers, be it with a refusal. */
  async #absence(): Promise<unknown> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    try {
      await Promise.race([askTemporal(this.#temporal), this.#aborted]);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      return isGrpcServiceError(error) && REFUSALS.includes(error.code) ? undefined : error;
    }
  }

  #tell(reason: unknown): void {
    const away = reason !== undefined;
    if (away !== this.#away) {
      this.#away = away;
      this.#options.changed(away, reason);
    }
  }

  /** Not all processes at the same moment. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms * (0.5 + Math.random()), undefined, { signal: this.#options.signal });
  }
}

/** One for all waits: each listener of its own would stay for as long as the process. */
function abortOf(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  promise.catch(() => undefined);
  return promise;
}

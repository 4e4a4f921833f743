/** A server may be busy with a statement for hours, and says nothing meanwhile; one that has gone silent never will. */
export interface SilenceLimits {
  /** Logging in included. */
  connectWithinMs: number;
  /** Nothing has moved for so long: whether the server lives is asked on another connection. */
  lookEveryMs: number;
  /** Beyond the server's own limit of a statement: it would have ended it. */
  slackMs: number;
}

/** Whichever statement it is, it is given up a minute after the last sign of life. */
export const SILENCE_LIMITS: SilenceLimits = { connectWithinMs: 10_000, lookEveryMs: 20_000, slackMs: 30_000 };
/** In a row: a network that stumbles must not cost an hour's statement. */
const FAILED_LOOKS = 2;

export interface Watched extends SilenceLimits {
  /** What the server itself lets a statement take. */
  statementTimeoutMs: number;
  /** Asks on another connection; false: there is no answer. The signal ends the asking. */
  isAlive(signal: AbortSignal): Promise<boolean>;
  /** Called once, when the statement is given up. */
  giveUp(): void;
}

/** Watches one statement while it waits for the server. */
export class SilenceWatch {
  /** Why it was given up. */
  failure: Error | undefined;
  readonly #of: Watched;
  readonly #startedAt = performance.now();
  readonly #ended = new AbortController();
  #movedAt = performance.now();
  #failedLooks = 0;
  #timer: NodeJS.Timeout;

  constructor(of: Watched) {
    this.#of = of;
    this.#timer = this.#lookAfter(of.lookEveryMs);
  }

  /** The server has taken something, which is as good as an answer. */
  moved(): void {
    this.#movedAt = performance.now();
    this.#failedLooks = 0;
  }

  end(): void {
    this.#ended.abort();
    clearTimeout(this.#timer);
  }

  #lookAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const { lookEveryMs, statementTimeoutMs, slackMs } = this.#of;
    const now = performance.now();
    if (now - this.#startedAt > statementTimeoutMs + slackMs) {
      this.#giveUp('its own limit of a statement is over');
      return;
    }
    const quietMs = now - this.#movedAt;
    if (quietMs < lookEveryMs) {
      this.#timer = this.#lookAfter(lookEveryMs - quietMs);
      return;
    }
    const isAlive = await this.#of.isAlive(this.#ended.signal);
    if (this.#ended.signal.aborted) {
      return;
    }
    this.#failedLooks = isAlive || this.#movedAt > now ? 0 : this.#failedLooks + 1;
    if (this.#failedLooks >= FAILED_LOOKS) {
      this.#giveUp('none on a new connection either');
    } else {
      this.#timer = this.#lookAfter(lookEveryMs);
    }
  }

  #giveUp(reason: string): void {
    const seconds = Math.round((performance.now() - this.#movedAt) / 1_000);
    const message = `no answer from the server for ${String(seconds)} s, and ${reason}`;
    this.failure = Object.assign(new Error(message), { code: 'ECONNABORTED' });
    this.end();
    this.#of.giveUp();
  }
}

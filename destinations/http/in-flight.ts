import { linkController } from '../abort.ts';

/** Ends when the task before has ended, well or not. */
export type Turn = Promise<void>;

/**
 * Runs a few tasks at a time, each knowing its turn. The first failure aborts the others and is what `add` and `end`
 * throw.
 */
export class InFlight {
  readonly #limit: number;
  readonly #link: ReturnType<typeof linkController>;
  readonly #running = new Set<Promise<void>>();
  #last: Turn = Promise.resolve();

  constructor(limit: number, signal: AbortSignal) {
    this.#limit = limit;
    this.#link = linkController(signal);
  }

  /** Aborts when a task has failed, or with the caller's signal. */
  get signal(): AbortSignal {
    return this.#link.signal;
  }

  /** Waits while as many tasks as allowed are under way, then begins this one. */
  async add(task: (signal: AbortSignal, turn: Turn) => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#limit) {
      await Promise.race(this.#running);
    }
    this.signal.throwIfAborted();
    const running: Promise<void> = task(this.signal, this.#last)
      .catch((error: unknown) => {
        this.#link.abort(error);
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    this.#last = running;
  }

  /** Always called: nothing runs on after it. Throws the first failure, or `failure`, which stops what is under way. */
  async end(failure?: unknown): Promise<void> {
    if (failure !== undefined) {
      this.#link.abort(failure);
    }
    await Promise.all(this.#running);
    this.#link.unlink();
    this.signal.throwIfAborted();
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * One attempt of an activity, as a worker process would run it, with an end that is planned. Everything that leaves the
 * process goes through `around`, which has a crash point before and after it.
 *
 * - `die`: the process is gone. Nothing that the attempt would do from here on happens, no clean-up either.
 * - `freeze`: the process stands still, is given up, and goes on later, beside or after its successors.
 * - `break`: the connection is lost: at the point after an effect, the effect has happened and its answer is lost.
 */
export type CrashMode = 'die' | 'freeze' | 'break';

export interface PlannedCrash {
  mode: CrashMode;
  /** 1-based: at the n-th point of the attempt. An attempt with fewer points ends well. */
  at: number;
}

export type Ending<T> = { kind: 'done'; value: T } | { kind: 'failed'; error: unknown } | { kind: 'lost' };

/** A connection that is lost. */
class Broken extends Error {
  readonly code = 'ECONNRESET';
}

/** Thrown at every point of a dead attempt, so that its code ends and its timers and sockets are freed. */
class Killed extends Error {
  override readonly name = 'Killed';
}

const lives = new AsyncLocalStorage<Life>();

export function currentLife(): Life | undefined {
  return lives.getStore();
}

/** Counts, over all lives, how often each point was passed and how often an attempt ended there. */
export interface PointCount {
  passed: number;
  crashed: number;
}

export class Life {
  readonly #points: Map<string, PointCount>;
  readonly #plan: PlannedCrash | undefined;
  readonly #givenUp: Promise<void>;
  #giveUp: () => void = () => undefined;
  #thaw: (() => void) | undefined;
  #dead = false;
  /** Its code has ended. What still runs beside it, as a last beat of its lease, meets no crash: nobody would thaw it. */
  #over = false;
  #passed = 0;
  #transactions = 0;
  /** Where the crash happened. */
  crashedAt: string | undefined;
  frozen = false;

  constructor(points: Map<string, PointCount>, plan: PlannedCrash | undefined) {
    this.#points = points;
    this.#plan = plan;
    this.#givenUp = new Promise((resolve) => {
      this.#giveUp = resolve;
    });
  }

  /** A frozen attempt that holds locks must go on soon: whoever waits for them cannot tell it from a slow one. */
  get inTransaction(): boolean {
    return this.#transactions > 0;
  }

  get pointsPassed(): number {
    return this.#passed;
  }

  /** Ends when the attempt does, or when it is given up; `rest` settles when its code has really ended. */
  run<T>(work: () => Promise<T>): { ending: Promise<Ending<T>>; rest: Promise<void> } {
    const ending = lives.run(this, async (): Promise<Ending<T>> => {
      try {
        return { kind: 'done', value: await work() };
      } catch (error) {
        return this.#dead ? { kind: 'lost' } : { kind: 'failed', error };
      } finally {
        this.#over = true;
      }
    });
    const lost = this.#givenUp.then((): Ending<T> => ({ kind: 'lost' }));
    return { ending: Promise.race([ending, lost]), rest: ending.then(() => undefined) };
  }

  /** A frozen attempt goes on, as if nothing had happened. */
  thaw(): void {
    this.#thaw?.();
  }

  /** An effect beyond the process, with a point before and after it. */
  async around<T>(step: string, effect: () => Promise<T>): Promise<T> {
    await this.#point(`${step}: before`);
    const result = await effect();
    await this.#point(`${step}: after`);
    return result;
  }

  crashedHere(error: unknown): boolean {
    return error instanceof Killed || error instanceof Broken;
  }

  transactionBegan(): void {
    this.#transactions += 1;
  }

  transactionEnded(): void {
    this.#transactions = Math.max(0, this.#transactions - 1);
  }

  assertAlive(): void {
    if (this.#dead) {
      throw new Killed(`the process died at ${this.crashedAt ?? 'once'}`);
    }
  }

  async #point(name: string): Promise<void> {
    this.assertAlive();
    this.#passed += 1;
    const count = this.#points.get(name) ?? { passed: 0, crashed: 0 };
    this.#points.set(name, count);
    count.passed += 1;
    if (!this.#over && this.#passed === this.#plan?.at) {
      count.crashed += 1;
      this.crashedAt = name;
      await this.#crash(this.#plan.mode);
    }
  }

  async #crash(mode: CrashMode): Promise<void> {
    if (mode === 'break') {
      throw new Broken('read ECONNRESET');
    }
    this.#dead = mode === 'die';
    this.frozen = mode === 'freeze';
    if (mode === 'freeze') {
      const thawed = new Promise<void>((resolve) => {
        this.#thaw = resolve;
      });
      this.#giveUp();
      await thawed;
      return;
    }
    this.#giveUp();
    this.assertAlive();
  }
}

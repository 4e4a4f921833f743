import { ApplicationFailure } from '@temporalio/common';
import { Life, type CrashMode, type PlannedCrash, type PointCount } from './life.ts';
import type { Random } from './random.ts';

/** After so many crashes an activity is left alone, so that every run comes to an end. */
const MAX_CRASHES = 6;
/** A step that fails this often without a crash would fail for ever. */
const MAX_FAILURES = 30;
const HELD_MS = 100;
const CRASH_PROBABILITY = 0.75;
/** Before an activity's length is known. */
const FIRST_GUESS_POINTS = 20;
const MODES: readonly [CrashMode, ...CrashMode[]] = ['die', 'die', 'freeze', 'freeze', 'break'];
/** Somebody waits for the locks of a frozen transaction. */
const FROZEN_TRANSACTION_MS = 100;
const LONGEST_FREEZE_MS = 1_500;
const REST_TIMEOUT_MS = 60_000;

export interface Around {
  /** Another run has the lease. */
  leaseHeld?(): Promise<void>;
  tell?(line: string): void;
}

export type StartAttempt<T> = (attempt: number) => Promise<() => Promise<T>>;

/** Repeats activities over crashes, and keeps account of the crashes. */
export class Attempts {
  readonly points = new Map<string, PointCount>();
  readonly crashes: Record<CrashMode, number> = { die: 0, freeze: 0, break: 0 };
  /** No further crashes: what is under way comes to its end. */
  calm = false;
  /** Frozen attempts, and dead ones whose code has not ended. */
  readonly #rest = new Set<Promise<void>>();
  /** Most points that an attempt of an activity had. */
  readonly #lengths = new Map<string, number>();

  async untilDone<T>(
    name: string,
    random: Random,
    start: StartAttempt<T>,
    { leaseHeld = () => Promise.resolve(), tell = () => undefined }: Around = {},
  ): Promise<T> {
    let crashes = 0;
    let failures = 0;
    let last: unknown;
    for (let attempt = 1; failures < MAX_FAILURES; attempt += 1) {
      const plan = this.#plan(name, random, crashes);
      const life = new Life(this.points, plan);
      const { ending, rest } = life.run(await start(attempt));
      const ended = await ending;
      this.#lengths.set(name, Math.max(this.#lengths.get(name) ?? 0, life.pointsPassed));
      crashes += this.#crashed(plan, life) ? 1 : 0;
      this.#keep(life, rest, random);
      this.#tell(`${name} ${String(attempt)}`, life, rest, tell);
      tell(`${name} ${String(attempt)}: ${ended.kind === 'failed' ? String(ended.error) : ended.kind}`);
      if (ended.kind === 'done') {
        return ended.value;
      }
      if (ended.kind === 'failed' && !(await this.#isHeld(ended.error, leaseHeld))) {
        failures += life.crashedAt === undefined ? 1 : 0;
        last = ended.error;
      }
    }
    throw new Error(`${name} has failed ${String(MAX_FAILURES)} times without a crash`, { cause: last });
  }

  /** Every frozen attempt has gone on to its end. */
  async settled(): Promise<void> {
    const timeout = AbortSignal.timeout(REST_TIMEOUT_MS);
    while (this.#rest.size > 0 && !timeout.aborted) {
      await Promise.race([...this.#rest, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    if (this.#rest.size > 0) {
      throw new Error(`${String(this.#rest.size)} frozen attempts have not ended`);
    }
  }

  #plan(name: string, random: Random, crashes: number): PlannedCrash | undefined {
    return crashes < MAX_CRASHES && random.chance(CRASH_PROBABILITY) && !this.calm
      ? { mode: random.pick(MODES), at: 1 + random.below(this.#lengths.get(name) ?? FIRST_GUESS_POINTS) }
      : undefined;
  }

  #crashed(plan: PlannedCrash | undefined, life: Life): boolean {
    if (plan === undefined || life.crashedAt === undefined) {
      return false;
    }
    this.crashes[plan.mode] += 1;
    return true;
  }

  #tell(attempt: string, life: Life, rest: Promise<void>, tell: (line: string) => void): void {
    if (life.crashedAt !== undefined) {
      tell(`${attempt}: ${life.frozen ? 'frozen' : 'ended'} at ${life.crashedAt}`);
    }
    if (life.frozen) {
      void rest.then(() => tell(`${attempt} has gone on to its end`));
    }
  }

  #keep(life: Life, rest: Promise<void>, random: Random): void {
    if (life.frozen) {
      const ms = life.inTransaction ? FROZEN_TRANSACTION_MS : LONGEST_FREEZE_MS;
      setTimeout(() => life.thaw(), random.below(ms));
    }
    const kept = rest.finally(() => this.#rest.delete(kept));
    this.#rest.add(kept);
  }

  /** Throws what Temporal would not retry. True: another run has the lease, and some time has passed. */
  async #isHeld(error: unknown, leaseHeld: () => Promise<void>): Promise<boolean> {
    if (!(error instanceof ApplicationFailure) || error.nonRetryable === true) {
      throw error;
    }
    if (error.type !== 'run_lease_held') {
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, HELD_MS));
    await leaseHeld();
    return true;
  }
}

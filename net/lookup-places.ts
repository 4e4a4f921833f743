import { KnownNames } from './known-names.ts';
import type { Resolve, ResolvedAddress } from './resolver.ts';

/** Of libuv, where UV_THREADPOOL_SIZE says nothing else. */
const DEFAULT_THREADS = 4;
/** An ordinary look-up takes milliseconds; one that takes so long is of a name whose servers do not answer. */
const SLOW_MS = 1_000;

/**
 * A look-up holds a thread of libuv's pool until the operating system gives it up, which takes ten seconds and more where name
 * servers do not answer. So that names of broken destinations do not hold all threads for ever, those that were slow the last
 * time have a quarter of them; and of 16 threads two are left to files, compression and passwords.
 */
export class LookupPlaces {
  readonly #resolve: Resolve;
  readonly #nowMs: () => number;
  readonly #slowOnes: Places;
  readonly #others: Places;
  readonly #wereSlow = new KnownNames<boolean>();
  readonly #waiting = new Set<string>();

  constructor(
    resolve: Resolve,
    { threads = threadsOfPool(), nowMs = () => performance.now() }: { threads?: number; nowMs?: () => number } = {},
  ) {
    const ofSlow = Math.max(1, Math.floor(threads / 4));
    this.#resolve = resolve;
    this.#nowMs = nowMs;
    this.#slowOnes = new Places(ofSlow);
    this.#others = new Places(Math.max(1, threads - ofSlow - Math.floor(threads / 8)));
  }

  readonly resolve: Resolve = (hostname) => {
    const places = this.#wereSlow.get(hostname) === true ? this.#slowOnes : this.#others;
    this.#waiting.add(hostname);
    return places.run(() => this.#look(hostname));
  };

  /** Whether the look-up of a name has not begun yet. */
  readonly isWaiting = (hostname: string): boolean => this.#waiting.has(hostname);

  async #look(hostname: string): Promise<ResolvedAddress[]> {
    this.#waiting.delete(hostname);
    const beganMs = this.#nowMs();
    try {
      return await this.#resolve(hostname);
    } finally {
      this.#wereSlow.set(hostname, this.#nowMs() - beganMs >= SLOW_MS);
    }
  }
}

function threadsOfPool(): number {
  // eslint-disable-next-line no-restricted-properties -- libuv's own, with which the process was started; no setting of ours
  return Number(process.env['UV_THREADPOOL_SIZE'] ?? '') || DEFAULT_THREADS;
}

/** So much work at once; the rest waits in its order. */
class Places {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(limit: number) {
    this.#free = limit;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free === 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#free -= 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#free += 1;
      } else {
        next();
      }
    }
  }
}

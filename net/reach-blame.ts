/** So many hosts are hardly unreachable at once. */
const MANY_HOSTS = 5;
/** A host that failed longer ago says nothing about now. */
const WINDOW_MS = 60_000;
/** For so long a host that was reached vouches for the network: half of the time that suspends an endpoint. */
const VOUCHES_MS = 30_000;

/**
 * Decides whose fault it is that a host cannot be reached: the host's, or that of the network on our side (the uplink, or what
 * is behind an egress proxy). It is ours when several hosts have failed and none was reached in between; but never that of a
 * host which failed already when another was reached.
 */
export class ReachBlame {
  readonly #nowMs: () => number;
  /** The one that failed last is the last. */
  readonly #failing = new Map<string, { sinceMs: number; atMs: number }>();
  /** Those of them that have failed since any host was reached, and for which none vouches. */
  readonly #alike = new Set<string>();
  #reachedAtMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  reached(hostname: string): void {
    this.#failing.delete(hostname);
    this.#alike.clear();
    this.#reachedAtMs = this.#nowMs();
  }

  /** The host was not reached just now: whether that is our own fault. */
  isOurs(hostname: string): boolean {
    const nowMs = this.#nowMs();
    this.#forgetBefore(nowMs - WINDOW_MS);
    const sinceMs = this.#failing.get(hostname)?.sinceMs ?? nowMs;
    this.#failing.delete(hostname);
    this.#failing.set(hostname, { sinceMs, atMs: nowMs });
    if (this.#reachedAtMs > sinceMs && nowMs - this.#reachedAtMs <= VOUCHES_MS) {
      return false;
    }
    this.#alike.add(hostname);
    return this.#alike.size >= MANY_HOSTS;
  }

  #forgetBefore(beforeMs: number): void {
    for (const [host, { atMs }] of this.#failing) {
      if (atMs >= beforeMs) {
        return;
      }
      this.#failing.delete(host);
      this.#alike.delete(host);
    }
  }
}

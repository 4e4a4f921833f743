/** Between two pages of a backlog, and between two requests of a lane with one at a time, nothing holds it for a moment. */
const KEPT_MS = 10_000;

/** What a lane may wait for that is no doing of ours. */
export interface Holds {
  /** As many requests are under way as it may have. */
  full: boolean;
  /** Its rate limit, or what its endpoint wants or needs, lets the next request wait for so long. */
  waitMs: number;
  /** What went wrong last was something of ours, whatever else holds it. */
  oursIsAway: boolean;
}

/** Tells lanes that wait for their endpoint, or by their own settings, from lanes that we are late with. */
export class LaneLag {
  #heldAtMs = Number.NEGATIVE_INFINITY;

  /** Whether it is held, or was a moment ago. Looked at every few seconds. */
  isHeld(nowMs: number, { full, waitMs, oursIsAway }: Holds): boolean {
    if (!oursIsAway && (full || waitMs > 0)) {
      this.#heldAtMs = nowMs;
    }
    return nowMs - this.#heldAtMs < KEPT_MS;
  }
}

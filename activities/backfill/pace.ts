import { setTimeout as sleep } from 'node:timers/promises';
import { FULL_PACE, nextThrottle, paceOf, type ThrottleState } from '../../core/throttle.ts';

/** How work that may wait is held back. */
export interface Pace {
  /** Waits for its turn, works, and rests afterwards as long as the throttle says. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  state(): Promise<ThrottleState>;
}

export interface PaceOptions {
  /** Parts of work at the same time at full pace. */
  slots: number;
  /** What live work suffers from; undefined while it is as usual. */
  lateWork(): Promise<string | undefined>;
  /** A failed look changes nothing. */
  onFailure(error: unknown): void;
}

const LOOK_EVERY_MS = 5_000;
const WAIT_MS = 100;
const MAX_REST_MS = 60_000;

/** One per process: its looks at live work are shared by everything that runs here. */
export function createPace({ slots, lateWork, onFailure }: PaceOptions): Pace {
  let throttle: ThrottleState = FULL_PACE;
  let lookedAtMs = -Infinity;
  let looking: Promise<void> | undefined;
  let busy = 0;

  const look = async (): Promise<void> => {
    try {
      throttle = nextThrottle(throttle, await lateWork());
    } catch (error) {
      onFailure(error);
    }
    lookedAtMs = performance.now();
  };
  const state = async (): Promise<ThrottleState> => {
    if (performance.now() - lookedAtMs >= LOOK_EVERY_MS) {
      looking ??= look().finally(() => (looking = undefined));
      await looking;
    }
    return throttle;
  };
  const turn = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      const allowed = paceOf(await state(), slots).slots;
      signal.throwIfAborted();
      if (busy < allowed) {
        busy += 1;
        return;
      }
      await sleep(WAIT_MS, undefined, { signal });
    }
  };
  return {
    state,
    run: async (signal, work) => {
      await turn(signal);
      const startedMs = performance.now();
      try {
        return await work();
      } finally {
        const restMs = (performance.now() - startedMs) * paceOf(throttle, slots).restShare;
        void sleep(Math.min(restMs, MAX_REST_MS), undefined, { ref: false }).then(() => (busy -= 1));
      }
    },
  };
}

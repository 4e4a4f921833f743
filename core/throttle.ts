/** How far work that may wait gives way to live work. */
export interface ThrottleState {
  /** Share of the full pace, from MIN_LEVEL to 1. */
  level: number;
  /** What live work suffers from; absent while nothing does. */
  reason?: string;
}

export const FULL_PACE: ThrottleState = { level: 1 };
/** Never stops for good: a backfill that starves for days helps nobody. */
export const MIN_LEVEL = 1 / 8;
const STEP_UP = 1 / 8;

/** Halves at each look that finds live work late, and comes back in small steps: half a minute from the lowest level. */
export function nextThrottle({ level }: ThrottleState, reason: string | undefined): ThrottleState {
  return reason === undefined
    ? { level: Math.min(1, level + STEP_UP) }
    : { level: Math.max(MIN_LEVEL, level / 2), reason };
}

/** A figure of live work now, and before the backfill began; undefined: nobody knows. */
export interface LiveFigure {
  what: string;
  nowMs: number | undefined;
  usualMs: number | undefined;
  /** Less than so much more is noise. */
  noiseMs: number;
  /** Holds where nothing is known of before. */
  limitMs: number;
}

const RISE = 1.25;

/** The first figure that has risen, in words; undefined when live work is as usual. */
export function lateWork(figures: readonly LiveFigure[]): string | undefined {
  const late = figures.find(({ nowMs, usualMs, noiseMs, limitMs }) => {
    const bound = usualMs === undefined ? limitMs : Math.max(usualMs * RISE, usualMs + noiseMs);
    return nowMs !== undefined && nowMs > bound;
  });
  if (late === undefined) {
    return undefined;
  }
  const usual = late.usualMs === undefined ? `at most ${ms(late.limitMs)}` : ms(late.usualMs);
  return `${late.what} takes ${ms(late.nowMs ?? 0)} instead of ${usual}`;
}

function ms(value: number): string {
  return `${String(Math.round(value))} ms`;
}

/** How many parts may be worked on at once, and how long to rest after one, so that the share of the level is kept. */
export function paceOf({ level }: ThrottleState, slots: number): { slots: number; restShare: number } {
  const share = slots * level;
  return share >= 1 ? { slots: Math.floor(share), restShare: 0 } : { slots: 1, restShare: 1 / share - 1 };
}

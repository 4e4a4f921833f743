import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FULL_PACE, lateWork, MIN_LEVEL, nextThrottle, paceOf, type ThrottleState } from './throttle.ts';

describe('the throttle', () => {
  test('halves while live work is late, to a lowest pace, and comes back in steps', () => {
    let state: ThrottleState = FULL_PACE;
    const levels = ['late', 'late', 'late', 'late', undefined, undefined].map((reason) => {
      state = nextThrottle(state, reason);
      return state.level;
    });
    expect(levels).toEqual([0.5, 0.25, MIN_LEVEL, MIN_LEVEL, 0.25, 0.375]);
    expect(state).not.toHaveProperty('reason');
  });

  test('stays between the lowest level and full pace, and always gets back to it', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), (looks) => {
        const after = looks.reduce((state, late) => nextThrottle(state, late ? 'late' : undefined), FULL_PACE);
        expect(after.level).toBeGreaterThanOrEqual(MIN_LEVEL);
        expect(after.level).toBeLessThanOrEqual(1);
        const calm = Array.from({ length: 8 }).reduce<ThrottleState>((state) => nextThrottle(state, undefined), after);
        expect(calm).toEqual(FULL_PACE);
      }),
    );
  });

  test('its pace is the share of the slots, by fewer of them and then by rests', () => {
    expect(paceOf({ level: 1 }, 4)).toEqual({ slots: 4, restShare: 0 });
    expect(paceOf({ level: 0.5 }, 4)).toEqual({ slots: 2, restShare: 0 });
    expect(paceOf({ level: 0.125 }, 4)).toEqual({ slots: 1, restShare: 1 });
    expect(paceOf({ level: 0.125 }, 2)).toEqual({ slots: 1, restShare: 3 });
  });
});

describe('late work', () => {
  const figure = { what: 'a run', noiseMs: 100, limitMs: 2_000 };

  test.each([
    [{ nowMs: 1_260, usualMs: 1_000 }, true],
    [{ nowMs: 1_240, usualMs: 1_000 }, false],
    [{ nowMs: 150, usualMs: 60 }, false],
    [{ nowMs: 170, usualMs: 60 }, true],
    [{ nowMs: 1_900, usualMs: undefined }, false],
    [{ nowMs: 2_100, usualMs: undefined }, true],
    [{ nowMs: undefined, usualMs: 1 }, false],
  ])('%j is late: %s', (times, late) => {
    expect(lateWork([{ ...figure, ...times }]) !== undefined).toBe(late);
  });

  test('is told with what is usual', () => {
    expect(lateWork([{ ...figure, nowMs: 900, usualMs: 120 }])).toBe('a run takes 900 ms instead of 120 ms');
  });
});

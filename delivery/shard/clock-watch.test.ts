import { expect, test } from '@jest/globals';
import { ClockWatch } from './clock-watch.ts';

test('a clock that goes on, leaps ahead or trembles was not set back', () => {
  const clock = { ms: 1_000_000, nowMs: () => clock.ms };
  const watch = new ClockWatch(clock);
  for (const step of [0, 5, 3_600_000, -2_000, 1]) {
    clock.ms += step;
    expect(watch.setBackMs()).toBe(0);
  }
});

test('a clock that was set back is noticed once', () => {
  const clock = { ms: 1_000_000, nowMs: () => clock.ms };
  const watch = new ClockWatch(clock);
  clock.ms -= 600_000;
  expect([watch.setBackMs(), watch.setBackMs()]).toEqual([600_000, 0]);
});

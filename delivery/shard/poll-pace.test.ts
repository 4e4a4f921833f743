import { describe, expect, test } from '@jest/globals';
import { PollPace } from './poll-pace.ts';

const OPTIONS = { pollMs: 200, idlePollMs: 2_000 };
const NEVER = new AbortController().signal;

/** A clock that stands still but for sleeps, which are over at once unless `held`. */
class Clock {
  ms = 0;
  readonly slept: number[] = [];
  /** From this length on a sleep only ends by its signal. */
  heldFromMs = Number.POSITIVE_INFINITY;

  nowMs = (): number => this.ms;
  random = (): number => 0;
  sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    this.slept.push(ms);
    if (ms >= this.heldFromMs) {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
      });
    } else {
      this.ms += ms;
    }
  };
}

async function quietPace(): Promise<{ clock: Clock; pace: PollPace }> {
  const clock = new Clock();
  const pace = new PollPace(clock, OPTIONS);
  clock.ms = 10_000;
  await pace.pause({ busy: false }, NEVER);
  return { clock, pace };
}

describe('the pace of polls', () => {
  test('is fast after the start, and slow once nothing has come for a while', async () => {
    const clock = new Clock();
    const pace = new PollPace(clock, OPTIONS);
    const rounds = 15;
    for (let round = 0; round < rounds; round += 1) {
      await pace.pause({ busy: false }, NEVER);
    }
    expect(clock.slept.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 200));
    expect(clock.slept.slice(-4)).toEqual([200, 1_800, 200, 1_800]);
  });

  test('polls at ticks of the clock, and leaves a slow source alone for half of what is between two', async () => {
    const clock = new Clock();
    const pace = new PollPace(clock, OPTIONS);
    clock.ms = 50;
    await pace.pause({ busy: true }, NEVER);
    clock.ms = 5_150;
    await pace.pause({ busy: true }, NEVER);
    expect(clock.slept).toEqual([150, 100]);
  });

  test('a clock that is set back meanwhile does not make it wait', async () => {
    const clock = new Clock();
    const pace = new PollPace(clock, OPTIONS);
    clock.ms = 600_000;
    await pace.pause({ busy: true }, NEVER);
    clock.ms = 10;
    await pace.pause({ busy: true }, NEVER);
    expect(clock.slept).toEqual([200, 190]);
  });

  test('stays fast while something is under way', async () => {
    const { clock, pace } = await quietPace();
    clock.slept.length = 0;
    await pace.pause({ busy: true }, NEVER);
    await pace.pause({ busy: false }, NEVER);
    expect(clock.slept).toEqual([200, 200]);
  });

  test('news end a nap, and the next polls are fast', async () => {
    const { clock, pace } = await quietPace();
    clock.slept.length = 0;
    clock.heldFromMs = 1_000;
    const pause = pace.pause({ busy: false }, NEVER);
    setImmediate(() => {
      pace.news();
    });
    await pause;
    await pace.pause({ busy: false }, NEVER);
    expect(clock.slept).toEqual([200, 1_800, 200]);
  });

  test('news that come before a nap keep it from beginning', async () => {
    const { clock, pace } = await quietPace();
    clock.slept.length = 0;
    pace.news();
    await pace.pause({ busy: false }, NEVER);
    expect(clock.slept).toEqual([200]);
  });

  test('a shard that is stopped does not sleep on', async () => {
    const { clock, pace } = await quietPace();
    clock.heldFromMs = 1_000;
    const stopping = new AbortController();
    const pause = pace.pause({ busy: false }, stopping.signal);
    setImmediate(() => {
      stopping.abort();
    });
    await pause;
    expect(clock.slept.at(-1)).toBe(1_800);
  });
});

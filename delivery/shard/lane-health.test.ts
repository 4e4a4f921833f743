import { beforeEach, expect, test } from '@jest/globals';
import { classifyOutcome } from '../classify.ts';
import type { LaneConfig } from './lane-config.ts';
import { LaneHealth } from './lane-health.ts';
import type { ShardPorts } from './ports.ts';

const REQUEST_MS = 50;
const SECOND_TRY_MS = 500;

let nowMs: number;
let random: number;
let transitions: string[];
/** Of the last of them. */
let evidence: Record<string, unknown>;
beforeEach(() => {
  nowMs = 1_000_000;
  random = 0.5;
  transitions = [];
  evidence = {};
});

function laneHealth(config: Partial<LaneConfig> = {}): LaneHealth {
  const ports = {
    clock: { nowMs: () => nowMs, random: () => random },
    health: {
      transition: (_id: string, to: string, seen: Record<string, unknown>) => {
        transitions.push(to);
        evidence = seen;
        return Promise.resolve();
      },
    },
    observe: { warn: () => undefined },
  } as unknown as ShardPorts;
  return new LaneHealth(
    { destinationId: 'd', health: 'healthy', retryScheduleMs: [5_000], ...config } as LaneConfig,
    ports,
  );
}

function answer(health: LaneHealth, status: number): void {
  const outcome = { kind: 'response', status, headers: {} } as const;
  void health.observe(classifyOutcome(outcome, new Date(nowMs)));
}

/** One event after the other as a careful lane sends them, each with its second try; how many until then. */
function failUntil(health: LaneHealth, isEnough: () => boolean): number {
  let events = 0;
  while (!isEnough()) {
    nowMs += health.waitMs(nowMs);
    health.started(nowMs);
    events += 1;
    nowMs += REQUEST_MS;
    answer(health, 500);
    nowMs += SECOND_TRY_MS;
    answer(health, 500);
  }
  return events;
}

test('a dead endpoint fails few events until it is paused, each of which costs a workflow, and is paused no later for that', () => {
  const health = laneHealth();
  const sinceMs = nowMs;
  const events = failUntil(health, () => transitions.includes('paused_auto'));
  // One every 550 ms would be 110.
  expect(events).toBeLessThanOrEqual(20);
  expect(nowMs - sinceMs).toBeGreaterThanOrEqual(60_000);
  expect(nowMs - sinceMs).toBeLessThan(70_000);
});

test('it is asked no less often than it takes to pause it in its time, when it takes many failures', () => {
  const health = laneHealth({ breaker: { tripConsecutiveFailures: 80 } });
  const sinceMs = nowMs;
  failUntil(health, () => transitions.includes('paused_auto'));
  expect(nowMs - sinceMs).toBeLessThan(70_000);
});

test('an endpoint that comes back to fail again fails few events, too', () => {
  const health = laneHealth({ health: 'recovering' });
  expect(failUntil(health, () => transitions.includes('paused_auto'))).toBeLessThanOrEqual(20);
});

test('a success ends the pauses, and the next failure begins with a short one', () => {
  const health = laneHealth();
  failUntil(health, () => nowMs > 1_000_000 + 20_000);
  expect(health.waitMs(nowMs)).toBeGreaterThan(2_000);
  answer(health, 200);
  expect(health.waitMs(nowMs)).toBe(0);
  health.started(nowMs);
  answer(health, 500);
  expect(health.waitMs(nowMs)).toBe(250);
});

/** Five in a row: careful from now on. */
function degraded(config: Partial<LaneConfig> = {}): LaneHealth {
  const health = laneHealth(config);
  for (let failures = 0; failures < 5; failures += 1) {
    answer(health, 500);
  }
  expect(transitions).toEqual(['degraded']);
  health.started(nowMs);
  return health;
}

test('an endpoint whose second tries fail is asked a second later, then at growing distances', () => {
  const health = degraded();
  expect(health.waitMs(nowMs)).toBe(500);
  expect(health.retryAfterMs).toBeUndefined();
  health.secondTryFailed(health.delivered);
  expect(health.retryAfterMs).toBe(30_000);
  const waits = [1, 2, 3, 4].map(() => {
    const waitMs = health.waitMs(nowMs);
    nowMs += waitMs;
    health.started(nowMs);
    answer(health, 500);
    health.secondTryFailed(health.delivered);
    return waitMs;
  });
  expect(waits).toEqual([1_000, 2_000, 4_000, 5_000]);
});

test('an endpoint is silent while it is careful of it and the last request was not answered in time', () => {
  const silent = (health: LaneHealth): boolean => {
    void health.observe(classifyOutcome({ kind: 'error', code: 'total_timeout', message: '' }, new Date(nowMs)));
    return health.isSilent;
  };
  expect(silent(laneHealth())).toBe(false);
  const health = degraded();
  expect(health.isSilent).toBe(false);
  expect(silent(health)).toBe(true);
  answer(health, 500);
  expect(health.isSilent).toBe(false);
  expect(silent(health)).toBe(true);
  answer(health, 200);
  expect(health.isSilent).toBe(false);
});

test('a second try says nothing of an endpoint that has taken others since the first', () => {
  const health = laneHealth();
  const refuse = (after?: number): void => {
    const outcome = { kind: 'response', status: 500, headers: {} } as const;
    void health.observe(classifyOutcome(outcome, new Date(nowMs)), nowMs, after);
  };
  for (let event = 0; event < 10; event += 1) {
    refuse();
    for (let others = 0; others < 10; others += 1) {
      answer(health, 200);
    }
  }
  for (let event = 0; event < 10; event += 1) {
    refuse(10 * event);
    health.secondTryFailed(10 * event);
  }
  expect([transitions, health.isDown]).toEqual([[], false]);
  for (let event = 0; event < 5; event += 1) {
    refuse(health.delivered);
  }
  expect(transitions).toEqual(['degraded']);
});

test('its retries begin later, in proportion to their schedule', () => {
  const health = degraded({ retryScheduleMs: [1_000, 1_000] });
  health.secondTryFailed(health.delivered);
  expect(health.retryAfterMs).toBe(6_000);
});

test('a success ends that, too', () => {
  const health = degraded();
  health.secondTryFailed(health.delivered);
  answer(health, 200);
  answer(health, 500);
  expect(health.retryAfterMs).toBeUndefined();
});

test('endpoints that fail together are not asked together again', () => {
  const [first, second] = [0.1, 0.9].map((share) => {
    [random, transitions] = [share, []];
    return degraded();
  });
  expect(first?.waitMs(nowMs)).toBe(400);
  expect(second?.waitMs(nowMs)).toBe(600);
});

test('what made it degraded, and what can be done about it, is on record with it', () => {
  const health = laneHealth();
  for (let failures = 0; failures < 5; failures += 1) {
    answer(health, 401);
  }
  expect(transitions).toEqual(['degraded']);
  expect(evidence).toMatchObject({
    ...{ consecutiveFailures: 5, lastError: 'http_401' },
    remedy: expect.stringContaining('credentials'),
  });
});

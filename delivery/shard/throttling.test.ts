import { beforeEach, describe, expect, test } from '@jest/globals';
import { classifyOutcome } from '../classify.ts';
import { badEvent } from '../vendors/common-answers.ts';
import type { LaneConfig } from './lane-config.ts';
import { LaneHealth } from './lane-health.ts';
import type { ShardPorts } from './ports.ts';

const REQUEST_MS = 50;
const LIMIT = 8;
const MINUTE_MS = 60_000;

type Answer = [status: number, retryAfter?: string];

let nowMs: number;
let transitions: { to: string; evidence: Record<string, unknown> }[];
let health: LaneHealth;

function laneHealth(config: Partial<LaneConfig> = {}): LaneHealth {
  const ports = {
    clock: { nowMs: () => nowMs, random: () => 0 },
    health: {
      transition: (_id: string, to: string, evidence: Record<string, unknown>) => {
        transitions.push({ to, evidence });
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

beforeEach(() => {
  nowMs = Date.UTC(2026, 10, 21, 12);
  transitions = [];
  health = laneHealth();
});

function answered([status, retryAfter]: Answer, sentAtMs: number): void {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  void health.observe(classifyOutcome({ kind: 'response', status, headers }, new Date(nowMs)), sentAtMs);
}

/** As soon as the lane lets it, one request with each of these answers at the same moment; how long it has waited. */
function round(...answers: Answer[]): number {
  const waitMs = health.waitMs(nowMs);
  nowMs += waitMs;
  const sentAtMs = nowMs;
  health.started(sentAtMs);
  nowMs += REQUEST_MS;
  answers.forEach((answer) => answered(answer, sentAtMs));
  return waitMs;
}

/** One after the other for so long; how many there were. */
function roundsFor(ms: number, answer: Answer): number {
  const untilMs = nowMs + ms;
  let rounds = 0;
  while (nowMs < untilMs) {
    round(answer);
    rounds += 1;
  }
  return rounds;
}

const TOO_LARGE = badEvent([413], { name: 'too_large', remedy: 'Send less.' });
const PAST = 'Sat, 21 Nov 2026 11:00:00 GMT';

describe('an endpoint that refuses everything', () => {
  test.each<[string, Answer]>([
    ['429 and 0', [429, '0']],
    ['429 and a time that is past', [429, PAST]],
    ['503 and a time that is past', [503, PAST]],
    ['429 alone', [429]],
    ['429 and a moment', [429, '0.2']],
  ])('with %s is asked at pauses that grow to a minute, with one request at a time', (_name, answer) => {
    round(...Array.from({ length: LIMIT }, () => answer));
    expect(health.concurrency(LIMIT)).toBe(LIMIT);
    round(...Array.from({ length: LIMIT }, () => answer));
    expect(health.concurrency(LIMIT)).toBe(1);
    expect(Array.from({ length: 8 }, () => round(answer) / 1_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(roundsFor(60 * MINUTE_MS, answer)).toBeLessThanOrEqual(60);
  });

  test('is left alone for as long as it wishes, within reason', () => {
    round([429, '30']);
    expect(round([429, '30'])).toBe(30_000);
    expect(round([429, '86400'])).toBe(30_000);
    expect(health.waitMs(nowMs)).toBe(5 * MINUTE_MS);
  });

  test('gets all that it may again as soon as it takes one, or sets one aside', () => {
    for (const taken of [200, 413]) {
      roundsFor(5 * MINUTE_MS, [429, '0']);
      expect(health.concurrency(LIMIT)).toBe(1);
      nowMs += health.waitMs(nowMs);
      const outcome = { kind: 'response', status: taken, headers: {} } as const;
      void health.observe(classifyOutcome(outcome, new Date(nowMs), [TOO_LARGE]), nowMs);
      expect([health.concurrency(LIMIT), health.waitMs(nowMs)]).toEqual([LIMIT, 0]);
    }
  });

  test('is asked no sooner because it fails in between', () => {
    roundsFor(5 * MINUTE_MS, [429, '0']);
    answered([500], nowMs);
    expect(health.concurrency(LIMIT)).toBe(1);
    expect(round([429, '0'])).toBe(60_000);
  });
});

describe('an endpoint with a rate limit, which takes some', () => {
  const SOME: Record<string, Answer[]> = {
    'the first': [[200], [429, '0'], [429, '0']],
    'the last': [[429, '0'], [429, '0'], [200]],
    'one between': [[429, '0'], [200], [429, '0']],
  };

  test.each(Object.entries(SOME))('keeps its pace: it takes %s', (_name, answers) => {
    for (let n = 0; n < 100; n += 1) {
      expect(round(...answers)).toBeLessThanOrEqual(100);
      expect(health.concurrency(LIMIT)).toBe(LIMIT);
    }
    expect(transitions).toEqual([]);
  });

  test('is left alone for as long as it says, or for a second', () => {
    round([200], [429]);
    expect(round([200], [429, '3'])).toBe(1_000);
    expect(round([200])).toBe(3_000);
    expect(round([200])).toBe(0);
  });
});

describe('after half an hour of nothing but refusals', () => {
  test('the webhook is degraded, which says since when, and never paused', () => {
    const since = new Date(nowMs + REQUEST_MS).toISOString();
    roundsFor(29 * MINUTE_MS, [429, '0']);
    expect(transitions).toEqual([]);
    roundsFor(2 * MINUTE_MS, [429, '0']);
    expect(transitions).toMatchObject([
      { to: 'degraded', evidence: { throttledSince: since, lastError: 'http_429', remedy: expect.any(String) } },
    ]);
    roundsFor(24 * 60 * MINUTE_MS, [429, '0']);
    expect(new Set(transitions.map(({ to }) => to))).toEqual(new Set(['degraded']));
    // Now and then, in case that nobody could be told.
    expect(transitions.length).toBeLessThanOrEqual(150);
  });

  test('one that takes something is healthy again, and is counted anew', () => {
    roundsFor(31 * MINUTE_MS, [429, '0']);
    round([200]);
    expect(transitions.map(({ to }) => to)).toEqual(['degraded', 'healthy']);
    roundsFor(29 * MINUTE_MS, [429, '0']);
    expect(transitions).toHaveLength(2);
  });

  test('one that was degraded before is told of too; one that was hardly asked is not', () => {
    health = laneHealth({ health: 'degraded' });
    roundsFor(31 * MINUTE_MS, [429]);
    expect(transitions).toMatchObject([{ to: 'degraded', evidence: { throttledSince: expect.any(String) } }]);
    health = laneHealth();
    round([429]);
    nowMs += 60 * MINUTE_MS;
    round([429]);
    expect(transitions).toHaveLength(1);
  });
});

test('faults of ours are waited for, and are no refusals', () => {
  for (let n = 0; n < 20; n += 1) {
    void health.observe(classifyOutcome({ kind: 'error', code: 'proxy_failed', message: '' }, new Date(nowMs)), nowMs);
    expect(health.waitMs(nowMs)).toBe(1_000);
    expect(health.concurrency(LIMIT)).toBe(LIMIT);
    nowMs += 1_000;
  }
});

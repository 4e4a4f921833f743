import { describe, expect, test } from '@jest/globals';
import { breakerBy, createBreaker, DEFAULT_BREAKER_CONFIG, type Breaker, type BreakerVerdict } from './health.ts';

const START_MS = Date.UTC(2026, 10, 21, 5);
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Sends one attempt every `everyMs` and returns when each verdict was first given, relative to the start. */
function drive(
  breaker: Breaker,
  run: { fromMs: number; forMs: number; everyMs: number; ok: (index: number) => boolean },
): Map<BreakerVerdict, number> {
  const firstSeen = new Map<BreakerVerdict, number>();
  for (let index = 0; index * run.everyMs <= run.forMs; index += 1) {
    const sinceMs = run.fromMs + index * run.everyMs;
    breaker.record({ ok: run.ok(index), atMs: START_MS + sinceMs });
    const verdict = breaker.verdict(START_MS + sinceMs);
    firstSeen.set(verdict, firstSeen.get(verdict) ?? sinceMs);
  }
  return firstSeen;
}

const never = () => false;
const always = () => true;

describe('trips', () => {
  test('after a minute of nothing but failures on a busy endpoint, degraded long before', () => {
    const breaker = createBreaker();
    drive(breaker, { fromMs: 0, forMs: 5 * MINUTE_MS, everyMs: 10, ok: always });
    const seen = drive(breaker, { fromMs: 5 * MINUTE_MS, forMs: 3 * MINUTE_MS, everyMs: 10, ok: never });
    expect((seen.get('degraded') ?? 0) - 5 * MINUTE_MS).toBeLessThan(SECOND_MS);
    const trippedAfterMs = (seen.get('trip') ?? 0) - 5 * MINUTE_MS;
    expect(trippedAfterMs).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(trippedAfterMs).toBeLessThanOrEqual(70 * SECOND_MS);
  });

  test('on a quiet endpoint whose attempts never fill a window', () => {
    const seen = drive(createBreaker(), { fromMs: 0, forMs: 30 * MINUTE_MS, everyMs: 2 * MINUTE_MS, ok: never });
    expect(seen.get('degraded')).toBe(8 * MINUTE_MS);
    expect(seen.get('trip')).toBe(18 * MINUTE_MS);
  });

  test('when one in twenty attempts succeeds for a whole window', () => {
    const seen = drive(createBreaker(), {
      fromMs: 0,
      forMs: 10 * MINUTE_MS,
      everyMs: 100,
      ok: (index) => index % 20 === 19,
    });
    expect(seen.get('trip')).toBeGreaterThanOrEqual(DEFAULT_BREAKER_CONFIG.windowMs);
    expect(seen.get('trip')).toBeLessThan(2 * DEFAULT_BREAKER_CONFIG.windowMs);
  });
});

test('trips by the thresholds that a user has set', () => {
  const breaker = createBreaker(breakerBy({ consecutiveFailures: 3, minSample: 3, failingSeconds: 5 }));
  const seen = drive(breaker, { fromMs: 0, forMs: MINUTE_MS, everyMs: SECOND_MS, ok: never });
  expect(seen.get('trip')).toBe(5 * SECOND_MS);
  const patient = createBreaker(breakerBy({ failureRate: 0.9, failingSeconds: 600 }));
  expect(
    drive(patient, { fromMs: 0, forMs: 9 * MINUTE_MS, everyMs: SECOND_MS, ok: never }).get('trip'),
  ).toBeUndefined();
});

describe('does not trip', () => {
  test('on one burst of failures, however long the silence after it', () => {
    const breaker = createBreaker();
    for (let index = 0; index < 100; index += 1) {
      breaker.record({ ok: false, atMs: START_MS + index });
    }
    expect(breaker.verdict(START_MS + 100)).toBe('degraded');
    expect(breaker.verdict(START_MS + 60 * MINUTE_MS)).toBe('degraded');
  });

  test('on a receiver that restarts for 30 seconds', () => {
    const breaker = createBreaker();
    drive(breaker, { fromMs: 0, forMs: 2 * MINUTE_MS, everyMs: 100, ok: always });
    const outage = drive(breaker, { fromMs: 2 * MINUTE_MS, forMs: 30 * SECOND_MS, everyMs: 100, ok: never });
    expect(outage.has('trip')).toBe(false);
    const after = drive(breaker, { fromMs: 151 * SECOND_MS, forMs: 3 * MINUTE_MS, everyMs: 100, ok: always });
    expect(after.has('trip')).toBe(false);
    expect(after.has('healthy')).toBe(true);
  });

  test('on one percent of bad events, which stay healthy', () => {
    const seen = drive(createBreaker(), {
      fromMs: 0,
      forMs: 10 * MINUTE_MS,
      everyMs: 100,
      ok: (index) => index % 100 !== 0,
    });
    expect([...seen.keys()]).toEqual(['healthy']);
  });

  test('on every other event failing: degraded, but alive', () => {
    const seen = drive(createBreaker(), {
      fromMs: 0,
      forMs: 10 * MINUTE_MS,
      everyMs: 100,
      ok: (index) => index % 2 === 0,
    });
    expect(seen.has('degraded')).toBe(true);
    expect(seen.has('trip')).toBe(false);
  });

  test('on four failures of a quiet endpoint', () => {
    const seen = drive(createBreaker(), { fromMs: 0, forMs: 3 * MINUTE_MS, everyMs: MINUTE_MS, ok: never });
    expect([...seen.keys()]).toEqual(['healthy']);
  });

  test('on faults of the platform and on throttling', () => {
    const breaker = createBreaker();
    for (let index = 0; index < 1_000; index += 1) {
      const atMs = START_MS + index * SECOND_MS;
      breaker.record({ ok: false, atMs, chargesHealth: false });
      breaker.record({ ok: false, atMs, class: 'throttled' });
      expect(breaker.verdict(atMs)).toBe('healthy');
    }
    expect(breaker.evidence(START_MS)).toMatchObject({ attempts: 0, failures: 0 });
  });
});

test('one success ends a trip’s streak, a reset clears everything', () => {
  const breaker = createBreaker();
  drive(breaker, { fromMs: 0, forMs: 2 * MINUTE_MS, everyMs: SECOND_MS, ok: never });
  expect(breaker.verdict(START_MS + 2 * MINUTE_MS)).toBe('trip');
  breaker.reset();
  expect(breaker.verdict(START_MS + 2 * MINUTE_MS)).toBe('healthy');
  expect(breaker.evidence(START_MS)).toMatchObject({ attempts: 0, consecutiveFailures: 0, lastFailureAt: null });
});

test('the evidence is plain JSON and says why', () => {
  const breaker = createBreaker();
  breaker.record({ ok: true, atMs: START_MS });
  breaker.record({ ok: false, atMs: START_MS + 1_000, class: 'retry' });
  breaker.record({ ok: false, atMs: START_MS + 3_000, class: 'misconfigured' });
  const evidence = breaker.evidence(START_MS + 3_000);
  expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
  expect(evidence).toEqual({
    windowMs: 120_000,
    attempts: 3,
    failures: 2,
    failureRate: 2 / 3,
    consecutiveFailures: 2,
    failingForMs: 2_000,
    firstFailureAt: '2026-11-21T05:00:01.000Z',
    lastFailureAt: '2026-11-21T05:00:03.000Z',
    lastSuccessAt: '2026-11-21T05:00:00.000Z',
    lastFailureClass: 'misconfigured',
  });
});

test('thresholds are parameters', () => {
  const breaker = createBreaker({ tripConsecutiveFailures: 2, minSample: 2, minFailingMs: 0 });
  breaker.record({ ok: false, atMs: START_MS });
  expect(breaker.verdict(START_MS)).toBe('healthy');
  breaker.record({ ok: false, atMs: START_MS });
  expect(breaker.verdict(START_MS)).toBe('trip');
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_AWAY_MS, RETRY_PLACES, RetryTurns, type GivesWay, type RetryTurn } from './retry-turns.ts';
import type { LaneConfig } from './shard/lane-config.ts';

type Webhook = Parameters<RetryTurns['take']>[0];

function webhook(
  destinationId: string,
  maxConcurrency = 16,
  health: LaneConfig['health'] = 'healthy',
  rateLimitPerSecond?: number,
): Webhook {
  return { destinationId, maxConcurrency, health, rateLimitPerSecond, version: 1 };
}

/** The turns of a worker whose time goes on when it is told. */
class Worker {
  nowMs = 0;
  readonly turns = new RetryTurns({ nowMs: () => this.nowMs, random: () => 0.5 });
  readonly open: { destinationId: string; turn: RetryTurn }[] = [];

  /** Undefined: it has a turn. */
  ask(of: Webhook): GivesWay | undefined {
    const turn = this.turns.take(of);
    if ('againInMs' in turn) {
      return turn;
    }
    this.open.push({ destinationId: of.destinationId, turn });
    return undefined;
  }

  underWay(destinationId: string): number {
    return this.open.filter((other) => other.destinationId === destinationId).length;
  }

  end(nth: number, delivered: boolean): void {
    for (const { turn } of this.open.splice(nth, 1)) {
      turn.sent(delivered);
      turn.end();
    }
  }
}

describe('a retry', () => {
  test('has a turn while its webhook has fewer under way than it may, and gives way beyond', () => {
    const worker = new Worker();
    const asked = Array.from({ length: 5 }, () => worker.ask(webhook('a', 3)));
    expect(asked.map((answer) => answer?.underWay)).toEqual([undefined, undefined, undefined, 3, 3]);
    worker.end(0, true);
    expect(worker.ask(webhook('a', 3))).toBeUndefined();
  });

  test('has a turn although others hang on all places', () => {
    const worker = new Worker();
    for (let nth = 0; nth < 4 * RETRY_PLACES; nth += 1) {
      worker.ask(webhook(nth % 2 === 0 ? 'hangs' : 'hangs too', 100));
    }
    expect(worker.open).toHaveLength(RETRY_PLACES);
    for (let nth = 0; nth < RETRY_PLACES; nth += 1) {
      worker.ask(webhook('new', 100));
    }
    expect(worker.underWay('new')).toBe(Math.floor(RETRY_PLACES / 3));
    for (let nth = 0; nth < 2 * RETRY_PLACES; nth += 1) {
      expect(worker.ask(webhook(`another ${String(nth)}`))).toBeUndefined();
    }
  });
});

test('whoever asks and ends, no webhook passes its limit, one is always free, and all wait a bounded time', () => {
  const step = fc.record({
    ends: fc.boolean(),
    delivered: fc.boolean(),
    waitsMs: fc.nat(90_000),
    nth: fc.nat(1_000),
    asks: fc.integer({ min: 1, max: 60 }),
    of: fc.constantFrom(
      webhook('one', 1),
      webhook('some', 16),
      webhook('many', 100),
      webhook('others', 100),
      webhook('recovering', 50, 'recovering'),
    ),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const worker = new Worker();
      for (const { ends, delivered, waitsMs, nth, asks, of } of steps) {
        worker.nowMs += waitsMs;
        if (ends) {
          worker.end(nth % Math.max(1, worker.open.length), delivered);
        }
        const before = worker.underWay(of.destinationId);
        const refused = Array.from({ length: asks }, () => worker.ask(of)).filter((answer) => answer !== undefined);
        const after = worker.underWay(of.destinationId);
        expect(after).toBe(before + asks - refused.length);
        expect(after).toBeGreaterThan(0);
        expect(after).toBeLessThanOrEqual(of.maxConcurrency);
        expect(worker.open.length).toBeLessThanOrEqual(2 * RETRY_PLACES + 5);
        expect(refused.filter(({ againInMs }) => !(againInMs > 0 && againInMs <= MAX_AWAY_MS))).toEqual([]);
      }
    }),
  );
});

describe('retries that give way', () => {
  test('come again one after the other, at the pace of the requests before them', () => {
    const worker = new Worker();
    const away = (): number => worker.ask(webhook('a', 2))?.againInMs ?? 0;
    expect([away(), away()]).toEqual([0, 0]);
    worker.nowMs = 4_000;
    worker.end(0, true);
    expect(away()).toBe(0);
    // Requests take 4 s, and two are under way.
    expect([away(), away(), away()]).toEqual([2_000, 4_000, 6_000]);
  });

  test('stay away longer when what is under way takes longer than any request before', () => {
    const worker = new Worker();
    const away = (): number => worker.ask(webhook('a', 1))?.againInMs ?? 0;
    away();
    worker.nowMs = 100;
    worker.end(0, true);
    away();
    worker.nowMs += 20_000;
    expect([away(), away()]).toEqual([20_000, 40_000]);
  });

  test('beyond what can be foreseen come at any moment of half a minute', () => {
    const worker = new Worker();
    for (let nth = 0; nth < 16; nth += 1) {
      worker.ask(webhook('a'));
    }
    worker.nowMs = 30_000;
    const away = Array.from({ length: 1_000 }, () => worker.ask(webhook('a'))?.againInMs);
    expect(away.slice(0, 2)).toEqual([1_875, 3_750]);
    expect(away.slice(32).filter((ms) => ms !== 0.75 * MAX_AWAY_MS)).toEqual([]);
  });
});

test('retries of a webhook with a rate limit come one after the other, at half of it', () => {
  const worker = new Worker();
  const limited = webhook('a', 16, 'healthy', 2);
  const ask = (): GivesWay | undefined => worker.ask(limited);
  expect(ask()).toBeUndefined();
  expect(ask()).toEqual({ againInMs: 1_000, waitsFor: 'rate', underWay: 1 });
  expect([ask()?.againInMs, ask()?.againInMs]).toEqual([2_000, 3_000]);
  for (worker.nowMs = 1_000; worker.nowMs <= 3_000; worker.nowMs += 1_000) {
    expect(ask()).toBeUndefined();
  }
  expect(worker.ask(webhook('b'))).toBeUndefined();
});

test('an endpoint that recovers gets its retries one at a time, then ever more while they succeed', () => {
  const worker = new Worker();
  const recovering = webhook('a', 16, 'recovering');
  const fill = (): number => {
    while (worker.ask(recovering) === undefined) {
      // until one gives way
    }
    return worker.open.length;
  };
  for (let nth = 0; nth < 50; nth += 1) {
    worker.ask(webhook('a'));
    worker.end(0, true);
  }
  for (const expected of [1, 2, 4, 8, 16, 16]) {
    expect(fill()).toBe(expected);
    for (let nth = 0; nth < 10; nth += 1) {
      worker.end(0, true);
      fill();
    }
  }
  worker.end(0, false);
  expect(fill()).toBe(15);
  while (worker.open.length > 0) {
    worker.end(0, false);
  }
  expect(fill()).toBe(1);
});

import { expect, test } from '@jest/globals';
import { Exchange } from './exchange.ts';
import type { HttpOutcome } from './outcome.ts';

const controller = { abort: () => undefined } as never;

/** A request that was sent, and what becomes of it. */
function sent(limits: { timeoutMs: number; headersTimeoutMs?: number }): {
  exchange: Exchange;
  outcomes: HttpOutcome[];
} {
  const outcomes: HttpOutcome[] = [];
  const exchange = new Exchange(
    { headersTimeoutMs: undefined, maxResponseBytes: 100, maxDrainBytes: 100, ...limits },
    {
      settled: (_, outcome) => outcomes.push(outcome),
      startAgain: () => false,
      reasonForNoConnection: () => ({ code: 'connect_timeout', message: 'none' }),
    },
  );
  exchange.onRequestStart(controller);
  return { exchange, outcomes };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an answer that comes before a time-out has its turn is an answer', async () => {
  const { exchange, outcomes } = sent({ timeoutMs: 60_000 });
  exchange.expire();
  exchange.onResponseStart(controller, 200, {});
  exchange.onResponseEnd();
  await turn();
  expect(outcomes).toMatchObject([{ kind: 'response', status: 200 }]);
});

test('headers that come before their time-out has its turn have come; the body has what is left of the total', async () => {
  const { exchange, outcomes } = sent({ timeoutMs: 60_000, headersTimeoutMs: 50_000 });
  exchange.expire();
  exchange.onResponseStart(controller, 200, {});
  await turn();
  expect(outcomes).toEqual([]);
  exchange.expire();
  await turn();
  expect(outcomes).toMatchObject([{ kind: 'error', code: 'total_timeout' }]);
});

test('without an answer it fails in its turn', async () => {
  const { exchange, outcomes } = sent({ timeoutMs: 60_000 });
  exchange.expire();
  expect(outcomes).toEqual([]);
  await turn();
  expect(outcomes).toMatchObject([{ kind: 'error', code: 'total_timeout' }]);
});

import { expect, test } from '@jest/globals';
import type { RetryRequest } from '../delivery/shard/ports.ts';
import { createDownStarts, retryPort } from './retry-port.ts';

const REQUEST: RetryRequest = {
  ...{ destinationId: 'd', teamId: 1, eventUuid: 'e', eventInsertedAtMicros: 1, attemptsMade: 2, scheduleMs: [1_000] },
};

/** Counts what reaches the databases, which are away. */
function port(): { start: (mayPark?: boolean) => Promise<boolean | 'asked'> } {
  const deps = { downStarts: createDownStarts(), settings: { openRetriesCap: 10 } };
  const { start } = retryPort(deps as unknown as Parameters<typeof retryPort>[0]);
  return { start: (mayPark) => start({ ...REQUEST, ...(mayPark !== undefined && { mayPark }) }).catch(() => 'asked') };
}

test('of what fails at endpoints that are down a process starts some, and has the others parked without asking anybody', async () => {
  const { start } = port();
  const answers: unknown[] = [];
  for (let nth = 0; nth < 30; nth += 1) {
    answers.push(await start(true));
  }
  expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'asked'));
  expect(answers.filter((answer) => answer === false).length).toBeGreaterThanOrEqual(5);
  // Neither an endpoint that takes others, nor a replay.
  expect([await start(false), await start()]).toEqual(['asked', 'asked']);
});

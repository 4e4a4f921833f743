import { expect, test } from '@jest/globals';
import type { AttemptRecord } from '../core/attempts.ts';
import { SluiceError } from '../core/errors.ts';
import type { ActivityDeps } from './deps.ts';
import { keepUnlogged, logUnlogged } from './unlogged-attempts.ts';

const ROW: AttemptRecord = {
  ...{ teamId: 1, destinationId: 'd', eventUuid: 'e', eventInsertedAtMicros: 1, webhookId: 'msg_1', attempt: 1 },
  ...{ attemptedAt: new Date(0), outcome: 'delivered', statusCode: 200, errorCode: '', errorMessage: '' },
  ...{ durationMs: 1, latencyMs: 1, responseBody: '', nextAttemptAt: null, via: 'retry' },
};

function refusal(retryable: boolean): SluiceError {
  return new SluiceError({ code: 'clickhouse_refused', message: 'no', retryable, fault: 'platform', remedy: 'None.' });
}

/** Only what the log is asked for; `answers` in its order. */
function logThatAnswers(answers: (SluiceError | undefined)[]): { deps: ActivityDeps; stored: () => number } {
  let stored = 0;
  const clickhouse = {
    insertTsv: () => {
      const answer = answers.shift();
      stored += answer === undefined ? 1 : 0;
      return answer === undefined ? Promise.resolve() : Promise.reject(answer);
    },
  };
  const deps = { clickhouse, logger: { warn: () => undefined } } as unknown as ActivityDeps;
  return { deps, stored: () => stored };
}

test('what the log does not take yet is kept, and nothing more is sent until then', async () => {
  const { deps, stored } = logThatAnswers([refusal(true)]);
  keepUnlogged(deps, ROW);
  await expect(logUnlogged(deps)).rejects.toThrow('no');
  await logUnlogged(deps);
  await logUnlogged(deps);
  expect(stored()).toBe(1);
});

test('what the log will never take holds up nobody, nor what was kept after it', async () => {
  const { deps, stored } = logThatAnswers([refusal(false)]);
  keepUnlogged(deps, ROW);
  keepUnlogged(deps, { ...ROW, eventUuid: 'f' });
  await logUnlogged(deps);
  expect(stored()).toBe(1);
});

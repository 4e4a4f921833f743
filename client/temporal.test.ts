import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TemporalRequest } from './request-observer.ts';
import { askTemporal, openTemporal } from './temporal.ts';

const NOBODY = { address: '127.0.0.1:1', namespace: 'default', tls: false };

test.each([0, 200, 600])('a client is closed in peace %i ms into a request that is repeated', async (afterMs) => {
  const temporal = openTemporal(NOBODY);
  const asked: Promise<unknown> = askTemporal(temporal).catch((error: unknown) => error);
  await sleep(afterMs);
  await temporal.close();
  // A repetition on the closed channel would throw into nowhere, and fail this file.
  expect(await asked).toMatchObject({ message: expect.any(String) });
});

test('each request that has ended is told, repeated ones too', async () => {
  const told: TemporalRequest[] = [];
  const temporal = openTemporal(NOBODY, [], (request) => {
    told.push(request);
  });
  await askTemporal(temporal).catch(() => undefined);
  await temporal.close();
  const unanswered = { operation: 'GetSystemInfo', status: 'UNAVAILABLE', durationMs: expect.any(Number) };
  expect(told.slice(0, 2)).toEqual([unanswered, unanswered]);
});

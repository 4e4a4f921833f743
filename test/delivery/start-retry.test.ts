import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ActivityDeps } from '../../activities/deps.ts';
import { startRetry } from '../../activities/start-retry.ts';
import { getEndpointState } from '../../store/endpoint-state.ts';
import { EndpointWorld, insertedAtMicros } from './endpoint-world.ts';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
}, 120_000);
afterAll(() => world.stop());

test('a webhook has no more open retries than it wants itself, nor more than the installation allows', async () => {
  const { id: destinationId, teamId } = await world.webhook('healthy');
  const temporal = { client: { workflow: { start: () => Promise.resolve() } } } as unknown as ActivityDeps['temporal'];
  const deps = { ...world.deps, temporal };
  const start = (maxOpenRetries: number | undefined): ReturnType<typeof startRetry> =>
    startRetry(
      deps,
      {
        ...{ destinationId, teamId, eventUuid: randomUUID(), eventInsertedAtMicros: insertedAtMicros(0) },
        ...{ attemptsMade: 2, scheduleMs: [1_000] },
      },
      { maxOpenRetries },
    );
  expect([await start(0), await start(2), await start(2), await start(2)]).toEqual([
    ...['refused', 'started', 'started', 'refused'],
  ]);
  const cap = deps.settings.openRetriesCap;
  const others: string[] = [];
  for (let tries = 2; tries <= cap; tries += 1) {
    others.push(await start(10 * cap));
  }
  expect(others.filter((outcome) => outcome === 'refused')).toHaveLength(1);
  expect(await start(undefined)).toBe('refused');
});

test('while Temporal is away no places for retries are used up by those that it has not started', async () => {
  const { id: destinationId, teamId } = await world.webhook('healthy');
  let isAway = true;
  const start = (): Promise<void> => (isAway ? Promise.reject(new Error('unavailable')) : Promise.resolve());
  const temporal = { client: { workflow: { start } } } as unknown as ActivityDeps['temporal'];
  const deps = { ...world.deps, temporal };
  const retry = (): ReturnType<typeof startRetry> =>
    startRetry(deps, {
      ...{ destinationId, teamId, eventUuid: randomUUID(), eventInsertedAtMicros: insertedAtMicros(0) },
      ...{ attemptsMade: 2, scheduleMs: [1_000] },
    });
  const openRetries = async (): Promise<number | undefined> =>
    (await getEndpointState(world.store.db, destinationId))?.openRetries;
  for (let tries = 0; tries <= deps.settings.openRetriesCap; tries += 1) {
    await expect(retry()).rejects.toThrow('unavailable');
  }
  expect(await openRetries()).toBe(0);
  isAway = false;
  expect(await retry()).toBe('started');
  expect(await openRetries()).toBe(1);
});

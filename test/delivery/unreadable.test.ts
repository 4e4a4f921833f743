import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createActivities } from '../../activities/index.ts';
import { ShardConfigs } from '../../activities/shard-configs.ts';
import { createSecretBox } from '../../store/secrets.ts';
import { EndpointWorld, insertedAtMicros } from './endpoint-world.ts';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
}, 120_000);
afterAll(() => world.stop());

test('a webhook whose secrets no key opens holds up no other', async () => {
  const [readable, unreadable] = [await world.webhook('healthy'), await sealedByAnother()];
  const configs = await new ShardConfigs(world.deps, { shard: 0, shardCount: 1 }).load();
  const ids = configs.map(({ destinationId }) => destinationId);
  expect([ids.includes(readable.id), ids.includes(unreadable.id)]).toEqual([true, false]);
});

test('nor is an event lost while the key is missing: its retry goes on, and so do probes', async () => {
  const webhook = await sealedByAnother();
  const [eventUuid = ''] = await world.capture(webhook, ['{}']);
  const { retries } = createActivities(world.deps, world.deps);
  const ids = { destinationId: webhook.id, teamId: webhook.teamId };
  const input = { ...ids, eventUuid, eventInsertedAtMicros: insertedAtMicros(0), attempt: 3, lastTry: true };
  const missing = { type: 'secret_unreadable', nonRetryable: false };
  await expect(world.run(() => retries.attemptRetry(input))).rejects.toMatchObject(missing);
  await expect(world.run(() => retries.probeDestination(ids))).rejects.toMatchObject(missing);
  expect(await world.attempts(webhook)).toEqual([]);
});

function sealedByAnother(): Promise<{ id: string; teamId: number }> {
  return world.webhook('healthy', {}, createSecretBox(randomBytes(32)));
}

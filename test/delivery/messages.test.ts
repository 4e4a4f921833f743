import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { respond, SimulatedWorld } from './simulation.ts';

afterEach(stopShards);

test('a message goes to its destination alone, whatever the filter, beside events and once', async () => {
  const world = new SimulatedWorld();
  const wanted = world.destination({ filter: { nothing: true }, headers: { 'x-destination': 'a' } });
  world.destination({ headers: { 'x-destination': 'b' } });
  const { shard } = startShard(world);
  const event = world.capture();
  const messages = Array.from({ length: 400 }, () => world.message(wanted.destinationId));
  shard.messageCame(wanted.destinationId);
  await eventually(() => expect(world.messages).toEqual([]));
  await eventually(() => expect(world.received).toContain(`b${event.uuid}`));
  const toWanted = world.received.filter((id) => id.startsWith('a'));
  expect(toWanted.sort()).toEqual(messages.map(({ uuid }) => `a${uuid}`).sort());
  expect(world.received).toHaveLength(401);
  expect(world.attempts.filter(({ via }) => via !== 'live')).toEqual([]);
});

test('what fails gets a second try, then a retry or parking; parked messages are sent when they are due', async () => {
  const world = new SimulatedWorld();
  world.retryCap = 1;
  const { destinationId } = world.destination({ retryScheduleMs: [1_000], maxConcurrency: 1 });
  const [first, second] = [world.message(destinationId), world.message(destinationId)];
  world.answer = () => respond(500);
  startShard(world);
  const settled = (uuid: string): unknown =>
    world.attempts
      .filter((row) => row.eventUuid === uuid && row.outcome !== 'failed_attempt')
      .map((row) => row.outcome);
  await eventually(() =>
    expect([settled(first.uuid), settled(second.uuid)]).toEqual([['retry_scheduled'], ['parked']]),
  );
  expect(world.retriesStarted).toEqual([first.uuid]);
  // Of the lane: what is asked for its settings later may find the webhook paused or deleted, and none.
  expect(world.retrySchedules).toEqual([[1_000]]);
  await eventually(() => expect(world.messages).toEqual([]));
});

test('a shard that begins again sends nothing that the attempt log has an owner for, and counts attempts on', async () => {
  const world = new SimulatedWorld();
  const { destinationId } = world.destination();
  const [delivered, throttled] = [world.message(destinationId), world.message(destinationId)];
  const before = [...world.messages];
  world.answer = (uuid) => respond(uuid === throttled.uuid ? 429 : 200);
  const first = startShard(world);
  await eventually(() => {
    expect(world.received).toHaveLength(1);
    expect(world.attempts.some(({ statusCode }) => statusCode === 429)).toBe(true);
  });
  await first.stop();
  // As if the table had not heard of anything.
  world.messages = before;
  world.answer = () => respond(200);
  startShard(world);
  await eventually(() => expect(world.messages).toEqual([]));
  expect(world.received.sort()).toEqual([delivered.uuid, throttled.uuid].sort());
  const attempts = world.attempts.filter(({ eventUuid }) => eventUuid === throttled.uuid);
  expect(attempts.at(-1)).toMatchObject({ outcome: 'delivered', attempt: attempts.length });
});

test('waits with a suspended destination; what has expired meanwhile is given up and not sent', async () => {
  const world = new SimulatedWorld();
  const config = world.destination({ health: 'paused_auto' });
  const late = world.message(config.destinationId, { ttlMs: 200 });
  const good = world.message(config.destinationId);
  const { shard } = startShard(world);
  await eventually(() => expect(Date.now()).toBeGreaterThan(late.message!.expiresAtMs));
  expect(world.attempts).toEqual([]);
  world.configs = [{ ...config, health: 'healthy', version: 2 }];
  shard.refreshSoon();
  await eventually(() => {
    shard.messageCame(config.destinationId);
    expect(world.messages).toEqual([]);
  });
  expect(world.received).toEqual([good.uuid]);
  expect(world.attempts.find(({ eventUuid }) => eventUuid === late.uuid)).toMatchObject({
    outcome: 'discarded',
    errorCode: 'message_expired',
  });
});

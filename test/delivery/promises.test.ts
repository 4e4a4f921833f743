import { createHook } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { AttemptLogBuffer } from '../../delivery/shard/log-buffer.ts';
import { LaneHealth } from '../../delivery/shard/lane-health.ts';
import { LaneLag } from '../../delivery/shard/lane-lag.ts';
import { LaneSender, type SendingLane } from '../../delivery/shard/lane-sender.ts';
import { Traffic } from '../../delivery/shard/traffic.ts';
import { ok, SimulatedWorld } from './simulation.ts';

/** Of `deliver` itself, of its waiting for the answer, and the answer's own. */
const OF_ONE_DELIVERY = 3;

test('a delivery makes few promises: with asynchronous contexts, which Temporal needs, they are not cheap', async () => {
  const world = new SimulatedWorld();
  const config = world.destination();
  const ports = { ...world.ports(), send: () => Promise.resolve(ok()) };
  const log = new AttemptLogBuffer(ports.log, ports.clock, () => undefined);
  const health = new LaneHealth(config, ports);
  const lag = new LaneLag({ config, health, mode: 'live', resumedMicros: 0 }, () => false, ports);
  const lane: SendingLane = {
    ...{ config, suspended: false, health, traffic: new Traffic(), lag },
    ...{ giveBack: () => undefined, giveBackQueue: () => undefined, putBack: () => undefined, stored: () => undefined },
  };
  const sender = new LaneSender(lane, ports, log, new AbortController().signal);
  const deliveries = Array.from({ length: 100 }, () => ({ event: world.capture(), attemptsMade: 0, parked: false }));
  let promises = 0;
  const hook = createHook({
    init: (_id, type) => {
      promises += type === 'PROMISE' ? 1 : 0;
    },
  });
  hook.enable();
  const sent = deliveries.map((delivery) => sender.deliver([delivery]));
  await Promise.all(sent);
  hook.disable();

  expect(lane.traffic.take()).toMatchObject({ delivered: deliveries.length });
  expect(promises).toBeGreaterThanOrEqual(deliveries.length);
  // `Promise.all` makes one for each.
  expect(promises / deliveries.length).toBeLessThan(OF_ONE_DELIVERY + 2);
});

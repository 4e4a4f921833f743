import { afterEach, expect, test } from '@jest/globals';
import type { AttemptRecord } from '../../core/attempts.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import type { LaneConfig } from '../../delivery/shard/lane-config.ts';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { SimulatedWorld } from './simulation.ts';

afterEach(stopShards);

/** As the log has it after two attempts of an outage. */
function parkedRow({ destinationId, teamId }: LaneConfig, event: TailEvent, nth: number): AttemptRecord {
  const attemptedAt = new Date(Date.now() - 60_000 + nth);
  return {
    ...{ destinationId, teamId, eventUuid: event.uuid, eventInsertedAtMicros: event.insertedAtMicros },
    ...{ webhookId: 'msg', attempt: 2, attemptedAt, nextAttemptAt: attemptedAt, durationMs: 1, latencyMs: 1 },
    ...{ statusCode: 500, errorCode: '', errorMessage: '', responseBody: '' },
    outcome: 'parked',
    via: 'live',
  };
}

/** Beyond the time of one look per five seconds that brings 200. */
const BACKLOG = 1_200;

test('a large backlog of parked events comes back by one look, as fast as it is delivered, each once', async () => {
  const world = new SimulatedWorld();
  const events = Array.from({ length: BACKLOG }, () => world.capture());
  const destination = world.destination({ maxConcurrency: 50 });
  world.attempts.push(...events.map((event, nth) => parkedRow(destination, event, nth)));
  const ports = world.ports();
  const looks: number[] = [];
  const reads: number[] = [];
  startShard(world, {
    ...ports,
    log: {
      ...ports.log,
      dueParked: async (...query) => {
        const due = await ports.log.dueParked(...query);
        looks.push(due.length);
        return due;
      },
    },
    source: {
      ...ports.source,
      readEventsByKeys: (teamId, keys) => {
        reads.push(keys.length);
        return ports.source.readEventsByKeys(teamId, keys);
      },
    },
  });
  await eventually(() => expect(world.received.length).toBeGreaterThanOrEqual(BACKLOG), { timeoutMs: 30_000 });
  expect(looks.filter((found) => found === BACKLOG)).toHaveLength(1);
  // Contents are read as the lane has room, not all at once.
  expect(Math.max(...reads)).toBeLessThanOrEqual(500);
  expect([...world.received].sort()).toEqual(events.map(({ uuid }) => uuid).sort());
});

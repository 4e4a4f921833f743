import { afterEach, expect, test } from '@jest/globals';
import { badEvent } from '../../delivery/vendors/common-answers.ts';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { ok, respond, SimulatedWorld } from './simulation.ts';

afterEach(stopShards);

/** No status that an unknown endpoint would mean an event by. */
const answers = [badEvent([403], { name: 'crm_event_invalid', remedy: 'Correct it.' })];

test.each([
  ['alone', {}],
  ['in a batch', { batch: { maxEvents: 10, maxWaitMs: 50, maxBytes: 1_000_000 } }],
])('an event that a known receiver refuses as invalid is set aside without a retry, %s', async (_how, settings) => {
  const world = new SimulatedWorld();
  world.destination({ answers, ...settings });
  const uuids = Array.from({ length: 6 }, () => {
    const { uuid } = world.capture({ propertiesJson: '{}' });
    return uuid;
  });
  const [, , bad = ''] = uuids;
  world.answer = (uuid) => (uuid === bad ? respond(403) : ok());
  startShard(world);
  const settled = (): (string | undefined)[] =>
    uuids.map(
      (uuid) => world.attempts.find((row) => row.eventUuid === uuid && row.outcome !== 'failed_attempt')?.outcome,
    );
  await eventually(() => expect(settled()).toEqual(uuids.map((uuid) => (uuid === bad ? 'discarded' : 'delivered'))));
  expect(world.attempts.find(({ outcome }) => outcome === 'discarded')).toMatchObject({
    ...{ eventUuid: bad, attempt: 1, errorCode: 'crm_event_invalid' },
  });
  expect([world.retriesStarted, world.transitions]).toEqual([[], []]);
});

test('a parked event waits by the schedule, also when its endpoint asks for less', async () => {
  const world = new SimulatedWorld();
  world.retryCap = 0;
  world.destination({ retryScheduleMs: [60_000, 60_000] });
  const { uuid } = world.capture();
  world.answer = () => respond(500, { 'retry-after': '0' });
  startShard(world);
  const parked = await eventually(() => {
    const row = world.attempts.find(({ eventUuid, outcome }) => eventUuid === uuid && outcome === 'parked');
    expect(row).toBeDefined();
    return row;
  });
  expect((parked?.nextAttemptAt?.getTime() ?? 0) - (parked?.attemptedAt.getTime() ?? 0)).toBeGreaterThanOrEqual(60_000);
});

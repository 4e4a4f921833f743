import { afterEach, expect, test } from '@jest/globals';
import { renderTooSlow } from '../../delivery/template/errors.ts';
import { compileTemplate, type CompiledTemplate } from '../../delivery/template/template.ts';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { SimulatedWorld } from './simulation.ts';

afterEach(stopShards);

test('sets aside the event that a template cannot render, and goes on', async () => {
  const world = new SimulatedWorld();
  const template = compileTemplate({
    contentType: 'application/json',
    template: {
      data: {
        uuid: '{{ event.uuid }}',
        plus: '{% for i in (1..event.properties.many) %}x{% endfor %}',
      },
    },
  });
  world.destination({ template });
  startShard(world);
  // More than the memory that a text may take, which is seen before it is taken.
  const bad = world.capture({ propertiesJson: '{"many":30000000}' });
  const good = world.capture({ propertiesJson: '{"many":1}' });
  await eventually(() =>
    expect(world.attempts.map(({ eventUuid }) => eventUuid).sort()).toEqual([bad.uuid, good.uuid].sort()),
  );
  expect(world.attempts.find(({ eventUuid }) => eventUuid === bad.uuid)).toMatchObject({
    outcome: 'discarded',
    errorCode: 'template_failed',
  });
  expect(world.received).toEqual([good.uuid]);
});

test('tries an event again whose template was too slow, in a batch too, and gives it up after the schedule', async () => {
  const world = new SimulatedWorld();
  const failing = (failures: Map<string, number>): CompiledTemplate => {
    return ({ event: { uuid } }) => {
      const left = failures.get(uuid) ?? 0;
      if (left > 0) {
        failures.set(uuid, left - 1);
        throw renderTooSlow('', 50);
      }
      return JSON.stringify({ data: { uuid } });
    };
  };
  const failures = [new Map<string, number>(), new Map<string, number>()] as const;
  const batch = { maxEvents: 10, maxWaitMs: 10, maxBytes: 1_000_000 };
  const single = world.destination({ template: failing(failures[0]), retryScheduleMs: [100] });
  const batched = world.destination({ template: failing(failures[1]), retryScheduleMs: [100], batch });
  const [slow, hopeless, quick] = [world.capture(), world.capture(), world.capture()];
  failures.forEach((of) => of.set(slow.uuid, 1).set(hopeless.uuid, Infinity));
  startShard(world);
  for (const { destinationId } of [single, batched]) {
    const outcomesOf = ({ uuid }: { uuid: string }): string[] =>
      world.attempts
        .filter((attempt) => attempt.eventUuid === uuid && attempt.destinationId === destinationId)
        .map(({ outcome }) => outcome);
    await eventually(
      () => {
        expect(outcomesOf(slow)).toEqual(['parked', 'delivered']);
        expect(outcomesOf(hopeless)[0]).toBe('parked');
        expect(outcomesOf(hopeless).at(-1)).toBe('discarded');
      },
      { timeoutMs: 40_000 },
    );
    expect(outcomesOf(quick)).toEqual(['delivered']);
  }
}, 60_000);

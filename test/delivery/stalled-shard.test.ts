import { afterEach, expect, test } from '@jest/globals';
import type { ShardPorts } from '../../delivery/shard/ports.ts';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { SimulatedWorld } from './simulation.ts';

/** A control plane that does not answer: what the shard sends meanwhile, and what it has missed when it does again. */
afterEach(stopShards);

const OVERLAP_MS = 400;

/** A call that gets no answer while it is held. */
function holdable(): {
  call<Answer>(answer: () => Promise<Answer>): Promise<Answer>;
  hold(): void;
  letGo(): void;
  held(): number;
} {
  let [isHeld, held] = [false, 0];
  let letGo: () => void = () => undefined;
  let free = Promise.resolve();
  return {
    call: async (answer) => {
      held += isHeld ? 1 : 0;
      await free;
      return answer();
    },
    hold: () => {
      isHeld = true;
      free = new Promise((resolve) => {
        letGo = resolve;
      });
    },
    letGo: () => {
      isHeld = false;
      letGo();
    },
    held: () => held,
  };
}

test('a row that becomes visible while cursors cannot be saved for longer than rows may be late is delivered', async () => {
  const world = new SimulatedWorld();
  world.destination();
  const postgres = holdable();
  const ports = world.ports();
  const save: ShardPorts['cursors']['save'] = (cursors) => postgres.call(() => ports.cursors.save(cursors));
  startShard(world, { ...ports, cursors: { ...ports.cursors, save } }, { overlapMs: OVERLAP_MS });
  const first = world.capture();
  await eventually(() => expect(world.received).toEqual([first.uuid]));
  postgres.hold();
  await eventually(() => expect(postgres.held()).toBeGreaterThan(0));
  const late = world.capture({ lateMs: OVERLAP_MS / 2 });
  const early = world.capture();
  await eventually(() => expect(world.received).toContain(early.uuid));
  // Digests are of whole seconds, too.
  await eventually(() => expect(Date.now() * 1_000).toBeGreaterThan(late.insertedAtMicros + 2_500_000));
  const after = world.capture();
  await eventually(() => expect(world.received).toContain(after.uuid));
  postgres.letGo();
  await eventually(() => expect(world.received).toContain(late.uuid));
  expect(world.received).toHaveLength(4);
}, 60_000);

test.each(['report', 'transition'] as const)(
  'no late event waits for a %s that Temporal does not answer',
  async (call) => {
    const world = new SimulatedWorld();
    world.destination({ health: 'recovering' });
    const temporal = holdable();
    temporal.hold();
    const ports = world.ports();
    const held: ShardPorts['health'] = {
      ...ports.health,
      [call]: (...of: [string, never, never]) => temporal.call(() => ports.health[call](...of)),
    };
    startShard(world, { ...ports, health: held }, { overlapMs: OVERLAP_MS, reportEveryMs: 1 });
    const first = world.capture();
    await eventually(() => expect(world.received).toEqual([first.uuid]));
    await eventually(() => expect(temporal.held()).toBeGreaterThan(0));
    const late = world.capture({ lateMs: OVERLAP_MS / 2 });
    const early = world.capture();
    const all = [first, late, early].map(({ uuid }) => uuid).sort();
    await eventually(() => expect([...world.received].sort()).toEqual(all));
    temporal.letGo();
  },
  60_000,
);

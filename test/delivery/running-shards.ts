import { DeliveryShard, type ShardOptions } from '../../delivery/shard/shard.ts';
import type { ShardPorts } from '../../delivery/shard/ports.ts';
import type { SimulatedWorld } from './simulation.ts';

export interface RunningShard {
  shard: DeliveryShard;
  /** It finishes what it has begun; throws what it has failed with. */
  stop(): Promise<void>;
}

const running: RunningShard[] = [];

/** The engine on a simulated world, with polls that a test need not wait for. End it with `stopShards`. */
export function startShard(
  world: SimulatedWorld,
  ports: ShardPorts = world.ports(),
  changes: Partial<ShardOptions> = {},
): RunningShard {
  const stopping = new AbortController();
  const shard = new DeliveryShard(ports, {
    ...{ pollMs: 5, overlapMs: 400, reportEveryMs: 60_000, drainMs: 1_000 },
    loadDestinations: () => Promise.resolve(world.configs),
    ...changes,
  });
  const done = shard.run(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await done;
  };
  running.push({ shard, stop });
  return { shard, stop };
}

/** All that were started. For `afterEach`, so that one that has failed fails its test. */
export async function stopShards(): Promise<void> {
  for (const { stop } of running.splice(0)) {
    await stop();
  }
}

import { afterEach, expect, test } from '@jest/globals';
import type { ShardPorts } from '../../delivery/shard/ports.ts';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { client, http, stopAll } from '../../net/test-receivers.ts';
import { SimulatedWorld } from '../delivery/simulation.ts';
import { eventually } from '../support/eventually.ts';

const CONNECTIONS = 4;
/** Far longer than the test: who waits for one of these connections fails it. */
const TIMEOUT_MS = 120_000;

let stopShard: () => Promise<void>;
afterEach(async () => {
  await stopShard();
  await stopAll();
});

/** One host for all, as vendors have it: what is sent to `/hanging` is never answered. */
async function sharedHost(): Promise<{ url: string; hanging(): number; answered(): number }> {
  let hanging = 0;
  let answered = 0;
  const url = await http((request, response) => {
    if (request.url === '/hanging') {
      hanging += 1;
    } else {
      answered += 1;
      response.end();
    }
  });
  return { url, hanging: () => hanging, answered: () => answered };
}

function startShard(world: SimulatedWorld): void {
  const sender = client({ maxConnectionsPerOrigin: CONNECTIONS });
  const stopping = new AbortController();
  const ports: ShardPorts = { ...world.ports(), send: (request, signal) => sender.request({ ...request, signal }) };
  const shard = new DeliveryShard(ports, {
    ...{ pollMs: 10, overlapMs: 400, reportEveryMs: 60_000, drainMs: 100 },
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const done = shard.run(stopping.signal);
  stopShard = async () => {
    stopping.abort();
    await done;
  };
}

test('a tenant whose requests take all its connections to a host delays no other tenant there', async () => {
  const host = await sharedHost();
  const world = new SimulatedWorld();
  world.destination({ teamId: 1, url: `${host.url}/hanging`, timeoutMs: TIMEOUT_MS, maxConcurrency: 2 * CONNECTIONS });
  world.destination({ teamId: 2, url: `${host.url}/well`, timeoutMs: TIMEOUT_MS });
  const mine = Array.from({ length: 3 * CONNECTIONS }, () => world.capture({ teamId: 1 }));
  startShard(world);
  await eventually(() => expect(host.hanging()).toBe(CONNECTIONS), { timeoutMs: 30_000 });

  const others = Array.from({ length: 20 }, () => world.capture({ teamId: 2 }));
  await eventually(() => expect(host.answered()).toBe(others.length), { timeoutMs: 30_000 });
  expect(host.hanging()).toBe(CONNECTIONS);
  expect(mine.length).toBeGreaterThan(host.hanging());
});

test('webhooks whose requests take all connections of their tenant to a host delay none of its other webhooks there', async () => {
  const host = await sharedHost();
  const world = new SimulatedWorld();
  for (let nth = 0; nth < CONNECTIONS; nth += 1) {
    world.destination({
      ...{ url: `${host.url}/hanging`, timeoutMs: TIMEOUT_MS, maxConcurrency: 2 * CONNECTIONS },
      filter: { includeEvents: ['hanging'] },
    });
  }
  world.destination({ url: `${host.url}/well`, timeoutMs: TIMEOUT_MS, filter: { includeEvents: ['well'] } });
  const hanging = Array.from({ length: 3 * CONNECTIONS }, () => world.capture({ event: 'hanging' }));
  startShard(world);
  await eventually(() => expect(host.hanging()).toBeGreaterThanOrEqual(CONNECTIONS), { timeoutMs: 30_000 });

  const well = Array.from({ length: 20 }, () => world.capture({ event: 'well' }));
  await eventually(() => expect(host.answered()).toBe(well.length), { timeoutMs: 30_000 });
  // Twice the connections, and one for each webhook: what waits is more.
  expect(host.hanging()).toBeLessThanOrEqual(3 * CONNECTIONS);
  expect(hanging.length * CONNECTIONS).toBeGreaterThan(host.hanging());
});

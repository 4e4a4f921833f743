import { expect, test } from '@jest/globals';
import type { TailEvent } from '../../core/webhook-event.ts';
import type { Lane } from './lane.ts';
import type { EventKey, ShardPorts, SourcePort } from './ports.ts';
import { SharedTail } from './shared-tail.ts';

const SECOND = 1_000_000;
const NOW = 1_000 * SECOND;

/** Of one second, in their order. */
function events(count: number): TailEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ teamId: 1, uuid: `u${String(index).padStart(3, '0')}`, insertedAtMicros: NOW + Math.floor(index / 4) },
    ...{ event: 'signed up', distinctId: 'u1', propertiesJson: '{}', personId: '', personPropertiesJson: '{}' },
    timestamp: '2026-11-22T00:00:00Z',
  }));
}

function sourceOf(visible: () => readonly TailEvent[]): SourcePort {
  const after = ({ fromMicros, afterUuid = '', limit }: Parameters<SourcePort['readKeys']>[0]): EventKey[] =>
    visible()
      .filter(({ insertedAtMicros: at, uuid }) => at > fromMicros || (at === fromMicros && uuid > afterUuid))
      .slice(0, limit);
  return {
    nowMicros: () => Promise.resolve(NOW + 2 * SECOND),
    pollTail: (query) => Promise.resolve({ events: after(query) as TailEvent[] }),
    readKeys: (query) => Promise.resolve(after(query)),
    readEventsByKeys: (_team, keys) =>
      Promise.resolve(visible().filter(({ uuid }) => keys.some((key) => key.uuid === uuid))),
    readDigests: () => Promise.resolve(new Map([[NOW, String(visible().length)]])),
    readRange: () => Promise.reject(new Error('not asked for here')),
  };
}

test('a sweep finds what has become visible late in a second with more rows than are read at once', async () => {
  const all = events(100);
  const late = all.filter((_, index) => index % 10 === 5);
  let isLateVisible = false;
  const source = sourceOf(() => all.filter((event) => isLateVisible || !late.includes(event)));
  const offered: string[] = [];
  const lane = {
    ...{ config: { teamId: 1, destinationId: 'd' }, mode: 'live', suspended: false },
    offer: ({ uuid }: TailEvent) => offered.push(uuid),
  } as unknown as Lane;
  const ports = { source, clock: { nowMs: () => 0 }, observe: { warn: () => undefined } } as unknown as ShardPorts;
  const tail = new SharedTail(ports, { overlapMs: 60_000, startMicros: NOW, sweepKeys: 20 });
  await tail.poll([lane]);
  await tail.sweep([lane]);
  expect(offered).toHaveLength(90);
  isLateVisible = true;
  await tail.sweep([lane]);
  expect(offered.slice(90)).toEqual(late.map(({ uuid }) => uuid));
});

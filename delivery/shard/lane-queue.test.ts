import { describe, expect, test } from '@jest/globals';
import type { TailEvent } from '../../core/webhook-event.ts';
import { LanePace, replayConcurrency } from './lane-pace.ts';
import { LaneQueue, type QueuedDelivery } from './lane-queue.ts';

const OWNER = { maskable: false, stopped: false, stored: () => undefined, givenBack: () => undefined };

function delivery(uuid: string, { replayed = false, bytes = 2 } = {}): QueuedDelivery {
  const event = { uuid, propertiesJson: 'x'.repeat(bytes), personPropertiesJson: '' } as TailEvent;
  return { event, attemptsMade: 0, parked: false, ...(replayed ? { replay: OWNER } : {}) };
}

function drained(queue: LaneQueue): string[] {
  const uuids: string[] = [];
  for (let [next] = queue.shiftGroup(0); next !== undefined; [next] = queue.shiftGroup(0)) {
    uuids.push(next.event.uuid);
  }
  return uuids;
}

describe('the queue of a lane', () => {
  test('replayed events wait behind all others, and each kind keeps its order', () => {
    const queue = new LaneQueue();
    queue.push(delivery('old 1', { replayed: true }));
    queue.push(delivery('new 1'));
    queue.push(delivery('old 2', { replayed: true }));
    queue.push(delivery('new 2'));
    expect([queue.length, queue.replayLength]).toEqual([2, 2]);
    expect(drained(queue)).toEqual(['new 1', 'new 2', 'old 1', 'old 2']);
  });

  test('second tries and what is new take turns, and each kind keeps its order', () => {
    const queue = new LaneQueue();
    ['new 1', 'new 2', 'new 3'].forEach((uuid) => queue.push(delivery(uuid)));
    const room = queue.room();
    queue.putBack([{ ...delivery('again 1'), secondTryAfter: 0 }]);
    queue.putBack([{ ...delivery('again 2'), secondTryAfter: 0 }]);
    expect([queue.length, queue.dueInMs(0), queue.room()]).toEqual([5, 0, room - 2]);
    expect(drained(queue)).toEqual(['again 1', 'new 1', 'again 2', 'new 2', 'new 3']);
    queue.putBack([{ ...delivery('again 3'), secondTryAfter: 0 }]);
    expect(queue.takeAll()).toHaveLength(1);
    expect(queue.length).toBe(0);
  });

  test('a second try of a replay waits behind what the replay has not tried yet', () => {
    const queue = new LaneQueue();
    ['old 1', 'old 2'].forEach((uuid) => queue.push(delivery(uuid, { replayed: true })));
    queue.putBack([{ ...delivery('again', { replayed: true }), secondTryAfter: 0 }]);
    queue.putBack([delivery('old 0', { replayed: true })]);
    expect(drained(queue)).toEqual(['old 0', 'old 1', 'old 2', 'again']);
  });

  test('a second try does not hurry new events that wait for their batch', () => {
    const queue = new LaneQueue({ maxEvents: 10, maxBytes: 1_000, maxWaitMs: 1_000, scheduledRetries: 1 });
    queue.push({ ...delivery('new'), queuedAtMs: 0 });
    ['again 1', 'again 2'].forEach((uuid) => queue.putBack([{ ...delivery(uuid), maxGroup: 1, secondTryAfter: 0 }]));
    const next = (): string[] => queue.shiftGroup(500).map(({ event }) => event.uuid);
    expect([next(), next(), queue.dueInMs(500)]).toEqual([['again 1'], ['again 2'], 500]);
  });

  test('a replay takes no room from other events, and is bounded by count and by bytes', () => {
    const queue = new LaneQueue();
    const [room, replayRoom] = [queue.room(), queue.replayRoom()];
    for (let count = 0; count < replayRoom; count += 1) {
      queue.push(delivery('old', { replayed: true }));
    }
    expect([queue.room(), queue.replayRoom()]).toEqual([room, 0]);
    expect(queue.takeReplayed()).toHaveLength(replayRoom);
    expect(queue.replayRoom()).toBe(replayRoom);
    for (let count = 0; count < 4; count += 1) {
      queue.push(delivery('large', { replayed: true, bytes: 1024 * 1024 }));
    }
    expect(queue.replayRoom()).toBe(0);
    queue.shiftGroup(0);
    expect(queue.replayRoom()).toBe(replayRoom - 3);
  });

  test('taking everything empties it', () => {
    const queue = new LaneQueue();
    queue.push(delivery('old', { replayed: true }));
    queue.push(delivery('new'));
    expect(queue.takeAll().map(({ event }) => event.uuid)).toEqual(['new', 'old']);
    expect([queue.length, queue.replayLength, queue.room()]).toEqual([0, 0, new LaneQueue().room()]);
  });
});

describe('the pace of a lane', () => {
  /** How many attempts start in the ten seconds after the first second, in which the bucket is used up. */
  function started(pace: LanePace, kinds: ('live' | 'replayed')[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (let nowMs = 0; nowMs < 11_000; nowMs += 1) {
      for (const kind of kinds) {
        if (pace.take(nowMs, { replayed: kind === 'replayed' }) === 0 && nowMs >= 1_000) {
          counts[kind] = (counts[kind] ?? 0) + 1;
        }
      }
    }
    return counts;
  }

  test('a replay gets half of the rate, also when nothing else is sent', () => {
    const { replayed } = started(new LanePace(100, 0), ['replayed']);
    expect(replayed).toBeGreaterThanOrEqual(499);
    expect(replayed).toBeLessThanOrEqual(501);
  });

  test('both together stay within the limit', () => {
    const { live = 0, replayed = 0 } = started(new LanePace(100, 0), ['live', 'replayed']);
    expect(live + replayed).toBeLessThanOrEqual(1_001);
    expect(live + replayed).toBeGreaterThanOrEqual(998);
    expect(live).toBeGreaterThanOrEqual(498);
  });

  test('retries have half of the rate beside saturated live events, which get the rest', () => {
    const pace = new LanePace(100, 0);
    const counts = { live: 0, retried: 0 };
    for (let nowMs = 0; nowMs < 11_000; nowMs += 1) {
      const isCounted = nowMs >= 1_000 ? 1 : 0;
      counts.live += pace.take(nowMs, { replayed: false }) === 0 ? isCounted : 0;
      if (pace.retryWaitMs(nowMs) === 0) {
        pace.takeForRetry(nowMs);
        counts.retried += isCounted;
      }
    }
    expect(Math.abs(counts.retried - 500)).toBeLessThanOrEqual(1);
    expect(Math.abs(counts.live - 500)).toBeLessThanOrEqual(1);
  });

  test('live events alone have all of it', () => {
    expect(started(new LanePace(100, 0), ['live'])).toEqual({ live: 1_000 });
  });

  test('without a limit nothing waits', () => {
    expect(new LanePace(undefined, 0).take(0, { replayed: true })).toBe(0);
  });

  test('a replay gets half of the concurrency, and one at least', () => {
    expect([1, 2, 3, 16, 100].map(replayConcurrency)).toEqual([1, 1, 1, 8, 50]);
  });
});

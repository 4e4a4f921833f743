import { describe, expect, test } from '@jest/globals';
import type { CapturedEvent } from '../clickhouse/insert-events.ts';
import { SluiceError } from '../core/errors.ts';
import { DEFAULT_COMMITTER_OPTIONS, GroupCommitter, type GroupCommitterOptions } from './group-committer.ts';

function event(uuid: string, teamId = 1): CapturedEvent {
  const texts = { event: 'e', distinctId: 'd', propertiesJson: '{}', personPropertiesJson: '{}' };
  return { teamId, uuid, ...texts, personId: uuid, timestamp: '2026-11-21 00:00:00.000000' };
}

interface Call {
  events: CapturedEvent[];
  token: string;
  succeed(): void;
  fail(error: unknown): void;
}

/** An insert function whose calls the test settles by hand. */
function manualInsert(): { calls: Call[]; insert: GroupCommitterOptions['insert'] } {
  const calls: Call[] = [];
  const insert = (events: CapturedEvent[], token: string): Promise<void> =>
    new Promise((succeed, fail) => calls.push({ events, token, succeed, fail }));
  return { calls, insert };
}

function committer(
  insert: GroupCommitterOptions['insert'],
  changes: Partial<GroupCommitterOptions> = {},
): GroupCommitter {
  return new GroupCommitter({ ...DEFAULT_COMMITTER_OPTIONS, maxWaitMs: 1, retryDelayMs: 1, ...changes, insert });
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const until = async (condition: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 400 && !condition(); tries += 1) {
    await turn();
  }
  expect(condition()).toBe(true);
};

describe('group committer', () => {
  test('acknowledges nobody before the insert has ended, then everybody', async () => {
    const { calls, insert } = manualInsert();
    const group = committer(insert);
    const done: string[] = [];
    const stored = ['a', 'b'].map((uuid) => group.store([event(uuid)], 10).then(() => done.push(uuid)));
    await until(() => calls.length === 1);
    expect(calls[0]?.events.map((e) => e.uuid)).toEqual(['a', 'b']);
    expect(done).toEqual([]);
    calls[0]?.succeed();
    await Promise.all(stored);
    expect(done).toEqual(['a', 'b']);
    expect(group.queuedEvents).toBe(0);
  });

  test('repeats a failed insert with the same token and acknowledges once it is stored', async () => {
    const { calls, insert } = manualInsert();
    const stored = committer(insert, { attempts: 3 }).store([event('a')], 10);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await until(() => calls.length === attempt + 1);
      calls[attempt]?.fail(new Error('timed out'));
    }
    await until(() => calls.length === 3);
    calls[2]?.succeed();
    await stored;
    expect(new Set(calls.map((call) => call.token)).size).toBe(1);
  });

  test('a batch that cannot be stored fails its own requests only', async () => {
    const { calls, insert } = manualInsert();
    const group = committer(insert, { attempts: 1, maxBatchEvents: 1 });
    const bad = group.store([event('a')], 10);
    const good = group.store([event('b')], 10);
    await until(() => calls.length === 2);
    calls[0]?.fail(new Error('down'));
    calls[1]?.succeed();
    await expect(bad).rejects.toMatchObject({ status: 503, code: 'store_unavailable' });
    await expect(good).resolves.toBeUndefined();
  });

  test('does not repeat what no repetition cures', async () => {
    const { calls, insert } = manualInsert();
    const stored = committer(insert).store([event('a')], 10);
    await until(() => calls.length === 1);
    calls[0]?.fail(new SluiceError({ code: 'x', message: 'no table', retryable: false, fault: 'platform' }));
    await expect(stored).rejects.toMatchObject({ status: 503 });
    expect(calls).toHaveLength(1);
  });

  test('bounds what waits and what is in flight, and recovers', async () => {
    const { calls, insert } = manualInsert();
    const group = committer(insert, { maxBatchEvents: 1, maxInFlight: 2, maxQueuedEvents: 4 });
    const stored = ['a', 'b', 'c', 'd'].map((uuid) => group.store([event(uuid)], 10));
    await expect(group.store([event('e')], 10)).rejects.toMatchObject({ status: 503, code: 'queue_full' });
    await until(() => calls.length === 2);
    await turn();
    expect(calls).toHaveLength(2);
    for (let index = 0; index < 4; index += 1) {
      await until(() => calls.length > index);
      calls[index]?.succeed();
    }
    await Promise.all(stored);
    const next = group.store([event('f')], 10);
    await until(() => calls.length === 5);
    calls[4]?.succeed();
    await expect(next).resolves.toBeUndefined();
  });

  test('a request larger than the queue is stored when the queue is empty', async () => {
    const { calls, insert } = manualInsert();
    const stored = committer(insert, { maxQueuedEvents: 1 }).store([event('a'), event('b')], 10);
    await until(() => calls.length === 1);
    calls[0]?.succeed();
    await expect(stored).resolves.toBeUndefined();
  });

  test('never splits a request and closes a batch by bytes', async () => {
    const { calls, insert } = manualInsert();
    const group = committer(insert, { maxBatchEvents: 3, maxBatchBytes: 100 });
    const stored = [
      group.store([event('a'), event('b')], 10),
      group.store([event('c'), event('d')], 10),
      group.store([event('e')], 95),
    ];
    await until(() => calls.length === 3);
    expect(calls.map((call) => call.events.length)).toEqual([2, 2, 1]);
    calls.forEach((call) => call.succeed());
    await Promise.all(stored);
  });

  test('keeps the first of two events with one uuid, per team', async () => {
    const { calls, insert } = manualInsert();
    const stored = committer(insert).store([event('a', 1), event('a', 1), event('a', 2)], 10);
    await until(() => calls.length === 1);
    calls[0]?.succeed();
    await stored;
    expect(calls[0]?.events.map((e) => e.teamId)).toEqual([1, 2]);
  });

  test('closing stores what waits and refuses what comes', async () => {
    const { calls, insert } = manualInsert();
    const group = committer(insert, { maxWaitMs: 60_000 });
    const stored = group.store([event('a')], 10);
    const closed = group.close();
    await expect(group.store([event('b')], 10)).rejects.toMatchObject({ code: 'shutting_down' });
    await until(() => calls.length === 1);
    calls[0]?.succeed();
    await Promise.all([stored, closed]);
    expect(calls).toHaveLength(1);
  });
});

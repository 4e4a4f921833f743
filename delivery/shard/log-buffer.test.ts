import { expect, test } from '@jest/globals';
import type { AttemptRecord } from '../../core/attempts.ts';
import { AttemptLogBuffer } from './log-buffer.ts';
import type { AttemptLogPort, ClockPort } from './ports.ts';

const clock: ClockPort = { nowMs: () => 0, random: () => 0, sleep: () => Promise.resolve() };

function record(eventUuid: string, responseBody = ''): AttemptRecord {
  return { eventUuid, responseBody, errorMessage: '' } as AttemptRecord;
}

/** A log that refuses as many inserts as it is told to, and remembers what it was offered. */
function refusingLog(refusals: number): { offered: string[][]; port: AttemptLogPort } {
  const offered: string[][] = [];
  const append: AttemptLogPort['append'] = (rows) => {
    offered.push(rows.map((row) => row.eventUuid));
    return offered.length > refusals ? Promise.resolve() : Promise.reject(new Error('refused'));
  };
  const none = (): Promise<never> => Promise.reject(new Error('not asked for here'));
  return { offered, port: { append, settledEvents: none, dueParked: none } };
}

test('a refused batch is offered again unchanged, before what came later; its owner hears of it once', async () => {
  const { offered, port } = refusingLog(2);
  const stored: string[] = [];
  const owner = { stored: ({ eventUuid }: AttemptRecord) => void stored.push(eventUuid) };
  const buffer = new AttemptLogBuffer(port, clock, () => undefined);
  buffer.append(record('a'), owner);
  buffer.append(record('b'), owner);
  expect(await buffer.flush()).toBe(false);
  buffer.append(record('c'), owner);
  expect(await buffer.flush()).toBe(false);
  expect(stored).toEqual([]);
  expect(await buffer.flush()).toBe(true);
  expect(offered).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b'], ['c']]);
  expect(stored).toEqual(['a', 'b', 'c']);
  expect(await buffer.flush()).toBe(true);
  expect(offered).toHaveLength(4);
});

test('flushes that overlap store each row once', async () => {
  const { offered, port } = refusingLog(0);
  const buffer = new AttemptLogBuffer(port, clock, () => undefined);
  const owner = { stored: () => undefined };
  buffer.append(record('a'), owner);
  const first = buffer.flush();
  buffer.append(record('b'), owner);
  expect(await Promise.all([first, buffer.flush(), buffer.flush()])).toEqual([true, true, true]);
  expect(offered).toEqual([['a'], ['b']]);
});

test('is full while as many rows as it may hold are not stored, and takes them all the same', async () => {
  const { offered, port } = refusingLog(1);
  const buffer = new AttemptLogBuffer(port, clock, () => undefined, { maxWaiting: 2 });
  const owner = { stored: () => undefined };
  buffer.append(record('a'), owner);
  expect(buffer.full).toBe(false);
  buffer.append(record('b'), owner);
  expect([await buffer.flush(), buffer.full]).toEqual([false, true]);
  buffer.append(record('c'), owner);
  expect([await buffer.flush(), buffer.full]).toEqual([true, false]);
  expect(offered.at(-1)).toEqual(['c']);
});

test('tells how many rows are not on record, and how long the oldest waits', async () => {
  let nowMs = 1_000;
  const { port } = refusingLog(1);
  const buffer = new AttemptLogBuffer(port, { ...clock, nowMs: () => nowMs }, () => undefined);
  const owner = { stored: () => undefined };
  expect(buffer.unlogged).toEqual({ rows: 0, oldestMs: 0 });
  buffer.append(record('a'), owner);
  nowMs += 30_000;
  buffer.append(record('b'), owner);
  const flushed = buffer.flush();
  expect(buffer.unlogged).toEqual({ rows: 2, oldestMs: 30_000 });
  expect(await flushed).toBe(false);
  nowMs += 30_000;
  buffer.append(record('c'), owner);
  expect(buffer.unlogged).toEqual({ rows: 3, oldestMs: 60_000 });
  expect(await buffer.flush()).toBe(true);
  expect(buffer.unlogged).toEqual({ rows: 0, oldestMs: 0 });
});

test('what is refused is offered until it is stored, or the time is over', async () => {
  const owner = { stored: () => undefined };
  const log = refusingLog(3);
  const buffer = new AttemptLogBuffer(log.port, clock, () => undefined);
  buffer.append(record('a'), owner);
  expect(await buffer.store(new AbortController().signal)).toBe(true);
  expect(log.offered).toHaveLength(4);

  const never = refusingLog(Number.POSITIVE_INFINITY);
  const stuck = new AttemptLogBuffer(never.port, clock, () => undefined);
  stuck.append(record('a'), owner);
  expect(await stuck.store(AbortSignal.abort())).toBe(false);
  expect(never.offered).toHaveLength(1);
});

test('however long answers are, an insert is not: it is made of several, in their order, and fewer rows are enough', async () => {
  const { offered, port } = refusingLog(1);
  const stored: string[] = [];
  const owner = { stored: ({ eventUuid }: AttemptRecord) => void stored.push(eventUuid) };
  const buffer = new AttemptLogBuffer(port, clock, () => undefined);
  const answer = 'x'.repeat(1_000_000);
  const uuids = Array.from({ length: 20 }, (_, index) => String(index));
  for (const uuid of uuids) {
    buffer.append(record(uuid, answer), owner);
  }
  expect(buffer.full).toBe(true);
  // Those that were full were on their way already.
  await buffer.store(new AbortController().signal);
  expect(buffer.full).toBe(false);
  expect(stored).toEqual(uuids);
  expect(Math.max(...offered.map(({ length }) => length))).toBe(8);
});

import { expect, test } from '@jest/globals';
import { Requests, type Request } from './requests.ts';

function lane() {
  let nowMs = 1_000_000;
  const requests = new Requests({ nowMs: () => nowMs });
  const start = (replayed = false): Request => {
    const request = { sinceMs: nowMs, replayed };
    requests.started(request);
    return request;
  };
  return { requests, start, pass: (ms: number) => (nowMs += ms) };
}

test('an endpoint that has not said anything for a second gets five at a time, until it does', () => {
  const { requests, start, pass } = lane();
  requests.ended(start());
  pass(60_000);
  expect(requests.concurrency(16)).toBe(16);
  const [first, second] = [start(), start()];
  pass(1_000);
  expect(requests.concurrency(16)).toBe(16);
  pass(1);
  expect([16, 5, 4, 1].map((allowed) => requests.concurrency(allowed))).toEqual([5, 5, 4, 1]);
  requests.ended(first);
  pass(1_000);
  requests.ended(second);
  expect(requests.concurrency(16)).toBe(16);
});

test('one that always takes long is silent after twice as long', () => {
  const { requests, start, pass } = lane();
  const first = start();
  pass(4_000);
  const second = start();
  requests.ended(first);
  pass(8_000);
  expect(requests.concurrency(16)).toBe(16);
  pass(1);
  expect(requests.concurrency(16)).toBe(5);
  requests.ended(second);
  expect(requests.concurrency(16)).toBe(16);
});

test('knows what is replayed, and what takes long', () => {
  const { requests, start, pass } = lane();
  expect(requests.takeLonger(0)).toBe(false);
  const [live, replayed] = [start(), start(true)];
  expect([requests.size, requests.replays]).toEqual([2, 1]);
  pass(500);
  expect([requests.takeLonger(500), requests.takeLonger(499)]).toEqual([false, true]);
  requests.ended(replayed);
  expect([requests.size, requests.replays]).toEqual([1, 0]);
  requests.ended(live);
  expect(requests.takeLonger(0)).toBe(false);
});

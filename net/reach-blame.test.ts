import { beforeEach, expect, test } from '@jest/globals';
import { ReachBlame } from './reach-blame.ts';

let nowMs: number;
let blame: ReachBlame;
beforeEach(() => {
  nowMs = 0;
  blame = new ReachBlame(() => nowMs);
});

/** Each fails a second after the one before; whether it is our fault. */
const fail = (hosts: readonly string[]): boolean[] =>
  hosts.map((host) => {
    nowMs += 1_000;
    return blame.isOurs(host);
  });
const hosts = (count: number, prefix = ''): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index)}.example`);
const all = (count: number, isOurs: boolean): boolean[] => Array.from({ length: count }, () => isOurs);

test('one host that cannot be reached is to blame, however often it fails', () => {
  expect(fail(Array.from({ length: 100 }, () => 'dead.example'))).toEqual(all(100, false));
});

test('with few hosts there is no telling, so it is theirs', () => {
  expect(fail([...hosts(4), ...hosts(4), ...hosts(4)])).toEqual(all(12, false));
});

test('many hosts, none of which is reached, are not to blame, until one is reached', () => {
  expect(fail(hosts(7))).toEqual([...all(4, false), ...all(3, true)]);
  blame.reached('well.example');
  expect(fail(hosts(4))).toEqual(all(4, false));
});

test('hosts that failed already when another was reached are to blame, however many they are', () => {
  fail(hosts(10));
  nowMs += 1_000;
  blame.reached('well.example');
  expect(fail(hosts(10))).toEqual(all(10, false));
  // They do not speak against our network either.
  expect(fail(hosts(5, 'new-'))).toEqual([...all(4, false), true]);
});

test('that another was reached half a minute ago says nothing about now', () => {
  fail(hosts(10));
  nowMs += 1_000;
  blame.reached('well.example');
  nowMs += 30_001;
  expect(fail(hosts(5))).toEqual([...all(4, false), true]);
});

test('a host that was reached begins anew', () => {
  fail(['back.example']);
  blame.reached('well.example');
  blame.reached('back.example');
  expect(fail([...hosts(4), 'back.example'])).toEqual([...all(4, false), true]);
});

test('what happened more than a minute ago says nothing about now', () => {
  fail(hosts(4));
  nowMs += 60_001;
  expect(fail(['4.example'])).toEqual([false]);
  expect(fail(hosts(4, 'others-'))).toEqual([...all(3, false), true]);
});

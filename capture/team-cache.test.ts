import { beforeEach, expect, test } from '@jest/globals';
import { cachedTeams } from './team-cache.ts';

const OPTIONS = { knownForMs: 30, unknownForMs: 2, unreachableForMs: 1_000, patienceMs: 20, maxEntries: 2 };

let nowMs: number;
let asked: string[];
let answer: (token: string) => Promise<number | undefined>;
let teamOf: ReturnType<typeof cachedTeams>;

beforeEach(() => {
  nowMs = 1_000;
  asked = [];
  answer = () => Promise.resolve(7);
  teamOf = cachedTeams(
    (token) => {
      asked.push(token);
      return answer(token);
    },
    OPTIONS,
    () => nowMs,
  );
});

const away = (): Promise<never> => Promise.reject(new Error('away'));
const revoked = (): Promise<undefined> => Promise.resolve(undefined);

test('a known token is looked up once per period, whoever asks at the same time', async () => {
  expect(await Promise.all([teamOf('a'), teamOf('a')])).toEqual([7, 7]);
  nowMs += OPTIONS.knownForMs - 1;
  expect(await teamOf('a')).toBe(7);
  expect(asked).toEqual(['a']);
  nowMs += 1;
  answer = revoked;
  expect(await teamOf('a')).toBeUndefined();
  expect(asked).toEqual(['a', 'a']);
});

test('an unknown token is looked up again soon', async () => {
  answer = revoked;
  expect(await teamOf('a')).toBeUndefined();
  answer = () => Promise.resolve(7);
  expect(await teamOf('a')).toBeUndefined();
  nowMs += OPTIONS.unknownForMs;
  expect(await teamOf('a')).toBe(7);
});

test('a token that was known is believed while it cannot be looked up, and asked for now and then', async () => {
  await teamOf('a');
  answer = away;
  nowMs += OPTIONS.knownForMs;
  expect([await teamOf('a'), await teamOf('a')]).toEqual([7, 7]);
  expect(asked).toHaveLength(2);
  nowMs += OPTIONS.unknownForMs;
  expect(await teamOf('a')).toBe(7);
  expect(asked).toHaveLength(3);
  // Revoked as soon as the database can say so.
  answer = revoked;
  nowMs += OPTIONS.unknownForMs;
  expect(await teamOf('a')).toBeUndefined();
  answer = away;
  nowMs += OPTIONS.unknownForMs;
  await expect(teamOf('a')).rejects.toThrow('away');
});

test('but not for ever, and not one that was never known', async () => {
  await teamOf('a');
  answer = away;
  await expect(teamOf('b')).rejects.toThrow('away');
  nowMs += OPTIONS.unreachableForMs - 1;
  expect(await teamOf('a')).toBe(7);
  nowMs += OPTIONS.unknownForMs;
  await expect(teamOf('a')).rejects.toThrow('away');
});

test('a database that says nothing does not hold up what is known', async () => {
  await teamOf('a');
  nowMs += OPTIONS.knownForMs;
  answer = () => new Promise(() => undefined);
  expect(await teamOf('a')).toBe(7);
});

test('the token that was looked up longest ago gives way', async () => {
  await teamOf('a');
  await teamOf('b');
  await teamOf('c');
  expect(await teamOf('b')).toBe(7);
  expect(asked).toEqual(['a', 'b', 'c']);
  await teamOf('a');
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});

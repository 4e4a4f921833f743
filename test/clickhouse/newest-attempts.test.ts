import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { appendAttempts, type AttemptRow } from '../../clickhouse/attempt-log.ts';
import { newestAttempts } from '../../clickhouse/newest-attempts.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.now();
/** Within each look and beyond the last one; two at the same time. */
const HOURS_AGO = [0, 1, 1, 5, 7, 20, 47, 49, 100, 100, 600];
const destinationId = randomUUID();
const searchedEvent = randomUUID();

let server: TestClickHouse;

beforeAll(async () => {
  server = await startTestClickHouse();
  await appendAttempts(server.ch, HOURS_AGO.map(attempt));
  const other = { ...attempt(2, 0), teamId: 2, destinationId: randomUUID() };
  const words = {
    errorCode: 'http_teapot',
    errorMessage: 'the endpoint answered 418',
    responseBody: 'short and stout, чай',
  };
  await appendAttempts(server.ch, [other, { ...other, ...words, statusCode: 418, eventUuid: searchedEvent }]);
});
afterAll(() => server.stop());

function attempt(hoursAgo: number, index: number): AttemptRow {
  const at = new Date(NOW_MS - hoursAgo * HOUR_MS);
  return {
    ...{ teamId: 1, destinationId, eventUuid: randomUUID(), webhookId: 'msg', attempt: 1, attemptedAt: at },
    ...{ eventInsertedAtMicros: at.getTime() * 1_000, outcome: index % 3 === 0 ? 'discarded' : 'delivered' },
    ...{ statusCode: 200, errorCode: '', errorMessage: '', durationMs: 1, latencyMs: 1, responseBody: '' },
    ...{ nextAttemptAt: null, via: 'live', shard: 0, epoch: 1 },
  };
}

const hoursOf = (rows: readonly AttemptRow[]): number[] =>
  rows.map(({ attemptedAt }) => (NOW_MS - attemptedAt.getTime()) / HOUR_MS);

test.each([1, 2, 3, 4, 20])('pages of %i hold every attempt once, from new to old', async (limit) => {
  const query = { teamId: 1, destinationId, limit };
  let page = await newestAttempts(server.ch, query);
  const all = [...page];
  while (page.length === limit) {
    page = await newestAttempts(server.ch, { ...query, before: page.at(-1)! });
    all.push(...page);
  }
  expect(hoursOf(all)).toEqual(HOURS_AGO);
  expect(new Set(all.map(({ eventUuid }) => eventUuid)).size).toBe(HOURS_AGO.length);
});

test('keeps to the range and the outcome that are asked for', async () => {
  const at = (hoursAgo: number): Date => new Date(NOW_MS - hoursAgo * HOUR_MS);
  const query = { teamId: 1, destinationId, limit: 2 };
  expect(hoursOf(await newestAttempts(server.ch, { ...query, to: at(5) }))).toEqual([7, 20]);
  expect(hoursOf(await newestAttempts(server.ch, { ...query, from: at(100), to: at(40) }))).toEqual([47, 49]);
  expect(hoursOf(await newestAttempts(server.ch, { ...query, from: at(3), limit: 9 }))).toEqual([0, 1, 1]);
  const discarded = await newestAttempts(server.ch, { ...query, outcome: 'discarded', limit: 4 });
  expect(hoursOf(discarded)).toEqual([0, 5, 47, 100]);
});

test.each([
  ['text of a week', 1, 190, { search: 'nowhere' }],
  ['text', 2, 200, { search: 'nowhere' }],
  ['an outcome', 3, 200, { outcome: 'masked' as const }],
])('%s that is found nowhere is looked for once in each of %i times', async (_, looks, hours, condition) => {
  const asked = jest.spyOn(server.ch, 'rows');
  const from = new Date(NOW_MS - hours * HOUR_MS);
  expect(await newestAttempts(server.ch, { teamId: 1, destinationId, limit: 2, from, ...condition })).toEqual([]);
  const spans = asked.mock.calls.map(([{ params = {} }]) => [params['from'], params['to']] as [number, number?]);
  asked.mockRestore();
  expect(spans).toHaveLength(looks);
  expect(spans.map(([, to]) => to)).toEqual([undefined, ...spans.slice(0, -1).map(([start]) => start)]);
  expect(spans.at(-1)![0]).toBe(from.getTime());
});

test.each([
  ['a piece of a uuid', () => searchedEvent.slice(4, 13).toUpperCase()],
  ['a status', () => '418'],
  ['an error', () => 'TEAPOT'],
  ['an answer', () => 'Short and STOUT'],
  ['a text with another script', () => 'ЧАЙ'],
])('finds %s', async (_, text) => {
  const [row, ...others] = await newestAttempts(server.ch, { teamId: 2, limit: 5, search: text() });
  expect([row?.eventUuid, others]).toEqual([searchedEvent, []]);
});

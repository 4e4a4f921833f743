import { expect, test } from '@jest/globals';
import { attemptsFile, collect } from './attempts-file.ts';
import type { Attempt } from './queries.ts';

const ATTEMPT = {
  ...{ webhook_id: 'msg_1', event_uuid: 'u', event_inserted_at: '2026-11-21T12:00:00.000000Z', attempt: 2 },
  ...{ attempted_at: '2026-11-21T12:00:05.000Z', outcome: 'retry_scheduled', status_code: 503 },
  error: { code: 'http_503', message: 'busy, later' },
  ...{
    duration_ms: 12.5,
    latency_ms: 5_000,
    response_body: '=1+1',
    next_attempt_at: null,
    via: 'retry',
    masked_by: null,
  },
} as Attempt;

test('a file of attempts has a line for each', () => {
  const [titles, line, end] = attemptsFile('csv', [ATTEMPT]).split('\r\n');
  expect(titles?.split(',')).toHaveLength(14);
  expect(line).toBe(
    `2026-11-21T12:00:05.000Z,u,2026-11-21T12:00:00.000000Z,msg_1,2,retry,retry_scheduled,503,http_503,"busy, later",12.5,5000,,'=1+1`,
  );
  expect(end).toBe('');
  expect(JSON.parse(attemptsFile('json', [ATTEMPT]))).toEqual([ATTEMPT]);
});

test.each([
  [25, 100, 25, false],
  [20, 20, 20, false],
  [25, 7, 7, true],
  [25, 10, 10, true],
])('of %i rows in pages of ten, at most %i, %i are collected', async (total, most, found, more) => {
  const seen: number[] = [];
  const read = (cursor = '0'): Promise<{ items: number[]; next_cursor: string | null }> => {
    const from = Number(cursor);
    const items = Array.from({ length: Math.min(10, total - from) }, (_, index) => from + index);
    return Promise.resolve({ items, next_cursor: from + 10 < total ? String(from + 10) : null });
  };
  const answer = await collect(read, { most, progress: (count) => seen.push(count) });
  expect([answer.rows.length, answer.more, seen.at(-1)]).toEqual([found, more, found]);
});

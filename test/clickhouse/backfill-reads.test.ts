import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deliveryDelay } from '../../clickhouse/delivery-delay.ts';
import { countByInterval, countIntervals, INTERVALS_PER_COUNT } from '../../clickhouse/interval-counts.ts';
import { clickhouseTime, microsOf } from '../../core/time.ts';
import { insertAt } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;

beforeAll(async () => {
  server = await startTestClickHouse();
});
afterAll(() => server.stop());

const MINUTE_MS = 60_000;
const START = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 600 * MINUTE_MS;
const at = (minute: number): Date => new Date(START + minute * MINUTE_MS);

function minutes(from: number, to: number): { start: Date; end: Date }[] {
  return Array.from({ length: to - from }, (_, index) => ({ start: at(from + index), end: at(from + index + 1) }));
}

describe('rows of intervals', () => {
  const scope = { teamId: 1, model: 'events' as const, filter: { includeEvents: ['wanted'] } };

  beforeAll(async () => {
    // The bounds are of the interval that begins there, to the microsecond.
    const inserted = [at(1), at(2), at(5)].flatMap((bound) => [microsOf(bound) - 1, microsOf(bound)]);
    await insertAt(server.ch, [
      ...inserted.map((insertedAtMicros) => ({ insertedAtMicros, event: 'wanted' })),
      { insertedAtMicros: microsOf(at(1)), event: 'another' },
      { insertedAtMicros: microsOf(at(1)), event: 'wanted', teamId: 2 },
    ]);
  });

  test('are counted by one look, each row in the interval that exports it', async () => {
    expect(await countByInterval(server.ch, scope, minutes(0, 7))).toEqual([1, 2, 1, 0, 1, 1, 0]);
  });

  test('of different lengths, and of any number', async () => {
    const uneven = [
      { start: at(0), end: at(2) },
      { start: at(2), end: at(5) },
      { start: at(5), end: at(6) },
    ];
    expect(await countByInterval(server.ch, scope, uneven)).toEqual([3, 2, 1]);
    const many = minutes(-INTERVALS_PER_COUNT, 6);
    const { rows, rowBytes } = await countIntervals(server.ch, { ...scope, query: null, intervals: many });
    expect([rows.length, rows.slice(-6), new Set(rows.slice(0, -6))]).toEqual([
      many.length,
      [1, 2, 1, 0, 1, 1],
      new Set([0]),
    ]);
    expect(rowBytes).toBeGreaterThan(20);
  });

  test('are not known where the log no longer reaches, and of a query', async () => {
    const old = { ...scope, teamId: 3 };
    // In `events` only, as what the log's TTL has taken.
    await insertAt(server.ch, [{ teamId: 3, event: 'wanted', insertedAtMicros: microsOf(at(-30)) }]);
    await server.ch.command({
      sql: `ALTER TABLE event_log DELETE WHERE team_id = 3 SETTINGS mutations_sync = 2`,
    });
    expect(await countByInterval(server.ch, old, minutes(-32, -27))).toEqual([0, 0, undefined, undefined, undefined]);
    const query = await countByInterval(server.ch, { ...scope, model: 'sql' }, minutes(0, 2));
    expect(query).toEqual([undefined, undefined]);
  });
});

describe('the delay of deliveries', () => {
  const span = (from: number, to: number): { from: Date; to: Date } => ({ from: at(from), to: at(to) });

  async function attempt(minute: number, rows: { destinationId: string; latencyMs: number; durationMs: number }[]) {
    const values = rows.map(({ destinationId, latencyMs, durationMs }) => ({
      ...{ team_id: 1, destination_id: destinationId, event_uuid: randomUUID(), attempt: 1, via: 'live' },
      ...{ outcome: 'delivered', latency_ms: latencyMs, duration_ms: durationMs },
      attempted_at: clickhouseTime(microsOf(at(minute))),
      event_inserted_at: clickhouseTime(microsOf(at(minute))),
    }));
    await server.ch.insert('delivery_attempts', Object.keys(values[0] ?? {}), values);
  }

  test('leaves the receivers’ own time out, and no single receiver speaks for all', async () => {
    const [fast, other, slow] = [randomUUID(), randomUUID(), randomUUID()];
    const many = (destinationId: string, latencyMs: number, durationMs: number) =>
      Array.from({ length: 10 }, () => ({ destinationId, latencyMs, durationMs }));
    await attempt(100, [...many(fast, 60, 20), ...many(other, 950, 900), ...many(slow, 90_000, 30_000)]);
    await attempt(110, many(fast, 5_000, 10));
    const delay = await deliveryDelay(server.ch, { usual: span(99, 101), now: span(109, 111) });
    // Ten attempts are too few to say anything.
    expect(delay).toEqual({ usualMs: 50, nowMs: undefined });
    await attempt(110, many(fast, 5_000, 10));
    expect(await deliveryDelay(server.ch, { usual: span(98, 99), now: span(109, 111) })).toEqual({
      usualMs: undefined,
      nowMs: 4_990,
    });
  });
});

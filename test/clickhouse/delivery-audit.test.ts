import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appendAttempts, type AttemptRow } from '../../clickhouse/attempt-log.ts';
import { matchedDigests, missedEvents, openRetries, settledDigests } from '../../clickhouse/delivery-audit.ts';
import { insertAt } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

const MINUTE = 60_000_000;
/** On a whole minute, an hour ago. */
const START = Math.floor((Date.now() * 1_000) / MINUTE) * MINUTE - 60 * MINUTE;
const range = { startMicros: START, endMicros: START + 10 * MINUTE };

let server: TestClickHouse;

beforeAll(async () => {
  server = await startTestClickHouse();
}, 60_000);
afterAll(() => server.stop());

interface Key {
  uuid: string;
  insertedAtMicros: number;
}

async function events(teamId: number, count: number, micros: (index: number) => number, event = 'e'): Promise<Key[]> {
  const rows = Array.from({ length: count }, (_, index) => ({ uuid: randomUUID(), insertedAtMicros: micros(index) }));
  await insertAt(
    server.ch,
    rows.map((row) => ({ ...row, teamId, event })),
  );
  return rows;
}

async function log(destinationId: string, keys: readonly Key[], changes: Partial<AttemptRow> = {}): Promise<void> {
  const rows = keys.map((key) => ({
    ...{ teamId: 1, destinationId, eventUuid: key.uuid, eventInsertedAtMicros: key.insertedAtMicros, attempt: 1 },
    ...{ webhookId: key.uuid, attemptedAt: new Date(), outcome: 'delivered' as const, statusCode: 200, errorCode: '' },
    ...{ errorMessage: '', durationMs: 1, latencyMs: 1, responseBody: '', nextAttemptAt: null, shard: 0, epoch: 1 },
    ...{ via: 'live' as const, ...changes },
  }));
  await appendAttempts(server.ch, rows);
}

async function missed(teamId: number, destinationId: string, filter = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const page of missedEvents(server.ch, { teamId, filter, range }, destinationId)) {
    found.push(...page.map(({ uuid }) => uuid));
  }
  return found;
}

describe('an audit of deliveries', () => {
  test('digests are equal when every wanted event has an owner, whatever was logged besides', async () => {
    const destinationId = randomUUID();
    const wanted = await events(1, 50, (index) => START + index * 10_000_000);
    await events(1, 5, () => START, 'unwanted');
    await log(destinationId, wanted.slice(0, 40));
    await log(destinationId, wanted.slice(0, 10), { attempt: 2 });
    await log(destinationId, wanted.slice(40, 45), { outcome: 'failed_attempt' });
    await log(destinationId, wanted.slice(40, 45), { outcome: 'retry_scheduled', attempt: 2 });
    await log(destinationId, wanted.slice(45, 48), { outcome: 'parked' });
    const scope = { teamId: 1, filter: { excludeEvents: ['unwanted'] }, range };
    const matched = await matchedDigests(server.ch, scope);
    expect([...matched.values()].reduce((sum, { rows }) => sum + rows, 0)).toBe(50);
    const before = await settledDigests(server.ch, { destinationId, range });
    const differing = [...matched].filter(([minute, { hash }]) => before.get(minute)?.hash !== hash);
    expect(differing.map(([minute]) => minute)).toEqual([START + 8 * MINUTE]);
    expect(await missed(1, destinationId, scope.filter)).toEqual(wanted.slice(48).map(({ uuid }) => uuid));

    await log(destinationId, wanted.slice(48), { outcome: 'discarded' });
    expect(await settledDigests(server.ch, { destinationId, range })).toEqual(matched);
  });

  test('a failed attempt owns nothing, and late duplicates are wanted by nobody', async () => {
    const destinationId = randomUUID();
    const [first, second] = await events(2, 2, (index) => START + index);
    await insertAt(server.ch, [{ ...first!, teamId: 2, event: 'e', insertedAtMicros: START + MINUTE }]);
    await log(destinationId, [first!]);
    await log(destinationId, [second!], { outcome: 'failed_attempt' });
    expect(await missed(2, destinationId)).toEqual([second!.uuid]);
    expect(await missed(2, randomUUID())).toEqual([first!.uuid, second!.uuid]);
  });

  test('thousands of missed events come in pages, at one microsecond too', async () => {
    const all = await events(3, 3_500, (index) => START + Math.floor(index / 3_000));
    expect((await missed(3, randomUUID())).sort()).toEqual(all.map(({ uuid }) => uuid).sort());
  });

  test('retries that have not said how they ended', async () => {
    const destinationId = randomUUID();
    const keys = await events(4, 4, (index) => START + index);
    await log(destinationId, keys, { outcome: 'retry_scheduled', attempt: 2 });
    await log(destinationId, keys.slice(0, 1), { attempt: 3, via: 'retry' });
    await log(destinationId, keys.slice(1, 2), { attempt: 3, via: 'retry', outcome: 'discarded' });
    await log(destinationId, keys.slice(2, 3), { attempt: 3, via: 'retry', outcome: 'failed_attempt' });
    const open = await openRetries(server.ch, { destinationId, range, limit: 10 });
    expect(open).toEqual([
      { eventUuid: keys[2]!.uuid, eventInsertedAtMicros: START + 2, attempt: 3, restarts: 0 },
      { eventUuid: keys[3]!.uuid, eventInsertedAtMicros: START + 3, attempt: 2, restarts: 0 },
    ]);
    expect(await openRetries(server.ch, { destinationId, range, limit: 1 })).toHaveLength(1);
  });
});

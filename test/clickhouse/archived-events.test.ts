import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { digestBuckets } from '../../clickhouse/digests.ts';
import { eventsModelOf } from '../../clickhouse/models/archived-events.ts';
import { EVENTS_MODEL } from '../../clickhouse/models/events.ts';
import type { ExportScope } from '../../clickhouse/models/model.ts';
import { openChunk } from '../../clickhouse/read-chunk.ts';
import { sumOf } from '../../core/digest.ts';
import { EVENT_COLUMNS } from '../../core/columns.ts';
import { clickhouseTime, type Micros } from '../../core/time.ts';
import { fileEncoding } from '../../destinations/file-encoding.ts';
import { capturedEvent } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

const DAY_MICROS = 24 * 60 * 60 * 1_000_000;
const NOW_MS = Date.now();
const END = Math.floor(NOW_MS / 1_000) * 1_000_000 - 200 * DAY_MICROS;
const START = END - 60_000_000;
const OLD = eventsModelOf({ startMicros: START, endMicros: END }, NOW_MS);
const signal = new AbortController().signal;

let server: TestClickHouse;
let nextTeam = 1;

beforeAll(async () => {
  server = await startTestClickHouse();
  // What was captured twice must be found whether or not a merge has been there.
  await server.ch.command({ sql: 'SYSTEM STOP MERGES events' });
}, 60_000);
afterAll(() => server.stop());

interface OldRow {
  at: Micros;
  uuid?: string;
  event?: string;
}

/** Rows that the log has forgotten. Each call is an insert of its own. */
async function insertOld(teamId: number, rows: readonly OldRow[]): Promise<void> {
  const values = rows.map(({ at, uuid = randomUUID(), event = 'signed up' }) => ({
    ...{ team_id: teamId, uuid, event, distinct_id: 'd', properties: '{"big":9007199254740993}' },
    ...{ person_properties: '{}', timestamp: capturedEvent().timestamp, inserted_at: clickhouseTime(at) },
    ...{ created_at: clickhouseTime(at), version: String(2n ** 64n - 1n - BigInt(at)) },
  }));
  await server.ch.insert('events', Object.keys(values[0] ?? {}), values);
}

function newScope(changes: Partial<ExportScope> = {}): ExportScope {
  nextTeam += 1;
  return { teamId: nextTeam, filter: {}, range: { startMicros: START, endMicros: END }, model: OLD, ...changes };
}

/** What a run would export: each chunk of its plan, read as JSON lines. */
async function exported(scope: ExportScope, targetRows: number): Promise<{ uuids: string[]; chunks: number }> {
  const plan = await scope.model.relation.plan(server.ch, scope, { targetRows, maxChunks: 100 });
  const encoding = fileEncoding({ fileFormat: 'jsonl', compression: 'none' }, EVENT_COLUMNS);
  const uuids: string[] = [];
  for (const chunk of plan.chunks) {
    const stream = await openChunk(server.ch, { scope, chunk }, encoding, { queryId: randomUUID() }, signal);
    const parts: Uint8Array[] = [];
    for await (const bytes of stream.body) {
      parts.push(bytes);
    }
    const lines = Buffer.concat(parts).toString().trimEnd().split('\n');
    uuids.push(...lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as { uuid: string }).uuid));
  }
  return { uuids: uuids.sort(), chunks: plan.chunks.length };
}

test('only what the log may have forgotten is read from the long-term table', () => {
  const modelAt = (days: number): unknown =>
    eventsModelOf({ startMicros: NOW_MS * 1_000 - days * DAY_MICROS, endMicros: NOW_MS * 1_000 }, NOW_MS);
  expect(modelAt(28.9)).toBe(EVENTS_MODEL);
  expect(modelAt(29.1)).toBe(OLD);
});

test('an interval that is older than the log is exported whole, in chunks, within its bounds', async () => {
  const scope = newScope();
  const rows = Array.from({ length: 500 }, (_, index) => ({ at: START + index * 120_000, uuid: randomUUID() }));
  const burst = Array.from({ length: 100 }, () => ({ at: END - 1, uuid: randomUUID() }));
  await insertOld(scope.teamId, [...rows, ...burst, { at: START - 1 }, { at: END }]);
  await insertOld(scope.teamId + 10_000, [{ at: START }]);
  const wanted = [...rows, ...burst].map(({ uuid }) => uuid).sort();
  const { uuids, chunks } = await exported(scope, 60);
  expect(chunks).toBeGreaterThan(5);
  expect(uuids).toEqual(wanted);
  expect(sumOf(await digestBuckets(server.ch, scope, signal)).rows).toBe(600);
});

test('a uuid is exported once, with its first arrival of 8 days, whatever the filter', async () => {
  const scope = newScope({ filter: { includeEvents: ['signed up'] } });
  const [twice, earlier, otherEvent, forgotten, once] = Array.from({ length: 5 }, () => randomUUID());
  await insertOld(scope.teamId, [
    { at: START - 3 * DAY_MICROS, uuid: earlier! },
    { at: START - 3 * DAY_MICROS, uuid: otherEvent!, event: 'other' },
    { at: START - 9 * DAY_MICROS, uuid: forgotten!, event: 'other' },
  ]);
  await insertOld(scope.teamId, [
    ...[twice, twice, earlier, otherEvent, forgotten, once].map((uuid) => ({ at: START + 5, uuid: uuid! })),
    { at: START + 9, event: 'other' },
  ]);
  await insertOld(scope.teamId, [{ at: START + 30_000_000, uuid: twice! }]);
  const { uuids } = await exported(scope, 2);
  expect(uuids).toEqual([twice, forgotten, once].sort());
  expect(sumOf(await digestBuckets(server.ch, scope, signal)).rows).toBe(3);
});

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { EVENTS_MODEL } from '../../clickhouse/models/events.ts';
import type { ExportScope } from '../../clickhouse/models/model.ts';
import { planChunks, type PlannedChunk } from '../../clickhouse/plan.ts';
import { countRows, openChunk } from '../../clickhouse/read-chunk.ts';
import type { OutputFormat } from '../../core/formats.ts';
import { microsOf } from '../../core/time.ts';
import { EVENT_COLUMNS } from '../../core/columns.ts';
import { fileEncoding } from '../../destinations/file-encoding.ts';
import { insertAt } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
let folder: string;
beforeAll(async () => {
  server = await startTestClickHouse();
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-chunks-'));
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
});

const JSONL: OutputFormat = { fileFormat: 'jsonl', compression: 'none' };
const PARQUET: OutputFormat = { fileFormat: 'parquet', compression: 'zstd' };
const base = Math.floor(microsOf(new Date()) / 1_000_000) * 1_000_000 - 3_600_000_000;
const signal = new AbortController().signal;
let nextTeam = 1_000;

function newScope(span = 1_000_000): ExportScope {
  nextTeam += 1;
  return { teamId: nextTeam, filter: {}, range: { startMicros: base, endMicros: base + span }, model: EVENTS_MODEL };
}

async function read(
  scope: ExportScope,
  chunk: PlannedChunk,
  format: OutputFormat,
): Promise<{ bytes: Buffer; rows: number }> {
  const stream = await openChunk(
    server.ch,
    { scope, chunk },
    fileEncoding(format, EVENT_COLUMNS),
    { queryId: randomUUID() },
    signal,
  );
  const parts: Uint8Array[] = [];
  for await (const bytes of stream.body) {
    parts.push(bytes);
  }
  return { bytes: Buffer.concat(parts), rows: stream.rows() };
}

const whole = (scope: ExportScope): PlannedChunk => ({ ...scope.range, expectedRows: 0 });
const parse = (bytes: Buffer): Record<string, unknown>[] =>
  bytes
    .toString()
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
const uuids = (rows: Record<string, unknown>[]): string[] => rows.map((row) => String(row['uuid'])).sort();

describe('plan', () => {
  test('chunks tile the range, hold every row once and add up, whatever the times are', async () => {
    const times = fc.array(
      fc.tuple(fc.oneof(fc.constant(500), fc.nat(999), fc.nat(999_999)), fc.integer({ min: 1, max: 40 })),
      { minLength: 1, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(
        times,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 50 }),
        async (bursts, targetRows, maxChunks) => {
          const scope = newScope();
          const rows = bursts.flatMap(([at, count]) =>
            Array.from({ length: count }, () => ({
              teamId: scope.teamId,
              uuid: randomUUID(),
              insertedAtMicros: base + at,
            })),
          );
          await insertAt(server.ch, rows);
          const plan = await planChunks(server.ch, scope, { targetRows, maxChunks }, signal);
          expect(plan.rows).toBe(rows.length);
          expect(plan.chunks.length).toBeLessThanOrEqual(maxChunks);
          expect(plan.chunks[0]?.startMicros).toBe(scope.range.startMicros);
          expect(plan.chunks.at(-1)?.endMicros).toBe(scope.range.endMicros);
          const found: string[] = [];
          for (const chunk of plan.chunks) {
            const read = await readUuids(scope, chunk);
            expect(read).toHaveLength(chunk.expectedRows);
            found.push(...read);
          }
          expect(found.sort()).toEqual(rows.map((row) => row.uuid).sort());
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  async function readUuids(scope: ExportScope, chunk: PlannedChunk): Promise<string[]> {
    return uuids(parse((await read(scope, chunk, JSONL)).bytes));
  }

  test('no rows, no chunks', async () => {
    expect(await planChunks(server.ch, newScope(), { targetRows: 10, maxChunks: 10 }, signal)).toEqual({
      rows: 0,
      bytes: 0,
      chunks: [],
    });
  });

  test('one timestamp with everything in it is cut by uuid', async () => {
    const scope = newScope();
    await insertAt(
      server.ch,
      Array.from({ length: 1_000 }, () => ({ teamId: scope.teamId, insertedAtMicros: base + 77 })),
    );
    const plan = await planChunks(server.ch, scope, { targetRows: 250, maxChunks: 100 }, signal);
    expect(plan.chunks.map((chunk) => chunk.expectedRows)).toEqual([250, 250, 250, 250]);
  });

  test('counts only matching events', async () => {
    const scope = { ...newScope(), filter: { includeEvents: ["a'b"], excludeEvents: ['c'] } };
    await insertAt(
      server.ch,
      ["a'b", 'c', 'd'].map((event) => ({ teamId: scope.teamId, event, insertedAtMicros: base })),
    );
    const plan = await planChunks(server.ch, scope, { targetRows: 10, maxChunks: 10 }, signal);
    expect(plan).toMatchObject({ rows: 1, chunks: [{ expectedRows: 1 }] });
    expect((await read(scope, plan.chunks[0]!, JSONL)).rows).toBe(1);
    expect(await countRows(server.ch, scope, signal)).toMatchObject({ rows: 1 });
  });

  test('counts and reads only events whose properties match', async () => {
    const condition = { key: 'total', source: 'event', operator: 'gt', value: '9007199254740992' } as const;
    const scope = { ...newScope(), filter: { properties: [condition] } };
    await insertAt(
      server.ch,
      ['9007199254740993', '9007199254740992', '"9007199254740993"', '1e400'].map((total) => ({
        teamId: scope.teamId,
        propertiesJson: `{"total":${total}}`,
        insertedAtMicros: base,
      })),
    );
    const plan = await planChunks(server.ch, scope, { targetRows: 10, maxChunks: 10 }, signal);
    expect(plan).toMatchObject({ rows: 1, chunks: [{ expectedRows: 1 }] });
    const { rows, bytes } = await read(scope, plan.chunks[0]!, JSONL);
    expect([rows, bytes.toString()]).toEqual([1, expect.stringContaining('9007199254740993')]);
    expect(await countRows(server.ch, scope, signal)).toMatchObject({ rows: 1 });
  });
});

describe('formats', () => {
  const properties =
    '{"n":9007199254740993,"u":"é😀","q":"\\"\\n","nul":"\\u0000","lone":"\\ud800","url":"https://x/y"}';

  async function oneEvent(): Promise<ExportScope> {
    const scope = newScope();
    await insertAt(server.ch, [
      {
        teamId: scope.teamId,
        uuid: 'a1b2c3d4-0000-4000-8000-00000000000a',
        event: 'line\nbreak "quoted"',
        propertiesJson: properties,
        timestamp: '2026-08-01 00:00:00.123456',
        insertedAtMicros: base + 1,
      },
    ]);
    return scope;
  }

  test('JSON lines: text stays text, times have microseconds', async () => {
    const scope = await oneEvent();
    const { bytes, rows } = await read(scope, whole(scope), JSONL);
    expect(rows).toBe(1);
    const [row] = parse(bytes);
    expect(row).toMatchObject({
      uuid: 'a1b2c3d4-0000-4000-8000-00000000000a',
      event: 'line\nbreak "quoted"',
      properties,
      person_properties: '{}',
      person_id: '00000000-0000-0000-0000-000000000000',
      timestamp: '2026-08-01T00:00:00.123456Z',
      team_id: scope.teamId,
    });
    expect(Object.keys(row ?? {})).toEqual([
      ...['uuid', 'event', 'distinct_id', 'person_id', 'properties', 'person_properties'],
      ...['timestamp', 'inserted_at', 'created_at', 'team_id'],
    ]);
    const gzip = await read(scope, whole(scope), { fileFormat: 'jsonl', compression: 'gzip' });
    expect(gunzipSync(gzip.bytes).equals(bytes)).toBe(true);
    expect(gzip.rows).toBe(1);
  });

  test('Parquet: another reader sees text and timestamps with zone', async () => {
    const scope = await oneEvent();
    const { bytes, rows } = await read(scope, whole(scope), PARQUET);
    expect(rows).toBe(1);
    const file = path.join(folder, 'one.parquet');
    await writeFile(file, bytes);
    const connection = await (await DuckDBInstance.create()).connect();
    const types = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${file}'`);
    expect(types.getRowObjects().map((row) => `${String(row['column_name'])} ${String(row['column_type'])}`)).toEqual([
      ...['uuid VARCHAR', 'event VARCHAR', 'distinct_id VARCHAR', 'person_id VARCHAR', 'properties VARCHAR'],
      ...['person_properties VARCHAR', 'timestamp TIMESTAMP WITH TIME ZONE', 'inserted_at TIMESTAMP WITH TIME ZONE'],
      ...['created_at TIMESTAMP WITH TIME ZONE', 'team_id UINTEGER'],
    ]);
    const result = await connection.runAndReadAll(
      `SELECT uuid, event, properties, epoch_us(timestamp) AS t, epoch_us(inserted_at) AS i FROM '${file}'`,
    );
    expect(result.getRowObjects()).toEqual([
      {
        uuid: 'a1b2c3d4-0000-4000-8000-00000000000a',
        event: 'line\nbreak "quoted"',
        properties,
        t: BigInt(Date.UTC(2026, 7, 1) * 1_000 + 123_456),
        i: BigInt(base + 1),
      },
    ]);
  });

  test('an empty chunk is a valid document without rows', async () => {
    const scope = newScope();
    expect(await read(scope, whole(scope), PARQUET)).toMatchObject({ rows: 0 });
    expect(await read(scope, whole(scope), JSONL)).toEqual({ rows: 0, bytes: Buffer.alloc(0) });
  });
});

describe('first arrival wins', () => {
  /** Earlier rows, the same again later, and rows of one insert that share everything. */
  async function duplicated(): Promise<{ scope: ExportScope; expected: string[] }> {
    const scope = newScope();
    const { teamId } = scope;
    const before = Array.from({ length: 50 }, () => ({ teamId, uuid: randomUUID(), insertedAtMicros: base - 500 }));
    await insertAt(server.ch, before);
    const fresh = Array.from({ length: 50 }, (_, index) => ({
      teamId,
      uuid: randomUUID(),
      insertedAtMicros: base + index,
    }));
    await insertAt(server.ch, [...fresh, ...fresh.slice(0, 5)]);
    await insertAt(
      server.ch,
      before.map((row) => ({ ...row, insertedAtMicros: base + 10 })),
    );
    await insertAt(
      server.ch,
      fresh.map((row) => ({ ...row, insertedAtMicros: base + 900 })),
    );
    return { scope, expected: fresh.map((row) => row.uuid).sort() };
  }

  test.each([JSONL, PARQUET])('each event once, in %p', async (format) => {
    const { scope, expected } = await duplicated();
    const plan = await planChunks(server.ch, scope, { targetRows: 40, maxChunks: 100 }, signal);
    expect(plan.chunks.length).toBeGreaterThan(2);
    let rows = 0;
    const found: string[] = [];
    for (const chunk of plan.chunks) {
      const part = await read(scope, chunk, format);
      rows += part.rows;
      found.push(...(format === JSONL ? uuids(parse(part.bytes)) : []));
    }
    expect(rows).toBe(expected.length);
    expect(format === JSONL ? found.sort() : expected).toEqual(expected);
    expect((await countRows(server.ch, scope, signal)).rows).toBe(expected.length);
  });

  test('the same after merges', async () => {
    const { scope, expected } = await duplicated();
    await server.ch.command({ sql: 'OPTIMIZE TABLE event_first_seen FINAL' });
    await server.ch.command({ sql: 'OPTIMIZE TABLE event_log FINAL' });
    expect(uuids(parse((await read(scope, whole(scope), JSONL)).bytes))).toEqual(expected);
  });

  test('the count is independent of duplicates, and its hash of their order', async () => {
    const clean = newScope();
    const rows = Array.from({ length: 20 }, (_, index) => ({
      teamId: clean.teamId,
      uuid: randomUUID(),
      insertedAtMicros: base + index,
    }));
    await insertAt(server.ch, rows);
    const before = await countRows(server.ch, clean, signal);
    await insertAt(
      server.ch,
      rows.map((row) => ({ ...row, insertedAtMicros: row.insertedAtMicros + 500 })),
    );
    expect(await countRows(server.ch, clean, signal)).toEqual(before);
    await insertAt(server.ch, [{ teamId: clean.teamId, insertedAtMicros: base }]);
    const after = await countRows(server.ch, clean, signal);
    expect(after.rows).toBe(21);
    expect(after.hash).not.toBe(before.hash);
  });

  test('a row that the look-up table has never heard of is exported', async () => {
    const scope = newScope();
    await insertAt(server.ch, [{ teamId: scope.teamId, insertedAtMicros: base }]);
    await server.ch.command({
      sql: `ALTER TABLE event_first_seen DELETE WHERE team_id = ${String(scope.teamId)} SETTINGS mutations_sync = 1`,
    });
    expect((await read(scope, whole(scope), JSONL)).rows).toBe(1);
  });
});

describe('an export of many rows', () => {
  test('is the same rows sorted and merged as looked up by key, late ones left out; and can be aborted', async () => {
    const scope = newScope();
    const insert = (where: string, at: string, distinct = 150_000): Promise<void> =>
      server.ch.command({
        sql: `INSERT INTO event_log (team_id, inserted_at, uuid, event, distinct_id, properties, timestamp)
          SELECT ${String(scope.teamId)}, fromUnixTimestamp64Micro(${at}, 'UTC'), toUUID(concat('00000000-0000-4000-8000-', leftPad(toString(number % ${String(distinct)}), 12, '0'))), 'e', 'd',
            '{"pad":"${'x'.repeat(200)}"}', now64(6) FROM numbers(150000) WHERE ${where}`,
      });
    await insert('number % 1000 = 7', String(base - 1_000_000));
    await insert('1', `${String(base)} + number`);
    const { rows } = await countRows(server.ch, scope, signal);
    expect(rows).toBe(150_000 - 150);
    expect((await read(scope, whole(scope), PARQUET)).rows).toBe(rows);

    const controller = new AbortController();
    const stream = await openChunk(
      server.ch,
      { scope, chunk: whole(scope) },
      fileEncoding(JSONL, EVENT_COLUMNS),
      { queryId: randomUUID() },
      controller.signal,
    );
    const reading = (async () => {
      for await (const bytes of stream.body) {
        expect(bytes.length).toBeGreaterThan(0);
        controller.abort(new Error('the run was cancelled'));
      }
    })();
    await expect(reading).rejects.toThrow('the run was cancelled');
    expect(await server.ch.ping()).toBe(true);
  }, 60_000);
});

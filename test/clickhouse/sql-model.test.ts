import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { sqlModel } from '../../clickhouse/models/sql.ts';
import { countRows, openChunk } from '../../clickhouse/read-chunk.ts';
import { countRejected, listRejected, setRejectedAside } from '../../clickhouse/rejected-records.ts';
import type { ExportScope } from '../../clickhouse/models/model.ts';
import type { SourceEncoding } from '../../core/encoding.ts';
import type { OutputFormat } from '../../core/formats.ts';
import type { QueryModel } from '../../core/query-model.ts';
import type { WriteMode } from '../../core/write-modes.ts';
import { fileEncoding } from '../../destinations/file-encoding.ts';
import { insertAt, YESTERDAY_NOON_MS } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

const START = YESTERDAY_NOON_MS * 1_000;
const HOUR = 3_600_000_000;
const RANGE = { startMicros: START, endMicros: START + HOUR };
const JSONL: OutputFormat = { fileFormat: 'jsonl', compression: 'none' };
const PARQUET: OutputFormat = { fileFormat: 'parquet', compression: 'zstd' };
const WITHIN = 'inserted_at >= {interval_start} AND inserted_at < {interval_end}';
const signal = new AbortController().signal;

let server: TestClickHouse;
let folder: string;

beforeAll(async () => {
  server = await startTestClickHouse();
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-sql-model-'));
  const twin = randomUUID();
  await insertAt(server.ch, [
    ...Array.from({ length: 6 }, (_, index) => ({
      teamId: 1,
      insertedAtMicros: START + index,
      event: index < 4 ? 'paid' : 'left',
      distinctId: `user-${String(index % 2)}`,
      timestamp: '2026-11-20 11:00:00.000001',
      propertiesJson: `{"amount":${String(index)}}`,
    })),
    // Captured twice: the first arrival counts.
    { teamId: 1, insertedAtMicros: START + 10, event: 'twin', distinctId: 'twin', uuid: twin },
    { teamId: 1, insertedAtMicros: START + 11, event: 'twin', distinctId: 'twin', uuid: twin },
    // Beside the interval, and beside the team.
    { teamId: 1, insertedAtMicros: START - 1, event: 'before' },
    { teamId: 1, insertedAtMicros: START + HOUR, event: 'after' },
    { teamId: 2, insertedAtMicros: START + 1, event: 'theirs' },
  ]);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
});

async function scopeOf(
  text: string,
  { mode = 'append', ...rest }: Partial<QueryModel> & { mode?: WriteMode } = {},
): Promise<ExportScope> {
  const query = { text, key: [], versionColumn: null, ...rest };
  const model = await sqlModel(server.ch, query, { scope: { teamId: 1, range: RANGE }, mode });
  return { teamId: 1, filter: {}, range: RANGE, model };
}

async function read(scope: ExportScope, encoding: SourceEncoding): Promise<Buffer> {
  const chunk = { ...scope.range, expectedRows: 0 };
  const stream = await openChunk(server.ch, { scope, chunk }, encoding, { queryId: randomUUID() }, signal);
  const parts: Uint8Array[] = [];
  for await (const bytes of stream.body) {
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

async function rowsOf(text: string): Promise<Record<string, unknown>[]> {
  const scope = await scopeOf(text);
  const lines = (await read(scope, fileEncoding(JSONL, scope.model.columns))).toString().split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function plan(scope: ExportScope): Promise<Awaited<ReturnType<ExportScope['model']['relation']['plan']>>> {
  return scope.model.relation.plan(server.ch, scope, { targetRows: 1, maxChunks: 100 }, signal);
}

describe('rows', () => {
  test('an aggregate of the interval: the team’s first arrivals, bounds half open', async () => {
    const text = `SELECT event, count() AS n, sum(JSONExtractInt(properties, 'amount')) AS amount
      FROM events WHERE ${WITHIN} GROUP BY event ORDER BY event`;
    expect(await rowsOf(text)).toEqual([
      { event: 'left', n: 2, amount: 9 },
      { event: 'paid', n: 4, amount: 6 },
      { event: 'twin', n: 1, amount: 0 },
    ]);
  });

  test('without a condition on the interval a query sees everything before its end', async () => {
    const seen = await rowsOf('SELECT DISTINCT event FROM events ORDER BY event');
    expect(seen.map(({ event }) => event)).toEqual(['before', 'left', 'paid', 'twin']);
  });

  test('names that other columns have do not change what a column holds', async () => {
    const text = `SELECT event AS uuid, distinct_id AS event, 'x' AS team_id, 7 AS "inserted at" FROM events
      WHERE ${WITHIN} AND event = 'twin'`;
    expect(await rowsOf(text)).toEqual([{ uuid: 'twin', event: 'twin', team_id: 'x', 'inserted at': 7 }]);
  });

  test('Parquet has the types of the query, moments in UTC', async () => {
    const text = `SELECT toUInt64(18446744073709551615) AS big, toDecimal64('1.50', 2) AS price, 0.5 AS ratio, true AS yes,
      toDate('2026-11-20') AS day, toTimezone({interval_start}, 'Asia/Tokyo') AS start, nullIf(1, 1) AS nothing,
      [1, 2] AS list, map('a', 1) AS pairs, toLowCardinality('l') AS low, uuid FROM events WHERE event = 'twin'`;
    const scope = await scopeOf(text);
    const file = path.join(folder, 'types.parquet');
    await writeFile(file, await read(scope, fileEncoding(PARQUET, scope.model.columns)));
    const connection = await (await DuckDBInstance.create()).connect();
    const types = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${file}'`);
    expect(Object.fromEntries(types.getRows().map(([name, type]) => [name, type]))).toMatchObject({
      big: 'UBIGINT',
      price: 'DECIMAL(18,2)',
      ratio: 'DOUBLE',
      yes: 'BOOLEAN',
      day: 'DATE',
      start: 'TIMESTAMP WITH TIME ZONE',
      low: 'VARCHAR',
    });
    const values = await connection.runAndReadAll(
      `SELECT big::VARCHAR, price::VARCHAR, day::VARCHAR, epoch_us(start), nothing FROM '${file}'`,
    );
    expect(values.getRows()).toEqual([['18446744073709551615', '1.50', '2026-11-20', BigInt(START), null]]);
  });
});

describe('the plan', () => {
  test('is one chunk of the interval with the count of the rows, however small its chunks should be', async () => {
    const scope = await scopeOf(`SELECT event FROM events WHERE ${WITHIN}`);
    expect(await plan(scope)).toEqual({
      rows: 7,
      bytes: expect.any(Number),
      chunks: [{ ...RANGE, expectedRows: 7 }],
    });
  });

  test('no rows, no chunks', async () => {
    const scope = await scopeOf(`SELECT event FROM events WHERE event = 'nobody'`);
    expect(await plan(scope)).toEqual({ rows: 0, bytes: 0, chunks: [] });
  });

  test('refuses rows that share a key', async () => {
    const grouped = `SELECT event, distinct_id, count() AS n FROM events WHERE ${WITHIN} GROUP BY event, distinct_id`;
    expect(await plan(await scopeOf(grouped, { key: ['event', 'distinct_id'] }))).toMatchObject({ rows: 5 });
    await expect(plan(await scopeOf(grouped, { key: ['event'] }))).rejects.toMatchObject({
      code: 'query_key_not_unique',
      fault: 'customer',
      retryable: false,
    });
  });

  test('finds a value that a later column cannot convert', async () => {
    const scope = await scopeOf(`SELECT uuid, toInt64(event) AS n FROM events WHERE ${WITHIN}`, { key: ['uuid'] });
    await expect(plan(scope)).rejects.toMatchObject({ code: 'query_invalid', fault: 'customer', retryable: false });
  });
});

describe('counting', () => {
  test('rows and hash are those of the rows, whatever their order; equal rows count each', async () => {
    const ordered = (order: string): Promise<ExportScope> =>
      scopeOf(`SELECT event, nullIf(event, 'paid') AS other FROM events WHERE ${WITHIN} ORDER BY inserted_at ${order}`);
    const up = await countRows(server.ch, await ordered('ASC'), signal);
    expect(up.rows).toBe(7);
    expect(await countRows(server.ch, await ordered('DESC'), signal)).toEqual(up);
    const fewer = await scopeOf(`SELECT DISTINCT event, nullIf(event, 'paid') AS other FROM events WHERE ${WITHIN}`);
    expect(await countRows(server.ch, fewer, signal)).toMatchObject({
      rows: 3,
      hash: expect.not.stringMatching(up.hash),
    });
  });

  test('records that do not fit are set aside each for itself, at every attempt the same', async () => {
    const scope = await scopeOf(`SELECT event, 'x' AS rest FROM events WHERE ${WITHIN}`);
    const encoding: SourceEncoding = {
      ...{ fileFormat: 'jsonl', compression: 'none' },
      columns: [{ source: 'event', name: 'event', rules: { maxBytes: 3 } }],
    };
    const of = { exportId: randomUUID(), generation: 0, index: 0 };
    const chunk = { ...RANGE, expectedRows: 7 };
    for (const attempt of [1, 2]) {
      expect([attempt, await setRejectedAside(server.ch, { scope, chunk, of }, encoding, signal)]).toEqual([
        attempt,
        7,
      ]);
    }
    const key = { teamId: 1, exportId: of.exportId, generation: 0, endMicros: RANGE.endMicros };
    expect(await countRejected(server.ch, key)).toBe(7);
    const [first] = await listRejected(server.ch, { teamId: 1, exportId: of.exportId, limit: 10 });
    expect(first).toMatchObject({ event: '', reason: expect.stringMatching(/^event /) });
    expect(JSON.parse(first?.record ?? '')).toMatchObject({ rest: 'x' });
    expect(await read(scope, encoding)).toHaveLength(0);
  });
});

describe('key and version', () => {
  test.each([
    ['merge without a key', { mode: 'merge' as const, versionColumn: 'at' }],
    ['merge without a version', { mode: 'merge' as const, key: ['event'] }],
    ['a key that is no column', { key: ['nobody'] }],
    ['a version that is text', { mode: 'merge' as const, key: ['event'], versionColumn: 'event' }],
    ['a key that can be NULL', { key: ['other'] }],
  ])('%s is refused with a remedy', async (_what, settings) => {
    const text = `SELECT event, nullIf(event, 'a') AS other, {interval_end} AS at FROM events`;
    await expect(scopeOf(text, settings)).rejects.toMatchObject({
      code: 'query_columns_unusable',
      remedy: expect.any(String),
    });
  });

  test('a merge takes the interval’s end as version', async () => {
    const text = `SELECT event, count() AS n, {interval_end} AS at FROM events WHERE ${WITHIN} GROUP BY event`;
    const { model } = await scopeOf(text, { mode: 'merge', key: ['event'], versionColumn: 'at' });
    expect(model).toMatchObject({ key: ['event'], versionColumn: 'at' });
  });
});

test.each(['service-user', 'team-user'])(
  'ops/clickhouse/%s.sql: the engine’s parser takes every statement',
  async (name) => {
    const text = await readFile(new URL(`../../ops/clickhouse/${name}.sql`, import.meta.url), 'utf8');
    const statements = text.split(/;$/m).filter((statement) => /^[A-Z]/m.test(statement));
    expect(statements.length).toBeGreaterThan(2);
    for (const statement of statements) {
      const [row] = await server.ch.rows<{ written: string }>({
        sql: 'SELECT formatQuerySingleLine({statement:String}) AS written',
        params: { statement },
      });
      expect(row?.written).toMatch(/^(CREATE|GRANT) /);
    }
  },
);

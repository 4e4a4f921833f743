import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEncoded } from '../../clickhouse/read-encoded.ts';
import type { Column } from '../../core/columns.ts';
import { FILE_OUTPUTS, fileExtension, type OutputFormat } from '../../core/formats.ts';
import type { ChunkReceipt, LoadChunkRequest } from '../../destinations/contract.ts';
import { createFileDestination } from '../../destinations/file/index.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { contextOf } from './context.ts';
import { type PlainRow, readFormat } from './read-formats.ts';

let server: TestClickHouse;
let directory: string;
beforeAll(async () => {
  server = await startTestClickHouse();
  directory = await mkdtemp(join(tmpdir(), 'sluice-formats-'));
}, 60_000);
afterAll(async () => {
  await rm(directory, { recursive: true });
  await server.stop();
});

const ROWS = 10_000;
/** More than one block of the engine, so that there are several record batches. */
const ARROW_ROWS = 70_000;
const START_MICROS = 1_763_700_000_000_000;
/** Beyond what a double can tell apart. */
const FIRST_ID = 9_007_199_254_740_993n;

const TEXTS = [
  'plain',
  '',
  'comma, "quotes" and \'',
  'two\nlines',
  'tab\t\\ back',
  'ünï 漢字 😀',
  '\\N',
  'NULL',
  '\r\n',
];

const SQL = `
  SELECT toInt64(${String(FIRST_ID)}) + number AS id,
         {texts:Array(String)}[1 + number % ${String(TEXTS.length)}] AS text,
         if(number % 3 = 0, NULL, text) AS maybe,
         number / 7 AS real,
         toBool(number % 2) AS flag,
         fromUnixTimestamp64Micro(toInt64(${String(START_MICROS)}) + number, 'UTC') AS moment,
         arrayMap(i -> concat('t', toString(i)), range(number % 3)) AS tags
  FROM numbers({rows:UInt64})`;

const COLUMNS: readonly Column[] = [
  { name: 'id', type: { kind: 'integer', bits: 64, signed: true }, nullable: false },
  { name: 'text', type: { kind: 'text' }, nullable: false },
  { name: 'maybe', type: { kind: 'text' }, nullable: true },
  { name: 'real', type: { kind: 'float', bits: 64 }, nullable: false },
  { name: 'flag', type: { kind: 'bool' }, nullable: false },
  { name: 'moment', type: { kind: 'timestamp', precision: 6 }, nullable: false },
  { name: 'tags', type: { kind: 'nested' }, nullable: false },
];

function expectedRow(number: number): PlainRow {
  const text = TEXTS[number % TEXTS.length] ?? '';
  return {
    id: String(FIRST_ID + BigInt(number)),
    text,
    maybe: number % 3 === 0 ? null : text,
    real: number / 7,
    flag: number % 2 === 1,
    moment_micros: String(START_MICROS + number),
    tags: Array.from({ length: number % 3 }, (_, index) => `t${String(index)}`),
  };
}

function chunk(rows: number): LoadChunkRequest {
  return {
    chunkIndex: 0,
    chunkCount: 1,
    openSource: (encoding, signal) =>
      openEncoded(server.ch, { sql: SQL, params: { texts: TEXTS, rows } }, encoding, { queryId: randomUUID() }, signal),
    onProgress: () => undefined,
  };
}

/** Loads twice, the second time finding the first one's file, then commits and verifies. */
async function exportRows(rows: number, format: OutputFormat): Promise<{ path: string; receipt: ChunkReceipt }> {
  const context = contextOf({ format, columns: COLUMNS });
  const session = await createFileDestination().open({ directory, prefix: '' }, context);
  const receipt = await session.loadChunk(chunk(rows));
  expect(await session.loadChunk(chunk(rows))).toEqual(receipt);
  await session.commit({ chunks: [receipt] });
  expect(await session.verify({ chunks: [] })).toEqual({ rows, bytes: receipt.bytes, files: 1 });
  await session.close();
  return { path: join(directory, receipt.files[0]?.key ?? ''), receipt };
}

test.each(FILE_OUTPUTS)('$fileFormat, $compression: other programs read every row as it was', async (format) => {
  const wanted = format.fileFormat === 'arrow' ? ARROW_ROWS : ROWS;
  const { path, receipt } = await exportRows(wanted, format);
  expect(receipt.rows).toBe(wanted);
  expect(path.endsWith(`.${fileExtension(format)}`)).toBe(true);
  const rows = await readFormat(path, format);
  expect(rows).toHaveLength(wanted);
  const different = rows.findIndex(
    (row, number) => JSON.stringify(row) !== JSON.stringify(sorted(expectedRow(number), row)),
  );
  expect(rows[different]).toEqual(different < 0 ? undefined : expectedRow(different));
});

/** Keys in the order of `like`, so that texts can be compared: toEqual takes minutes for this many rows. */
function sorted(row: PlainRow, like: PlainRow): object {
  return Object.fromEntries(Object.keys(like).map((name) => [name, row[name as keyof PlainRow]]));
}

test.each(FILE_OUTPUTS)('$fileFormat, $compression: no rows are a valid file', async (format) => {
  const { path, receipt } = await exportRows(0, format);
  expect(receipt.rows).toBe(0);
  // DuckDB does not take an empty file for JSON or CSV in every packing; what is counted is enough there.
  if (format.fileFormat === 'parquet' || format.fileFormat === 'arrow') {
    expect(await readFormat(path, format)).toEqual([]);
  }
});

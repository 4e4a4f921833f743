import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { parquetRowCount } from './parquet-footer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-parquet-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function duckFile(rows: number, options: string): Promise<Buffer> {
  const path = join(folder, `${String(rows)}.parquet`);
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(
    `COPY (SELECT range AS id, 'text ' || range AS t, [range] AS l, {a: range, b: 'x'} AS s, MAP {'k': range} AS m, range % 2 = 0 AS flag
      FROM range(${String(rows)})) TO '${path}' (FORMAT parquet ${options})`,
  );
  return readFile(path);
}

describe('row count of a Parquet file', () => {
  test.each([
    [0, ''],
    [1, ''],
    [127, ', COMPRESSION zstd'],
    [250_000, ', ROW_GROUP_SIZE 10000'],
  ])('%p rows written by DuckDB%s', async (rows, options) => {
    const file = await duckFile(rows, options);
    expect(parquetRowCount(file)).toBe(rows);
    expect(parquetRowCount(file.subarray(-Math.min(file.length, 200_000)))).toBe(rows);
  });

  test('is undefined for what is not the end of a file, and never throws', async () => {
    const file = await duckFile(100, '');
    expect(parquetRowCount(file.subarray(0, -1))).toBeUndefined();
    expect(parquetRowCount(file.subarray(-20))).toBeUndefined();
    expect(parquetRowCount(Buffer.from('PAR1'))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const length = Buffer.alloc(4);
        length.writeUInt32LE(bytes.length);
        const count = parquetRowCount(Buffer.concat([bytes, length, Buffer.from('PAR1')]));
        expect(count === undefined || typeof count === 'number').toBe(true);
      }),
    );
  });
});

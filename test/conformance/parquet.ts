import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Parquet file with zstd pages, written by DuckDB; about 200 bytes a row that do not compress well. */
export async function writeParquet(rows: number): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-parquet-'));
  const path = join(directory, 'rows.parquet');
  const instance = await DuckDBInstance.create();
  try {
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT range AS id, uuid() AS uuid, concat(uuid(), uuid(), uuid(), uuid()) AS text, [1, 2] AS list
             FROM range(${String(rows)})) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    connection.closeSync();
    return await readFile(path);
  } finally {
    instance.closeSync();
    await rm(directory, { recursive: true });
  }
}

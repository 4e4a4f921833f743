import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The result of a DuckDB query as a Parquet file; every column is OPTIONAL in it. */
export async function parquetOf(select: string): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-parquet-'));
  const path = join(directory, 'rows.parquet');
  const instance = await DuckDBInstance.create();
  try {
    const connection = await instance.connect();
    await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
    connection.closeSync();
    return await readFile(path);
  } finally {
    instance.closeSync();
    await rm(directory, { recursive: true });
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Rows of a Parquet file, with a select list in DuckDB's words. */
export async function parquetRows(content: Buffer | undefined, select: string): Promise<Record<string, unknown>[]> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-parquet-'));
  const path = join(directory, 'rows.parquet');
  const instance = await DuckDBInstance.create();
  try {
    await writeFile(path, content ?? '');
    const connection = await instance.connect();
    const found = await connection.runAndReadAll(`SELECT ${select} FROM '${path}'`);
    connection.closeSync();
    return found.getRowObjects();
  } finally {
    instance.closeSync();
    await rm(directory, { recursive: true });
  }
}

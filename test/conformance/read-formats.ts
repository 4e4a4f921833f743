import { DuckDBInstance } from '@duckdb/node-api';
import { CompressionType, compressionRegistry, tableFromIPC } from 'apache-arrow';
import { decompress } from 'fzstd';
import { decompressFrameSync } from 'lz4-napi';
import { readFile } from 'node:fs/promises';
import type { OutputFormat } from '../../core/formats.ts';

/** A row as any reader sees it, in terms that do not depend on the format. */
export interface PlainRow {
  id: string;
  text: string;
  maybe: string | null;
  real: number;
  flag: boolean;
  moment_micros: string;
  tags: string[];
}

compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => decompress(bytes).slice() });
compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => decompressFrameSync(Buffer.from(bytes)) });

/** Reads a file with a program that knows nothing of Sluice or ClickHouse: DuckDB, and Apache Arrow's own library. */
export async function readFormat(path: string, format: OutputFormat): Promise<PlainRow[]> {
  return format.fileFormat === 'arrow' ? await readArrow(path) : await readWithDuckDb(fromClause(path, format));
}

const TYPES = "{id: 'BIGINT', text: 'VARCHAR', maybe: 'VARCHAR', real: 'DOUBLE', flag: 'BOOLEAN', moment: 'TIMESTAMP'";

function fromClause(path: string, { fileFormat, compression }: OutputFormat): string {
  switch (fileFormat) {
    case 'parquet':
      return `read_parquet('${path}')`;
    case 'jsonl':
      return `read_json('${path}', format = 'newline_delimited', compression = '${compression === 'none' ? 'uncompressed' : compression}', columns = ${TYPES}, tags: 'VARCHAR[]'})`;
    default:
      return (
        `(SELECT * REPLACE (CAST(replace(tags, '''', '"') AS JSON)::VARCHAR[] AS tags) FROM ` +
        `read_csv('${path}', header = true, compression = '${compression}', quote = '"', escape = '"', ` +
        String.raw`nullstr = '\N', allow_quoted_nulls = false, columns = ${TYPES}, tags: 'VARCHAR'}))`
      );
  }
}

async function readWithDuckDb(from: string): Promise<PlainRow[]> {
  const instance = await DuckDBInstance.create();
  try {
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      `SELECT id::VARCHAR AS id, text, maybe, real, flag, epoch_us(moment::TIMESTAMP)::VARCHAR AS moment_micros,
              to_json(tags)::VARCHAR AS tags FROM ${from} ORDER BY id::BIGINT`,
    );
    return result.getRowObjectsJson().map((row) => ({
      ...row,
      real: Number(row['real']),
      tags: JSON.parse(row['tags'] as string) as string[],
    })) as never;
  } finally {
    instance.closeSync();
  }
}

async function readArrow(path: string): Promise<PlainRow[]> {
  const table = tableFromIPC(await readFile(path));
  const columns = ['id', 'text', 'maybe', 'real', 'flag', 'tags'].map((name) => [name, table.getChild(name)] as const);
  const micros = table.getChild('moment')?.data.flatMap((data) => Array.from(data.values as BigInt64Array)) ?? [];
  return Array.from({ length: table.numRows }, (_, row) => {
    const values = Object.fromEntries(columns.map(([name, column]) => [name, column?.get(row) as unknown]));
    const tags = Array.from(values['tags'] as Iterable<string>);
    return { ...values, id: String(values['id']), moment_micros: String(micros[row]), tags } as PlainRow;
  });
}

import type { S3Client } from '@aws-sdk/client-s3';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Session } from '../database/session.ts';
import { nodeError } from '../errors.ts';
import { quoteIdentifier } from '../sql/tokens.ts';
import { targetColumns, type TargetColumn } from './columns.ts';
import { download, listFiles, type SourceFile } from './files.ts';
import type { CopyCommand } from './parse-copy.ts';
import { openParquet, type ParquetFile } from './parquet-file.ts';
import { schemaLine, typesMatch, type ParquetColumn } from './type-match.ts';

export interface Load {
  session: Session;
  client: S3Client;
  copy: CopyCommand;
  signal: AbortSignal;
  superStringBytes: number;
}

export interface Loaded {
  rows: number;
  bytes: number;
  files: number;
}

/** Where in which file a load failed, for the error tables. */
export interface LoadProblem {
  file: string;
  column: string;
  type: string;
}

/** Reads every file and inserts its rows in the session's transaction. `onProblem` is told what the error is about. */
export async function loadFiles(load: Load, onProblem: (problem: LoadProblem) => void): Promise<Loaded> {
  const files = await listFiles(load.client, load.copy);
  const columns = await targetColumns(load.session, load.copy.table, load.copy.columns);
  refuseSuper(columns, load.copy);
  const folder = await mkdtemp(path.join(tmpdir(), 'redshift-copy-'));
  const loaded = { rows: 0, bytes: 0, files: files.length };
  try {
    for (const file of files) {
      loaded.rows += await loadFile(load, file, columns, path.join(folder, 'file.parquet'), onProblem);
      loaded.bytes += file.bytes;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return loaded;
}

function refuseSuper(columns: readonly TargetColumn[], { serializeToJson }: CopyCommand): void {
  const column = columns.find(({ type }) => type === 'super');
  if (column !== undefined && !serializeToJson) {
    throw nodeError(
      'COPY of columnar data into a SUPER column needs SERIALIZETOJSON',
      15007,
      `Column '${column.name}' is of type SUPER`,
    );
  }
}

async function loadFile(
  load: Load,
  file: SourceFile,
  columns: readonly TargetColumn[],
  localPath: string,
  onProblem: (problem: LoadProblem) => void,
): Promise<number> {
  await download(load.client, file, localPath, load.signal);
  const url = `https://s3.us-east-1.amazonaws.com/${file.bucket}/${file.key}`;
  const fail = (context: string, column?: TargetColumn): never => {
    onProblem({ file: url, column: column?.name ?? '', type: column?.type ?? '' });
    throw nodeError('Spectrum Scan Error', 15007, context);
  };
  const parquet = await openParquet(localPath).catch((error: unknown) => {
    return fail(`File '${url}' is not a readable Parquet file: ${String(error)}`);
  });
  try {
    checkSchema(parquet.columns, columns, url, fail);
    await checkLengths(parquet, columns, load.superStringBytes, url, fail);
    return await insertRows(load, parquet, columns);
  } finally {
    parquet.close();
  }
}

type Fail = (context: string, column?: TargetColumn) => never;

/** By position: names in the file mean nothing. */
function checkSchema(file: readonly ParquetColumn[], table: readonly TargetColumn[], url: string, fail: Fail): void {
  if (file.length !== table.length) {
    fail(
      `Unmatched number of columns between table and file. Table columns: ${table.length}, Data columns: ${file.length}, File name: ${url}`,
    );
  }
  table.forEach((column, index) => {
    const found = file[index]!;
    if (!typesMatch(found, column)) {
      fail(
        `File '${url}' has an incompatible Parquet schema for column '${column.name}'. Column type: ${column.type.toUpperCase()}, Parquet schema:\n${schemaLine(found)}`,
        column,
      );
    }
  });
}

async function checkLengths(
  parquet: ParquetFile,
  table: readonly TargetColumn[],
  superStringBytes: number,
  url: string,
  fail: Fail,
): Promise<void> {
  const limits = table.map((column, index) =>
    column.type === 'super' && !parquet.columns[index]!.isNested ? superStringBytes : column.maxBytes,
  );
  const limited = limits.flatMap((limit, index) => (limit === undefined ? [] : [index]));
  for (const [index, bytes] of await parquet.longest(limited)) {
    if (bytes > limits[index]!) {
      fail(
        `The length of the data column ${table[index]!.name} is longer than the length defined in the table. Table: ${limits[index]!}, Data: ${bytes}, File name: ${url}`,
        table[index],
      );
    }
  }
}

async function insertRows(load: Load, parquet: ParquetFile, columns: readonly TargetColumn[]): Promise<number> {
  const insert = insertSql(load.copy.table, columns);
  let rows = 0;
  for await (const batch of parquet.batches(columns)) {
    load.signal.throwIfAborted();
    await load.session.query(insert, batch);
    rows += batch[0]?.length ?? 0;
  }
  return rows;
}

function insertSql(table: string, columns: readonly TargetColumn[]): string {
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  const arrays = columns.map((_column, index) => `$${index + 1}::text[]`).join(', ');
  const aliases = columns.map((_column, index) => `c${index}`);
  const values = columns.map(({ type }, index) => fromText(type, `c${index}`)).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${values} FROM unnest(${arrays}) AS source (${aliases.join(', ')})`;
}

function fromText(type: string, value: string): string {
  switch (type) {
    case 'varchar':
    case 'char':
    case 'character varying':
      return value;
    case 'varbyte':
      return `decode(${value}, 'hex')`;
    case 'super':
      return `redshift.checked_super(${value}::jsonb)`;
    default:
      return `${value}::${type}`;
  }
}

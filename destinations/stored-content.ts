import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { SluiceError } from '../core/errors.ts';
import { isPacked, type Compression, type OutputFormat } from '../core/formats.ts';
import { PARQUET_END_BYTES, parquetFooterBytes, parquetRowCount } from '../core/parquet-footer.ts';
import { createRowCounter, type RowCounter } from '../core/row-counter.ts';

export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>;

/** A file as the destination has it. */
export interface StoredFile {
  /** Names it in errors. */
  key: string;
  bytes: number;
  readAll(): Promise<AsyncIterable<Uint8Array>>;
  readRange: ReadRange;
}

/** Most footers of Parquet fit; a longer one costs a second read. */
const FIRST_READ_BYTES = 64 * 1_024;

/** Rows of a stored file, counted in its bytes: the footer of Parquet, all of any other. Throws stored_file_incomplete. */
export async function countStoredRows(file: StoredFile, format: OutputFormat): Promise<number> {
  return format.fileFormat === 'parquet' ? await parquetRows(file) : (await inspectStored(file, format)).rows;
}

/**
 * Rows and hash of a file that another attempt stored. Reading it again is dear but happens only after a crash or
 * beside a zombie, and needs no second file that could get lost, stay behind or disagree. Throws stored_file_incomplete.
 */
export async function inspectStored(file: StoredFile, format: OutputFormat): Promise<{ rows: number; sha256: string }> {
  const counter = counterOf(format);
  const hash = createHash('sha256');
  async function* hashed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of body) {
      hash.update(bytes);
      yield bytes;
    }
  }
  await countInto(counter, unpacked(hashed(await file.readAll()), format), file);
  const rows = counter.rows();
  if (rows === undefined) {
    throw incomplete(file, `its end is not that of a ${format.fileFormat} file`);
  }
  return { rows, sha256: hash.digest('hex') };
}

async function countInto(counter: RowCounter, plain: AsyncIterable<Uint8Array>, file: StoredFile): Promise<void> {
  try {
    for await (const bytes of plain) {
      counter.push(bytes);
    }
  } catch (error) {
    throw isDamage(error) ? incomplete(file, 'it cannot be decompressed') : error;
  }
}

/** What zlib and fzstd throw for the bytes; anything else comes from reading them. */
function isDamage(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' || (typeof code === 'string' && code.startsWith('Z_'));
}

function counterOf({ fileFormat }: OutputFormat): RowCounter {
  if (fileFormat === 'table') {
    throw new TypeError('a table has no file format');
  }
  return createRowCounter(fileFormat);
}

function unpacked(body: AsyncIterable<Uint8Array>, format: OutputFormat): AsyncIterable<Uint8Array> {
  return isPacked(format) ? (UNPACK[format.compression]?.(body) ?? body) : body;
}

const UNPACK: Partial<Record<Compression, (body: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>>> = {
  gzip: gunzip,
  zstd: unzstd,
};

function gunzip(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const source = Readable.from(body, { objectMode: false });
  const unzip = createGunzip();
  // pipe() does not hand on errors; without this a broken read would hang the count.
  source.on('error', (error) => unzip.destroy(error));
  return source.pipe(unzip);
}

async function* unzstd(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const plain: Uint8Array[] = [];
  const unpack = new Decompress((bytes) => void plain.push(bytes));
  for await (const bytes of body) {
    unpack.push(bytes);
    yield* plain.splice(0);
  }
  unpack.push(new Uint8Array(), true);
  yield* plain;
}

async function parquetRows(file: StoredFile): Promise<number> {
  const tail = await readEnd(file, FIRST_READ_BYTES);
  const footerBytes = parquetFooterBytes(tail);
  const needed = (footerBytes ?? 0) + PARQUET_END_BYTES;
  const rows = parquetRowCount(needed > tail.length ? await readEnd(file, needed) : tail);
  if (rows === undefined) {
    throw incomplete(file, 'its end is not that of a parquet file');
  }
  return rows;
}

async function readEnd(file: StoredFile, bytes: number): Promise<Uint8Array> {
  const length = Math.min(file.bytes, bytes);
  return length === 0 ? new Uint8Array() : await file.readRange(file.bytes - length, length);
}

function incomplete(file: StoredFile, detail: string): SluiceError {
  return new SluiceError({
    code: 'stored_file_incomplete',
    message: `${file.key} is not complete: ${detail}`,
    retryable: false,
    fault: 'destination',
    remedy: 'Look for another program that writes below the same prefix, then run the interval again.',
  });
}

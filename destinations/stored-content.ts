import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { OutputFormat } from '../core/formats.ts';
import { parquetRows, type ReadRange } from './parquet-footer.ts';

/** A file as the destination has it. */
export interface StoredFile {
  bytes: number;
  readAll(): Promise<AsyncIterable<Uint8Array>>;
  readRange: ReadRange;
}

const NEWLINE = 0x0a;

function newlinesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
    count += 1;
  }
  return count;
}

async function countLines(body: AsyncIterable<Uint8Array>, gzip: boolean): Promise<number> {
  const plain: AsyncIterable<Uint8Array> = gzip ? gunzip(body) : body;
  let rows = 0;
  for await (const bytes of plain) {
    rows += newlinesIn(bytes);
  }
  return rows;
}

function gunzip(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const source = Readable.from(body, { objectMode: false });
  const unzip = createGunzip();
  // pipe() does not hand on errors; without this a broken read would hang the count.
  source.on('error', (error) => unzip.destroy(error));
  return source.pipe(unzip);
}

async function drain(body: AsyncIterator<Uint8Array>): Promise<void> {
  let step = await body.next();
  while (step.done !== true) {
    step = await body.next();
  }
}

/** Rows of a stored file, counted in its bytes: the footer of Parquet, the newlines of JSON lines. */
export async function countStoredRows(file: StoredFile, format: OutputFormat): Promise<number> {
  if (format.fileFormat === 'parquet') {
    return await parquetRows(file.bytes, file.readRange);
  }
  return await countLines(await file.readAll(), format.compression === 'gzip');
}

/**
 * Rows and hash of a file that another attempt stored. Reading it again is dear but happens only after a crash or
 * beside a zombie, and needs no second file that could get lost, stay behind or disagree.
 */
export async function inspectStored(file: StoredFile, format: OutputFormat): Promise<{ rows: number; sha256: string }> {
  const hash = createHash('sha256');
  async function* hashed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of body) {
      hash.update(bytes);
      yield bytes;
    }
  }
  const body = hashed(await file.readAll());
  if (format.fileFormat === 'jsonl') {
    const rows = await countLines(body, format.compression === 'gzip');
    return { rows, sha256: hash.digest('hex') };
  }
  await drain(body);
  return { rows: await parquetRows(file.bytes, file.readRange), sha256: hash.digest('hex') };
}

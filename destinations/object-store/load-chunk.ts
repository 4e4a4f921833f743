import { createHash } from 'node:crypto';
import type { OutputFormat } from '../../core/formats.ts';
import type { ChunkReceipt, FileReceipt, LoadChunkRequest, SessionContext } from '../contract.ts';
import { abortable } from '../abort.ts';
import { generationTaken } from '../errors.ts';
import { fileEncoding } from '../file-encoding.ts';
import { inspectStored } from '../stored-content.ts';
import { writeConflict } from './errors.ts';
import { ObjectWriter } from './object-writer.ts';
import type { ObjectHead, ObjectStore } from './store.ts';
import { storedObject } from './stored-object.ts';

/*
 * Metadata of a data object. Whose it is (`sluice-export`, `-run`, `-generation`, `-chunk`, `-write`) is known when an
 * upload begins. Its rows and hash are known only when the source has ended; a single write carries them, the metadata of
 * an upload in parts is fixed before. Such an object is read again in the rare case that an attempt adopts it: a
 * receipt object beside it would be one more thing that can be lost, stay behind or be taken for data.
 */
const META = {
  export: 'sluice-export',
  run: 'sluice-run',
  generation: 'sluice-generation',
  chunk: 'sluice-chunk',
  write: 'sluice-write',
  rows: 'sluice-rows',
  sha256: 'sluice-sha256',
};

export interface ChunkTarget {
  store: ObjectStore;
  context: SessionContext;
  key: string;
  firstPartBytes: number;
  maxInFlight: number;
  /** Unique per call: tells our own object from another attempt's when an answer was lost. */
  writeId: string;
}

interface Written {
  rows: number;
  bytes: number;
  sha256: string;
  /** Undefined: an object was there, or the store's answer leaves open whose it is. */
  etag: string | undefined;
}

const CONTENT_TYPES: Record<OutputFormat['fileFormat'], string> = {
  parquet: 'application/vnd.apache.parquet',
  jsonl: 'application/x-ndjson',
  csv: 'text/csv',
  arrow: 'application/vnd.apache.arrow.file',
  table: 'application/octet-stream',
};

function identity(target: ChunkTarget, chunkIndex: number): Record<string, string> {
  const { context } = target;
  return {
    [META.export]: context.exportId,
    [META.run]: context.runId,
    [META.generation]: String(context.generation),
    [META.chunk]: String(chunkIndex),
    [META.write]: target.writeId,
  };
}

function asReceipt(file: FileReceipt): ChunkReceipt {
  return { rows: file.rows, bytes: file.bytes, files: [file] };
}

/** True when the object was stored by this run, whose plan alone makes its content the right one. */
export function ownerOf(head: ObjectHead): { exportId: string | undefined; runId: string | undefined } {
  return { exportId: head.metadata[META.export], runId: head.metadata[META.run] };
}

/** The receipt of an object that is there, or undefined when there is none. */
async function adopt(target: ChunkTarget): Promise<ChunkReceipt | undefined> {
  const { store, context, key } = target;
  const head = await store.head(key, context.signal);
  if (head === undefined) {
    return undefined;
  }
  const owner = ownerOf(head);
  if (owner.exportId !== context.exportId || owner.runId !== context.runId) {
    throw generationTaken(context.generation, owner.runId ?? 'unknown');
  }
  const { [META.rows]: rows, [META.sha256]: sha256 } = head.metadata;
  const content =
    rows !== undefined && sha256 !== undefined
      ? { rows: Number(rows), sha256 }
      : await inspectStored(storedObject(store, key, head.bytes, context.signal), context.format);
  return asReceipt({ key, bytes: head.bytes, etag: head.etag, ...content });
}

async function copySource(
  writer: ObjectWriter,
  { format, columns }: SessionContext,
  request: LoadChunkRequest,
): Promise<Omit<Written, 'etag'>> {
  const source = await request.openSource(fileEncoding(format, columns), writer.signal);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of abortable(source.body, writer.signal)) {
    hash.update(piece);
    bytes += piece.length;
    const sending = writer.write(piece);
    if (sending !== undefined) {
      await sending;
    }
    request.onProgress(piece.length);
  }
  return { rows: source.rows(), bytes, sha256: hash.digest('hex') };
}

async function write(target: ChunkTarget, request: LoadChunkRequest): Promise<Written> {
  const { store, context, key } = target;
  const writer = new ObjectWriter(store, {
    object: {
      key,
      contentType: CONTENT_TYPES[context.format.fileFormat],
      metadata: identity(target, request.chunkIndex),
    },
    firstPartBytes: target.firstPartBytes,
    maxInFlight: target.maxInFlight,
    signal: context.signal,
  });
  let failure: unknown;
  try {
    const copied = await copySource(writer, context, request);
    const finished = await writer.finish({ [META.rows]: String(copied.rows), [META.sha256]: copied.sha256 });
    return { ...copied, etag: finished.outcome === 'stored' ? finished.etag : undefined };
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    await writer.close(failure);
  }
}

/** When a lost answer made our own object look like somebody's, what we counted while writing holds. */
async function ownDespiteRefusal(target: ChunkTarget, written: Written): Promise<ChunkReceipt | undefined> {
  const head = await target.store.head(target.key, target.context.signal);
  return head !== undefined && head.metadata[META.write] === target.writeId
    ? asReceipt({ key: target.key, rows: written.rows, bytes: head.bytes, sha256: written.sha256, etag: head.etag })
    : undefined;
}

/** First writer wins: whatever is at the key already is the chunk. */
export async function loadChunkObject(target: ChunkTarget, request: LoadChunkRequest): Promise<ChunkReceipt> {
  const present = await adopt(target);
  if (present !== undefined) {
    return present;
  }
  const written = await write(target, request);
  if (written.etag !== undefined) {
    const { rows, bytes, sha256, etag } = written;
    return asReceipt({ key: target.key, rows, bytes, sha256, etag });
  }
  const winner = (await ownDespiteRefusal(target, written)) ?? (await adopt(target));
  if (winner === undefined) {
    throw writeConflict(target.key);
  }
  return winner;
}

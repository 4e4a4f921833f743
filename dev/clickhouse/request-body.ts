import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { EngineError } from './engine-error.ts';

/** A statement is text that fits into memory; data goes through a file. */
const MAX_STATEMENT_BYTES = 256 * 1024 * 1024;

/** The request's body, unpacked. */
function bodyOf(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  switch (encoding) {
    case 'identity':
      return request;
    case 'gzip':
      return unpack(request, createGunzip());
    case 'deflate':
      return unpack(request, createInflate());
    case 'br':
      return unpack(request, createBrotliDecompress());
    default:
      throw new EngineError(48, `Unknown Content-Encoding ${encoding}`, 'NOT_IMPLEMENTED');
  }
}

function unpack(request: IncomingMessage, decoder: ReturnType<typeof createGunzip>): Readable {
  request.once('error', (error) => decoder.destroy(error));
  request.once('close', () => {
    if (!request.complete) {
      decoder.destroy(new Error('the request was cut off'));
    }
  });
  return request.pipe(decoder);
}

export async function readStatement(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bodyOf(request) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_STATEMENT_BYTES) {
      throw new EngineError(62, 'Max query size exceeded', 'SYNTAX_ERROR');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes `prefix` and the body to a file. A request that is cut off rejects: half a body must never be inserted. */
export async function saveBody(request: IncomingMessage, prefix: string, file: string): Promise<void> {
  const target = createWriteStream(file, { mode: 0o600 });
  target.write(prefix);
  await pipeline(bodyOf(request), target);
  if (!request.complete) {
    throw new EngineError(1001, 'The request was cut off', 'STD_EXCEPTION');
  }
}

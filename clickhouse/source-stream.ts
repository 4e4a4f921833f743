import { createGzip } from 'node:zlib';
import { pipeline, type Readable } from 'node:stream';
import { SluiceError, errorMessage } from '../core/errors.ts';
import { findStreamException } from './stream-exception.ts';
import type { StreamCheck } from './stream-checks.ts';

/**
 * A stream of one chunk as ClickHouse encoded it. Iterating throws unless the engine finished the stream and the
 * format's end is there, so whoever has seen the loop end has seen every byte. `rows()` is valid only after that.
 */
export interface SourceStream {
  body: AsyncIterable<Uint8Array>;
  rows(): number;
}

export interface RawStream {
  body: Readable;
  exceptionTag: string | undefined;
}

/** Checks and counts what passes; releases the stream, however the reader leaves. */
export function checkedStream(
  raw: RawStream,
  check: StreamCheck,
  { signal, release }: { signal: AbortSignal; release: () => void },
): SourceStream {
  let rows: number | undefined;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for await (const bytes of chunksOf(raw.body)) {
        check.push(bytes);
        yield bytes;
      }
      rows = finish(check, raw.exceptionTag);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      raw.body.destroy();
      release();
    }
  }
  return {
    body: body(),
    rows: () => {
      if (rows === undefined) {
        throw new Error('rows() before the end of the stream');
      }
      return rows;
    },
  };
}

/** Gzips a checked stream. An error of the source, also one at its very end, is an error here. */
export function gzipped(source: SourceStream): SourceStream {
  async function* body(): AsyncGenerator<Uint8Array> {
    const gzip = createGzip({ level: GZIP_LEVEL, chunkSize: GZIP_CHUNK_BYTES });
    let failure: unknown;
    pipeline(source.body, gzip, (error) => {
      failure = error ?? undefined;
    });
    try {
      for await (const bytes of gzip as AsyncIterable<Uint8Array>) {
        yield bytes;
      }
    } catch (error) {
      throw failure ?? error;
    } finally {
      gzip.destroy();
    }
  }
  return { body: body(), rows: () => source.rows() };
}

/** Level 6 takes twice the time for 5 % fewer bytes of JSON lines. */
const GZIP_LEVEL = 3;
const GZIP_CHUNK_BYTES = 128 * 1024;

async function* chunksOf(body: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const bytes of body as AsyncIterable<Buffer>) {
      yield bytes;
    }
  } catch (error) {
    throw streamBroken(errorMessage(error), error);
  }
  if (!body.readableEnded) {
    throw streamBroken('the connection was closed before the end');
  }
}

function finish(check: StreamCheck, exceptionTag: string | undefined): number {
  const exception = findStreamException(check.tail(), exceptionTag);
  if (exception !== undefined) {
    throw streamBroken(exception);
  }
  const rows = check.rows();
  if (rows === undefined) {
    throw streamBroken('the end of the format is missing');
  }
  return rows;
}

function streamBroken(detail: string, cause?: unknown): SluiceError {
  return new SluiceError({
    code: 'source_stream_broken',
    message: `ClickHouse broke off the stream: ${detail}`,
    retryable: true,
    fault: 'platform',
    cause,
  });
}

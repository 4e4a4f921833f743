import type { Readable } from 'node:stream';
import { SluiceError, errorMessage } from '../core/errors.ts';
import { findStreamException } from './stream-exception.ts';
import type { StreamCheck } from './stream-checks.ts';
import { bytesPassed } from './young-collector.ts';

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
        const wait = pushed(check, bytes);
        yield bytes;
        bytesPassed(bytes.length);
        if (wait !== undefined) {
          await wait;
        }
      }
      rows = await finish(check, raw.exceptionTag);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      check.release();
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

/** A failure is reported when the reader comes back, or at the end: nobody may be listening in between. */
function pushed(check: StreamCheck, bytes: Buffer): Promise<void> | undefined {
  const wait = check.push(bytes);
  wait?.catch(() => undefined);
  return wait;
}

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

async function finish(check: StreamCheck, exceptionTag: string | undefined): Promise<number> {
  const complete = await check.end();
  const exception = findStreamException(check.tail(), exceptionTag);
  if (exception !== undefined) {
    throw streamBroken(exception);
  }
  const rows = complete ? check.rows() : undefined;
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

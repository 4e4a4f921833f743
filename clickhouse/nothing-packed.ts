import { gzipSync } from 'node:zlib';
import type { Compression } from '../core/formats.ts';
import type { SourceStream } from './source-stream.ts';

/** A frame with one empty block (RFC 8878, 3.1.1): magic, single segment, size 0, last raw block of 0 bytes. */
const ZSTD_OF_NOTHING = Buffer.from('28b52ffd2000010000', 'hex');

/** ClickHouse answers a result without rows with no bytes at all, which is no gzip or zstd file: an empty one is put there. */
export function nothingPacked(stream: SourceStream, compression: Compression): SourceStream {
  async function* body(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const piece of stream.body) {
      bytes += piece.length;
      yield piece;
    }
    if (bytes === 0) {
      yield compression === 'zstd' ? ZSTD_OF_NOTHING : gzipSync('');
    }
  }
  return { body: body(), rows: () => stream.rows() };
}

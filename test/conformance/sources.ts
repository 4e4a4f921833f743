import type { LoadChunkRequest, SourceStream } from '../../destinations/contract.ts';

/** Like ClickHouse's: pieces of some tens of kilobytes. */
const PIECE_BYTES = 64 * 1024;

/** `rows` JSON lines of about `rowBytes` each; `label` makes two sources of equal size differ in content. */
export function jsonLines(rows: number, rowBytes = 100, label = 'a'): Buffer {
  const lines: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    const head = `{"row":${String(row)},"label":"${label}","text":"ünï\\n`;
    lines.push(`${head}${label.repeat(Math.max(0, rowBytes - head.length - 4))}"}\n`);
  }
  return Buffer.from(lines.join(''));
}

function newlines(bytes: Buffer): number {
  return bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
}

export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
}

export interface SourceOptions {
  /** Share of the bytes after which `then` happens. */
  stopAt?: number;
  /** `fail`: throws. `hang`: never gives another byte, and ignores its signal. */
  then?: 'fail' | 'hang';
  /** Rows that the source says it has; the newlines by default. */
  rows?: number;
}

async function* pieces(content: Buffer, options: SourceOptions): AsyncGenerator<Uint8Array> {
  const end = options.stopAt === undefined ? content.length : Math.floor(content.length * options.stopAt);
  for (let offset = 0; offset < end; offset += PIECE_BYTES) {
    await Promise.resolve();
    yield content.subarray(offset, Math.min(offset + PIECE_BYTES, end));
  }
  if (options.then === 'fail') {
    throw new SourceFailed(`source failed after ${String(end)} bytes`);
  }
  if (options.then === 'hang') {
    await new Promise(() => undefined);
  }
}

export function source(content: Buffer, options: SourceOptions = {}): SourceStream {
  return { body: pieces(content, options), rows: () => options.rows ?? newlines(content) };
}

export function chunkOf(content: Buffer, chunkIndex = 0, options: SourceOptions = {}): LoadChunkRequest {
  return {
    chunkIndex,
    chunkCount: chunkIndex + 1,
    openSource: () => Promise.resolve(source(content, options)),
    onProgress: () => undefined,
  };
}

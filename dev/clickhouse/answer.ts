import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { httpStatusOf, toEngineError } from './engine-error.ts';
import type { Packing, RequestOptions } from './request-options.ts';

/** As much of a result is held back as long as its query may still fail, so that a small one fails with a status. */
const HELD_BYTES = 256 * 1024;
/** With `wait_end_of_query` everything is held back, up to this size. */
const HELD_BYTES_IF_ASKED = 256 * 1024 * 1024;
/** A result that trickles is sent on after this time, with the next bytes that come. */
const HELD_MS = 250;
/** Zlib's fastest level: this crosses loopback. */
const GZIP_LEVEL = 1;

const CONTENT_TYPES: readonly [RegExp, string][] = [
  [/EachRow/i, 'application/x-ndjson; charset=UTF-8'],
  [/^(JSON|PrettyJSON)/i, 'application/json; charset=UTF-8'],
  [/^CSV/i, 'text/csv; charset=UTF-8'],
  [/^(TSV|TabSeparated)/i, 'text/tab-separated-values; charset=UTF-8'],
  [/^(Parquet|Arrow|ORC|Native|RowBinary|Avro|MsgPack)/i, 'application/octet-stream'],
];

/** Statistics of a query as the server reports them in X-ClickHouse-Summary. */
export interface Summary {
  readRows: number;
  readBytes: number;
  writtenRows: number;
}

/** The answer to one request. Headers are sent late, so that an error can still become a status. */
export class Answer {
  readonly response: ServerResponse;
  private readonly options: RequestOptions;
  private readonly startedAt = process.hrtime.bigint();

  constructor(response: ServerResponse, options: RequestOptions) {
    this.response = response;
    this.options = options;
  }

  /** A result that is complete and plain; it is packed where Node can. */
  send(body: Uint8Array, format: string, summary: Summary): void {
    const gzip = this.options.packing === 'gzip' && body.length > 0;
    this.sendWhole(gzip ? gzipSync(body, { level: GZIP_LEVEL }) : body, format, summary, gzip ? 'gzip' : undefined);
  }

  private sendWhole(bytes: Uint8Array, format: string, summary: Summary, packing: Packing | undefined): void {
    this.head(format, packing);
    this.response.setHeader('X-ClickHouse-Summary', this.summaryText(summary));
    this.response.setHeader('Content-Length', bytes.length);
    this.response.end(bytes);
  }

  /**
   * A result that is still being made, packed by the engine already, and the verdict on its query, without which the
   * bytes' end means nothing. An error that comes early is thrown; one that comes after the headers tears the connection
   * down, because a clean end would say that the bytes are complete.
   */
  async stream(bytes: Readable, format: string, verdict: Promise<Summary>): Promise<void> {
    const held = await this.hold(bytes);
    if (held.ended) {
      const summary = await verdict;
      this.sendWhole(Buffer.concat(held.chunks), format, summary, this.options.packing);
      return;
    }
    this.head(format, this.options.packing);
    try {
      this.response.write(Buffer.concat(held.chunks));
      // Piped, not iterated: some thousand promises a second are a tenth of what an export costs here.
      await pipeline(bytes, this.response, { end: false });
      await verdict;
      this.response.end();
      await finished(this.response);
    } catch (error: unknown) {
      this.response.destroy();
      throw error;
    }
  }

  /** An error before the headers as the server words it, after them a torn connection. */
  fail(error: unknown): void {
    const { engineCode, message } = toEngineError(error);
    if (this.response.headersSent || this.response.destroyed) {
      this.response.destroy();
      return;
    }
    this.commonHeaders();
    this.response.setHeader('X-ClickHouse-Exception-Code', engineCode);
    this.response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    this.response.writeHead(httpStatusOf(engineCode));
    this.response.end(`${message.trimEnd()}\n`);
  }

  private async hold(bytes: Readable): Promise<Held> {
    const limit = this.options.waitEndOfQuery ? HELD_BYTES_IF_ASKED : HELD_BYTES;
    const deadline = this.options.waitEndOfQuery ? Infinity : performance.now() + HELD_MS;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit || performance.now() >= deadline) {
        return { chunks, ended: false };
      }
    }
    return { chunks, ended: true };
  }

  private head(format: string, packing: Packing | undefined): void {
    this.commonHeaders();
    const type = CONTENT_TYPES.find(([pattern]) => pattern.test(format))?.[1] ?? 'text/plain; charset=UTF-8';
    this.response.setHeader('Content-Type', type);
    this.response.setHeader('X-ClickHouse-Format', format);
    if (packing !== undefined) {
      this.response.setHeader('Content-Encoding', packing);
    }
  }

  private commonHeaders(): void {
    this.response.setHeader('X-ClickHouse-Server-Display-Name', 'sluice-dev');
    this.response.setHeader('X-ClickHouse-Query-Id', this.options.queryId);
    this.response.setHeader('X-ClickHouse-Timezone', 'UTC');
  }

  private summaryText({ readRows, readBytes, writtenRows }: Summary): string {
    const elapsed = process.hrtime.bigint() - this.startedAt;
    const counts = { read_rows: readRows, read_bytes: readBytes, written_rows: writtenRows, written_bytes: 0 };
    const totals = { total_rows_to_read: 0, result_rows: writtenRows, result_bytes: 0, elapsed_ns: elapsed };
    const all = Object.entries({ ...counts, ...totals }).map(([name, value]) => [name, String(value)]);
    return JSON.stringify(Object.fromEntries(all));
  }
}

interface Held {
  chunks: Buffer[];
  ended: boolean;
}

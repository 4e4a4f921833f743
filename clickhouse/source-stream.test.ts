import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { checkedStream, type SourceStream } from './source-stream.ts';
import { createStreamCheck } from './stream-checks.ts';

const LINES =
  '{"uuid":"a","properties":"{\\"x\\":\\"Code: 1. DB::Exception: fake (version 1.2)\\"}","team_id":1}\n'.repeat(3);
const ZSTD_LINES = Buffer.from('28b52ffd0458a50000707b227465616d5f6964223a317d0a0100c14c2596b28ac2', 'hex');
const FRAME =
  '\r\n__exception__\r\nAbCdEfGhIjKlMnOp\r\nCode: 241. DB::Exception: Memory limit (version 26.1)\r\n54 AbCdEfGhIjKlMnOp\r\n__exception__\r\n';

function open(
  parts: (string | Buffer)[],
  options: { tag?: string; signal?: AbortSignal; broken?: boolean; packed?: 'gzip' | 'zstd' } = {},
): { stream: SourceStream; released: () => number } {
  async function* bytes(): AsyncGenerator<Buffer> {
    for (const part of parts) {
      yield Buffer.from(part);
    }
    if (options.broken) {
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    }
  }
  let released = 0;
  const raw = { body: Readable.from(bytes(), { objectMode: false }), exceptionTag: options.tag };
  const signal = options.signal ?? new AbortController().signal;
  const stream = checkedStream(
    raw,
    createStreamCheck({ fileFormat: 'jsonl', compression: options.packed ?? 'none' }, 'team_id'),
    { signal, release: () => void (released += 1) },
  );
  return { stream, released: () => released };
}

async function read(stream: SourceStream): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const bytes of stream.body) {
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString();
}

describe('checked stream', () => {
  test('passes bytes on unchanged and counts rows', async () => {
    const { stream, released } = open([LINES.slice(0, 17), LINES.slice(17)]);
    expect(() => stream.rows()).toThrow();
    expect(await read(stream)).toBe(LINES);
    expect(stream.rows()).toBe(3);
    expect(released()).toBe(1);
  });

  test('an empty result has no rows', async () => {
    const { stream } = open([]);
    expect(await read(stream)).toBe('');
    expect(stream.rows()).toBe(0);
  });

  const half = LINES.slice(0, -40);
  test.each([
    ['a half-written last line', [half]],
    ['a missing last newline', [LINES.slice(0, -1)]],
    [
      'the error text of older servers after a whole line',
      [LINES, 'Code: 241. DB::Exception: Memory limit (version 24.3)\n'],
    ],
    [
      'the same in the middle of a line',
      [half, 'Code: 241. DB::Exception: Memory limit (version 24.3.1 (official build))\n'],
    ],
    ['an error dressed as a row', [LINES, '{"exception": "Code: 241. DB::Exception: Memory limit"}\n']],
    ['the framed error of newer servers', [LINES, FRAME]],
    ['the framed error, cut into pieces', [LINES, FRAME.slice(0, 9), FRAME.slice(9)]],
  ])('refuses %s', async (_name, parts) => {
    const { stream, released } = open(parts, { tag: 'AbCdEfGhIjKlMnOp' });
    await expect(read(stream)).rejects.toMatchObject({
      code: 'source_stream_broken',
      retryable: true,
      fault: 'platform',
    });
    expect(() => stream.rows()).toThrow();
    expect(released()).toBe(1);
  });

  test('says what the server said', async () => {
    await expect(read(open([LINES, FRAME], { tag: 'AbCdEfGhIjKlMnOp' }).stream)).rejects.toThrow(/Memory limit/);
    await expect(read(open([LINES, FRAME]).stream)).rejects.toThrow(/Memory limit/);
  });

  test('refuses a torn connection, even after a whole line', async () => {
    await expect(read(open([LINES], { broken: true }).stream)).rejects.toMatchObject({ code: 'source_stream_broken' });
  });

  test('ends with the reason of an abort', async () => {
    const controller = new AbortController();
    const { stream } = open([LINES, LINES], { signal: controller.signal, broken: true });
    controller.abort(new Error('cancelled by the user'));
    await expect(read(stream)).rejects.toThrow('cancelled by the user');
  });

  test('is released when the reader leaves early', async () => {
    const { stream, released } = open([LINES, LINES, LINES]);
    for await (const bytes of stream.body) {
      expect(bytes.length).toBeGreaterThan(0);
      break;
    }
    expect(released()).toBe(1);
  });
});

describe('packed stream', () => {
  const packed = gzipSync(LINES);

  test('passes the packed bytes and counts the lines inside', async () => {
    const { stream } = open([packed.subarray(0, 11), packed.subarray(11)], { packed: 'gzip' });
    const parts: Uint8Array[] = [];
    for await (const bytes of stream.body) {
      parts.push(bytes);
    }
    expect(Buffer.concat(parts).equals(packed)).toBe(true);
    expect(stream.rows()).toBe(3);
  });

  test.each([
    ['a packed error', [gzipSync(LINES + FRAME)]],
    ['half of it', [packed.subarray(0, packed.length - 12)]],
    ['no packing at all', [LINES]],
    ['something after its beginning', [packed.subarray(0, 20), Buffer.alloc(500, 7)]],
  ])('refuses %s', async (_name, parts) => {
    const { stream, released } = open(parts, { packed: 'gzip' });
    await expect(read(stream)).rejects.toMatchObject({ code: 'source_stream_broken' });
    expect(() => stream.rows()).toThrow();
    expect(released()).toBe(1);
  });

  test('zstd: counts what is inside, refuses half of it', async () => {
    // zstd -3 of "{\"team_id\":1}\n" three times.
    const zstd = ZSTD_LINES;
    const whole = open([zstd], { packed: 'zstd' }).stream;
    for await (const bytes of whole.body) {
      expect(bytes.length).toBeGreaterThan(0);
    }
    expect(whole.rows()).toBe(3);
    await expect(read(open([zstd.subarray(0, -6)], { packed: 'zstd' }).stream)).rejects.toMatchObject({
      code: 'source_stream_broken',
    });
  });

  test('is released when the reader leaves early', async () => {
    const { stream, released } = open([packed.subarray(0, 20), packed.subarray(20)], { packed: 'gzip' });
    const iterator = stream.body[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    expect(released()).toBe(1);
  });
});

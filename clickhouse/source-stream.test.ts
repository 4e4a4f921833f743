import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { checkedStream, gzipped, type SourceStream } from './source-stream.ts';
import { countNewlines, createStreamCheck } from './stream-checks.ts';

const LINES =
  '{"uuid":"a","properties":"{\\"x\\":\\"Code: 1. DB::Exception: fake (version 1.2)\\"}","team_id":1}\n'.repeat(3);
const FRAME =
  '\r\n__exception__\r\nAbCdEfGhIjKlMnOp\r\nCode: 241. DB::Exception: Memory limit (version 26.1)\r\n54 AbCdEfGhIjKlMnOp\r\n__exception__\r\n';

function open(
  parts: (string | Buffer)[],
  options: { tag?: string; signal?: AbortSignal; broken?: boolean } = {},
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
  const stream = checkedStream(raw, createStreamCheck('jsonl'), { signal, release: () => void (released += 1) });
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

describe('gzipped stream', () => {
  test('holds the same bytes and the same count', async () => {
    const stream = gzipped(open([LINES]).stream);
    const parts: Uint8Array[] = [];
    for await (const bytes of stream.body) {
      parts.push(bytes);
    }
    expect(gunzipSync(Buffer.concat(parts)).toString()).toBe(LINES);
    expect(stream.rows()).toBe(3);
  });

  test('fails as its source does, with no end that looks whole', async () => {
    const stream = gzipped(open([LINES, FRAME]).stream);
    await expect(read(stream)).rejects.toMatchObject({ code: 'source_stream_broken' });
    expect(() => stream.rows()).toThrow();
  });

  test('releases its source when the reader leaves early', async () => {
    const { stream, released } = open([LINES, LINES]);
    const iterator = gzipped(stream).body[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    expect(released()).toBe(1);
  });
});

test('newlines are counted at every position', () => {
  expect(countNewlines(Buffer.from('\n\na\nb\n'))).toBe(4);
  expect(countNewlines(Buffer.from('abc'))).toBe(0);
});

import { describe, expect, test } from '@jest/globals';
import { type Batch, halves, LineBatcher } from './batches.ts';

const limits = { maxRows: 3, maxBytes: 40 };

function cut(text: string, pieceBytes: number): string[] {
  const bytes = Buffer.from(text);
  const batcher = new LineBatcher(limits);
  const batches: Batch[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    batches.push(...batcher.push(bytes.subarray(at, at + pieceBytes)));
  }
  const { batches: rest, unfinishedBytes } = batcher.end();
  expect(unfinishedBytes).toBe(bytes.length - (bytes.lastIndexOf(10) + 1));
  const all = [...batches, ...rest];
  for (const { rows, bytes: size, parts } of all) {
    const whole = Buffer.concat(parts);
    expect([whole.length, whole.filter((byte) => byte === 10).length]).toEqual([size, rows]);
  }
  return all.map(({ parts }) => Buffer.concat(parts).toString());
}

describe('batches of lines', () => {
  const text = 'a\nbb\nccc\ndddd\n\nü\nlong line that is above the limit of forty bytes\nx\n'.repeat(3);

  test('the same bytes give the same batches, however they are cut into pieces', () => {
    const whole = cut(text, text.length * 2);
    expect(whole.join('')).toBe(text);
    for (let pieceBytes = 1; pieceBytes < 60; pieceBytes += 1) {
      expect(cut(text, pieceBytes)).toEqual(whole);
    }
    for (const batch of whole) {
      const rows = batch.split('\n').length - 1;
      expect(rows === 1 || (rows <= 3 && Buffer.byteLength(batch) <= 40)).toBe(true);
    }
  });

  test('a line without its end is no row', () => {
    expect(cut('a\nb', 1)).toEqual(['a\n']);
    expect(cut('', 1)).toEqual([]);
  });

  test('the last 64 KiB are held back until the source has ended well', () => {
    const batcher = new LineBatcher({ maxRows: 1, maxBytes: 10 });
    expect(batcher.push(Buffer.from('row\n'.repeat(100)))).toEqual([]);
    const released = batcher.push(Buffer.from('row\n'.repeat(16 * 1024)));
    expect(released).toHaveLength(100);
  });

  test('halves keep every line whole', () => {
    expect(halves(Buffer.from('a\nbb\nccc\n'), 3).map(({ rows, lines }) => [rows, String(lines)])).toEqual([
      [1, 'a\n'],
      [2, 'bb\nccc\n'],
    ]);
  });
});

import { expect, test } from '@jest/globals';
import { countNewlines, createRowCounter } from './row-counter.ts';
import type { StreamFormat } from './formats.ts';

function rowsOf(format: StreamFormat, ...pieces: string[]): number | undefined {
  const counter = createRowCounter(format);
  for (const piece of pieces) {
    counter.push(Buffer.from(piece));
  }
  return counter.rows();
}

test('newlines are counted at every position', () => {
  expect(countNewlines(Buffer.from('\n\na\nb\n'))).toBe(4);
  expect(countNewlines(Buffer.from('abc'))).toBe(0);
});

test('lines: whole ones only', () => {
  expect(rowsOf('jsonl')).toBe(0);
  expect(rowsOf('jsonl', '{}\n{', '}\n', '')).toBe(2);
  expect(rowsOf('tsv', 'a\nb')).toBeUndefined();
});

test('CSV: a newline inside quotes is no end of a row, and the names are no row', () => {
  expect(rowsOf('csv')).toBe(0);
  expect(rowsOf('csv', '"a","b"\n')).toBe(0);
  expect(rowsOf('csv', '"a"\n"x\n', '""y\n"', '\n"z"\n')).toBe(2);
  expect(rowsOf('csv', '"a"\n"x\n')).toBeUndefined();
  expect(rowsOf('csv', '"a"\n"x"')).toBeUndefined();
});

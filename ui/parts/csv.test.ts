import { expect, test } from '@jest/globals';
import { csv } from './csv.ts';

test('quotes what has to be, and leaves what is not there empty', () => {
  const rows = [
    ['say "hi", twice', 503, null],
    ['two\nlines', 0, ''],
  ] as const;
  expect(csv(['answer', 'status', 'next'], rows)).toBe(
    'answer,status,next\r\n"say ""hi"", twice",503,\r\n"two\nlines",0,\r\n',
  );
});

test.each(['=HYPERLINK("https://evil.example")', '+1', '-1', '@SUM(A1)', '\tx'])('%j is no formula', (text) => {
  expect(csv(['a'], [[text]])).toContain(`'${text.replaceAll('"', '""')}`);
});

test('a number keeps its sign', () => {
  expect(csv(['a'], [[-5]])).toBe('a\r\n-5\r\n');
});

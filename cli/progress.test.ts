import { expect, test } from '@jest/globals';
import { ProgressLine } from './progress.ts';

function shown(target: { isTTY?: boolean; columns?: number }, texts: readonly string[]): string {
  let written = '';
  const line = new ProgressLine({ ...target, write: (text) => (written += text) });
  texts.forEach((text) => line.show(text));
  line.end();
  return written;
}

test('in a log each change is a line', () => {
  expect(shown({}, ['10 %', '10 %', '20 %'])).toBe('10 %\n20 %\n');
});

test('on a terminal one line is written over, within its width, and makes room at the end', () => {
  const clear = '\r\u001b[K';
  expect(shown({ isTTY: true, columns: 6 }, ['10 %', '100 % done'])).toBe(`${clear}10 %${clear}100 %${clear}`);
});

import { expect, test } from '@jest/globals';
import { withRow } from './with-row.ts';

test('one row of any page has other values; all else is as it was', () => {
  const shown = {
    pageParams: [undefined, 'b'],
    pages: [
      { items: [{ id: 'a', on: true }], next_cursor: 'b' },
      {
        items: [
          { id: 'b', on: true },
          { id: 'c', on: true },
        ],
        next_cursor: null,
      },
    ],
  };
  expect(withRow(shown, 'b', { on: false })).toEqual({
    pageParams: [undefined, 'b'],
    pages: [
      { items: [{ id: 'a', on: true }], next_cursor: 'b' },
      {
        items: [
          { id: 'b', on: false },
          { id: 'c', on: true },
        ],
        next_cursor: null,
      },
    ],
  });
  expect(shown.pages[1]?.items[0]).toEqual({ id: 'b', on: true });
});

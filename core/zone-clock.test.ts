import { expect, jest, test } from '@jest/globals';
import { wallTimeAt } from './zone-clock.ts';

test('a zone in other letters is the same zone, and no other one to remember', () => {
  const made = jest.spyOn(Intl, 'DateTimeFormat');
  const summer = Date.UTC(2026, 6, 1);
  const names = ['Europe/Lisbon', 'europe/lisbon', 'EUROPE/Lisbon'];
  expect(names.map((name) => wallTimeAt(name, summer) - summer)).toEqual([3_600_000, 3_600_000, 3_600_000]);
  expect(made).toHaveBeenCalledTimes(1);
  made.mockRestore();
});

import { expect, test } from '@jest/globals';
import { filterOf, spanLabel } from './deliveries-filter.ts';

const UUID = '0190f2d0-7a6e-7cc3-98d0-1f0c3a7f1b2c';
const DAY_MS = 86_400_000;

test.each([
  [{}, { spanMs: 7 * DAY_MS }],
  [{ search: '  ', outcome: 'nonsense', since: 'ever' }, { spanMs: 7 * DAY_MS }],
  [
    { search: ' 503 ', outcome: 'discarded' },
    { search: '503', outcome: 'discarded' },
  ],
  [
    { search: UUID, since: 'day' },
    { event_uuid: UUID, spanMs: DAY_MS },
  ],
])('the address %j is understood', (address, filter) => {
  expect(filterOf(address)).toEqual({ spanMs: 7 * DAY_MS, ...filter });
});

test.each([
  [DAY_MS / 24, 'the last hour'],
  [7 * DAY_MS, 'the last 7 days'],
])('%d ms are %s', (spanMs, label) => {
  expect(spanLabel(spanMs)).toBe(label);
});

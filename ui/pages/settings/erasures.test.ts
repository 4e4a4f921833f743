import { expect, test } from '@jest/globals';
import { ERASURE_PLACES } from '../../../core/erasure.ts';
import { percentOf, PLACES, progressOf } from './erasures.ts';

const after = (places: number) => ERASURE_PLACES.slice(0, places).map((place) => ({ place, rows: 1 }));

test('the places are told in the order in which they are erased', () => {
  expect(Object.keys(PLACES)).toEqual(ERASURE_PLACES);
});

test.each([
  [0, 'waiting for late rows', 0],
  [3, '3 of 7 places', 37],
  [7, 'looking whether anything is left', 87],
])('after %d places it is "%s"', (places, text, percent) => {
  const erasure = { status: 'running' as const, erased: after(places) };
  expect([progressOf(erasure), percentOf(erasure)]).toEqual([text, percent]);
});

test('what has ended has no more to do, however far it came', () => {
  const erasure = { status: 'cancelled' as const, erased: after(2) };
  expect([progressOf(erasure), percentOf(erasure)]).toEqual(['2 of 7 places', 100]);
});

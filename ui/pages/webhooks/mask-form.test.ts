import { expect, test } from '@jest/globals';
import { maskFormOf, maskOf } from './mask-form.ts';

test.each([
  [
    { every_seconds: 7_200, by: 'person' as const },
    { amount: 2, unit: 'hours', by: 'person' },
  ],
  [
    { every_seconds: 90, by: { source: 'event' as const, path: ['order', 'id'] } },
    { amount: 90, unit: 'seconds', by: 'event', path: ['order', 'id'] },
  ],
  [
    { every_seconds: 172_800, by: { source: 'person' as const, path: ['company'] } },
    { amount: 2, unit: 'days', by: 'person_property' },
  ],
])('%j is shown in the largest unit, and sent as it was', (mask, form) => {
  expect(maskFormOf(mask)).toMatchObject(form);
  expect(maskOf(maskFormOf(mask))).toEqual(mask);
});

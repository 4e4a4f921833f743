import { expect, test } from '@jest/globals';
import { columnsText, privacyText } from './rules.ts';

test('columns are named as the destination gets them', () => {
  expect(columnsText(null)).toBe('all of the model');
  const from = { kind: 'column', column: 'uuid' } as const;
  expect(
    columnsText([
      { name: 'id', from },
      { name: 'again', from },
    ]),
  ).toBe('id, again');
});

test('privacy says what is left out and what is hashed', () => {
  const none = { drop: [], hash: [], hash_distinct_id: false, hash_person_id: false };
  expect([privacyText(null), privacyText(none)]).toEqual(['everything as it is', 'everything as it is']);
  const rules = {
    drop: [{ source: 'event' as const, path: ['$set', 'email'] }],
    hash: [{ source: 'person' as const, path: ['phone'] }],
  };
  expect(privacyText({ ...rules, hash_distinct_id: true, hash_person_id: true })).toBe(
    'left out: $set.email; hashed: person phone, distinct_id, person_id',
  );
});
